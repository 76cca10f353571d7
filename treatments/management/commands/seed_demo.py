"""`manage.py seed_demo`: a believable clinic to try the product with; safe to repeat."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic.models import Appointment
from patients.models import Message, Patient
from treatments.demo import story


class Command(BaseCommand):
    help = "Fills an own clinic with invented staff, patients, visits and letters."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(
                "seed_demo makes accounts whose password everybody knows. "
                "It runs only with LOCAL=true."
            )
        if story.is_told():
            self.stdout.write("The demo clinic is there already; nothing was changed.")
        else:
            story.tell(timezone.now())
            self.stdout.write(
                f"The demo clinic has {Patient.objects.count()} patients, "
                f"{Appointment.objects.count()} visits and {Message.objects.count()} messages."
            )
        story.write_accounts()
