"""What a page is to whoever looks at all of them."""

from dataclasses import dataclass
from typing import Final

from clinic.accounts.roles import CLINICIAN, FRONT_DESK, MANAGER, NURSE
from patients.models import Patient

EVERYBODY: Final = (FRONT_DESK, CLINICIAN, NURSE, MANAGER)


@dataclass(frozen=True)
class Page:
    """`roles` are those for whom it is drawn; the status is the one the page must answer with."""

    name: str
    path: str
    roles: tuple[str, ...] = (FRONT_DESK,)
    status: int = 200


def patient_named(family: str) -> Patient:
    return Patient.objects.get(family_name=family)
