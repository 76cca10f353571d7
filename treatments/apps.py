from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    name = "treatments"

    def ready(self) -> None:
        from treatments import booking_rules, letters, readiness  # noqa: PLC0415 - needs loaded models
        from treatments.actions import holds  # noqa: PLC0415
        from treatments.queries import earlier  # noqa: PLC0415

        booking_rules.register()
        # binds a confirmed series before its letters are planned
        holds.register()
        letters.register()
        readiness.register()
        earlier.register()
