from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "clinic.accounts"
    label = "accounts"

    def ready(self) -> None:
        from clinic.accounts.roles import grant_roles  # noqa: PLC0415 - needs loaded models

        # after each app's own permissions exist; the auth app connected its receiver before us
        post_migrate.connect(grant_roles, dispatch_uid="accounts.grant_roles")
