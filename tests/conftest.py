"""The cast: the same people in every test.

Fern works at the front desk, Dr Cole treats, Mina manages. Ada and Ben are patients and strangers
to each other. Harbour Street is in London; the clock stands on Monday 30 November 2026, 09:00.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from clinic.accounts.models import User
from clinic.accounts.roles import CLINICIAN, FRONT_DESK, MANAGER, NURSE
from clinic.models import Capability, Location, Resource, WeeklyHours
from patients.models import Patient
from tests.depth import often
from tests.smtp import Postbox, smtp_server
from treatments.actions import protocols
from treatments.models import Protocol

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
PASSWORD = "a long enough password"

# nothing is measured by the clock of a machine that has other things to do
hypothesis_settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=often(100),
)
hypothesis_settings.load_profile("untimed")


# files of few long tests: begun last, one of them would keep one process busy, and none the other
LONG = (
    "tests/e2e/test_every_page.py",
    "tests/e2e/test_every_record_page.py",
    "tests/local/test_supervisor.py",
    "tests/treatments/test_seed_demo.py",
    "tests/patients/test_photo_ingest.py",
    "tests/e2e/",
    "tests/flows/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first; all others keep their order."""

    def place(item: pytest.Item) -> int:
        fits = (number for number, name in enumerate(LONG) if item.nodeid.startswith(name))
        return next(fits, len(LONG))

    items.sort(key=place)


@dataclass(frozen=True)
class Cast:
    """Everybody and everything a test may need; made once per test, through plain rows."""

    fern: User
    cole: User
    mina: User
    nora: User
    harbour: Location
    dr_cole: Resource
    nurse_nora: Resource
    peel_room: Resource
    second_peel_room: Resource
    ada: Patient
    ben: Patient

    @property
    def glycolic(self) -> Protocol:
        return Protocol.objects.current().get(modality="glycolic")


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Argon2 takes its time on purpose; nothing here tests how slow it is."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def photo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("photos")


@pytest.fixture(autouse=True)
def photo_root(settings: Any, photo_folder: Path) -> Path:
    """No test writes where photographs are really kept; made when the first one is stored."""
    settings.PHOTO_ROOT = photo_folder / secrets.token_hex(4)
    return Path(settings.PHOTO_ROOT)


@pytest.fixture
def now() -> Iterator[datetime]:
    """Monday 30 November 2026, 09:00 in London."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


def staff(email: str, name: str, role: str) -> User:
    user = User.objects.create_user(email, PASSWORD, name=name)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def resource(location: Location, kind: str, name: str, *can: str) -> Resource:
    """A resource that works Monday to Friday, 9 to 18."""
    made = Resource.objects.create(location=location, kind=kind, name=name)
    made.capabilities.set(Capability.objects.filter(key__in=can))
    WeeklyHours.objects.bulk_create(
        WeeklyHours(resource=made, location=location, weekday=day, opens=time(9), closes=time(18))
        for day in range(5)
    )
    return made


def patient(given: str, family: str, born: date, email: str, by: User) -> Patient:
    return Patient.objects.create(
        given_name=given,
        family_name=family,
        birth_date=born,
        email=email,
        phone="+44 20 7946 0123",
        skin_type=3,
        email_consent=Patient.EmailConsent.GIVEN,
        email_consent_at=NOW,
        email_consent_by=by,
        time_zone="Europe/London",
    )


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    protocols.install()
    harbour = Location.objects.create(
        name="Harbour Street",
        time_zone="Europe/London",
        address="1 Harbour Street, London",
        phone="+44 20 7946 0000",
    )
    fern = staff("fern@clinic.example", "Fern", FRONT_DESK)
    return Cast(
        fern=fern,
        cole=staff("cole@clinic.example", "Dr Cole", CLINICIAN),
        mina=staff("mina@clinic.example", "Mina", MANAGER),
        nora=staff("nora@clinic.example", "Nora", NURSE),
        harbour=harbour,
        dr_cole=resource(harbour, "person", "Dr Cole", "assess", "peel", "prescribe", "extract"),
        nurse_nora=resource(harbour, "person", "Nurse Nora", "peel"),
        peel_room=resource(harbour, "room", "Peel room 1", "peel-room", "consult-room"),
        second_peel_room=resource(harbour, "room", "Peel room 2", "peel-room"),
        ada=patient("Ada", "Lindqvist", date(1992, 3, 14), "ada@patient.example", fern),
        ben=patient("Ben", "Okafor", date(1988, 7, 1), "ben@patient.example", fern),
    )


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    """`as_(cast.fern).get(...)`: a client signed in as this member of staff."""

    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """A real SMTP server that the product sends to."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with smtp_server() as (box, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield box
