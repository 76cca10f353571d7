"""Who may decide what the desk may not."""

from django.db.models import Q

from clinic.accounts.models import User


def with_permission(permission: str) -> list[User]:
    """Everybody who has it, by a group or by themselves, in order of their names."""
    app, codename = permission.split(".")
    wanted = {"content_type__app_label": app, "codename": codename}
    own = Q(**{f"user_permissions__{name}": value for name, value in wanted.items()})
    by_group = Q(**{f"groups__permissions__{name}": value for name, value in wanted.items()})
    return list(User.objects.filter(own | by_group, is_active=True).distinct().order_by("name"))
