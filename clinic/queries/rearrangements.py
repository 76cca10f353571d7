"""What was decided about visits, and whether it can still be taken back."""

from clinic.models import Appointment, RearrangedVisit, Rearrangement


def last_of(appointment: Appointment) -> Rearrangement | None:
    """The latest decision that touched this visit."""
    rows = RearrangedVisit.objects.filter(appointment=appointment).order_by("-pk")
    row = rows.select_related("rearrangement").first()
    return row.rearrangement if row else None


def decided_together(made: Rearrangement) -> list[Rearrangement]:
    """A decision with what it did to other patients at the same time, in the order of patients."""
    rows = Rearrangement.objects.filter(actor=made.actor_id, key=made.key)
    return list(rows.select_related("patient", "actor").order_by("patient"))
