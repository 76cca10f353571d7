"""The link in a letter after a visit to the page with the care for that one visit."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, cast

from clinic.models import Appointment
from patients.models import Link
from patients.subjects import LinkWanted
from treatments import aftercare
from treatments.protocol_data.model import Modality

Status = Appointment.Status
ATTENDED: Final = (Status.ARRIVED, Status.IN_ROOM, Status.DONE)
# letters after a visit go on until the next one, and their link opens at least as long
AT_LEAST: Final = 60


def of_visit(appointment: Appointment, modality: str) -> Mapping[str, LinkWanted]:
    """By its name in the context of letters; nothing for a visit that nobody came to yet.

    It opens as long as the care has something to say, and shows what is recorded at that moment:
    so it has no version, and is the same in every letter after the visit.
    """
    if appointment.status not in ATTENDED:
        return {}
    days = max(aftercare.days_of_care(cast(Modality, modality)), AT_LEAST)
    page = LinkWanted(
        route="link-aftercare",
        purpose=Link.Purpose.AFTERCARE,
        subject_key=f"appointment:{appointment.pk}",
        expires_at=appointment.during.upper + timedelta(days=days),
    )
    return {"aftercare_url": page}
