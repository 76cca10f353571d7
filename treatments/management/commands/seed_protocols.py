"""`manage.py seed_protocols`: the clinic's standard protocols; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from treatments.actions import protocols


class Command(BaseCommand):
    help = "Adds the shipped protocols that this clinic does not have yet."

    def handle(self, *args: Any, **options: Any) -> None:
        added = protocols.install()
        names = ", ".join(each.name for each in added)
        self.stdout.write(f"Protocols added: {names}." if added else "All protocols are there.")
