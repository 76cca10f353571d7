from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "clinic"

    def ready(self) -> None:
        from clinic import letters  # noqa: PLC0415 - needs loaded models
        from clinic.actions import offer_letters, offers, tightening  # noqa: PLC0415

        letters.register()
        offer_letters.register()
        offers.register()
        tightening.register()
