from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    name = "treatments"

    def ready(self) -> None:
        from treatments import booking_rules, letters, readiness  # noqa: PLC0415 - needs loaded models

        booking_rules.register()
        letters.register()
        readiness.register()
