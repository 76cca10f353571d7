"""The demo clinic: what it must show, that it hurts nobody, and that it may be repeated."""

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from clinic.accounts.models import User
from clinic.models import Appointment, Location, Resource
from clinic.queries import appointments, lights
from patients.models import Message, Patient
from treatments.demo import history, people, places
from treatments.demo.desk import address_of
from treatments.models import Course, Session
from treatments.queries import courses, outcomes
from treatments.views.outcome_words import reviews_of

ROLES = ["clinician", "front desk", "manager", "nurse"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLINIC_VAR", str(tmp_path))
    return tmp_path


def seed() -> str:
    said = StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue()


def counts() -> list[int]:
    models = (User, Patient, Location, Resource, Appointment, Course, Session, Message)
    return [model._default_manager.count() for model in models]


def test_the_demo_clinic_shows_every_state_and_a_second_run_changes_nothing(
    db: None, now: datetime, folder: Path
) -> None:
    assert seed().startswith("The demo clinic has 65 patients,")
    check_accounts(folder / "demo-accounts.txt")
    check_places()
    check_courses()
    check_calendar(now)
    check_lights(now)
    check_ledger(now)
    check_results()
    before = counts()
    assert seed() == "The demo clinic is there already; nothing was changed.\n"
    assert counts() == before


def check_accounts(path: Path) -> None:
    lines = [line.split("\t") for line in path.read_text().splitlines()]
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(role for role, _, _ in lines) == ROLES
    for role, email, password in lines:
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert [group.name for group in user.groups.all()] == [role]


def check_places() -> None:
    zones = set(Location.objects.values_list("time_zone", flat=True))
    assert zones == {"Europe/London", "America/New_York"}
    kinds = Counter(Resource.objects.values_list("kind", flat=True))
    assert kinds == {"person": 6, "room": 9, "device": 3}
    assert Patient.objects.filter(deceased=True).count() == 1


def check_courses() -> None:
    found: dict[str, list[str]] = {}
    for course in courses.with_sessions():
        states = [dot.state for dot in courses.dots(course)]
        found.setdefault(course.plan.patient.family_name, [course.status, *states])
    assert found["Lindqvist"] == ["active", "done", "done", "booked", "booked", "open"]
    assert found["Fontaine-Mbeki"] == ["active", *["open"] * 5]
    assert found["O’Connell"] == ["completed", *["done"] * 4]
    assert found["Wiśniewska"] == ["stopped", "done", "done", "done", "open", "open"]
    assert found["Krishnamurthy"] == ["active", "done", "done", "done", "open", "open"]
    assert found["D’Angelo"][:4] == ["active", "done", "done", "open"]
    assert found["Al-Zahrani"] == ["active", "done", "done", "out", "open"]
    assert found["Deshpande"] == ["active", *["booked"] * 5]


def check_results() -> None:
    """Courses that came to their end are judged; one face has more milia than before."""
    ended = Course.objects.filter(status="completed", outcomes__isnull=False)
    assert "O’Connell" in ended.values_list("plan__patient__family_name", flat=True)
    grace = Patient.objects.get(family_name="Adeyemi")
    asked = reviews_of(courses.of_patient(grace), outcomes.counted(grace))
    assert [review.prompt for _course, _change, review in asked] == ["rising"]


def check_calendar(now: datetime) -> None:
    status = Counter(Appointment.objects.values_list("status", flat=True))
    assert set(status) >= {"booked", "confirmed", "done", "no_show", "cancelled"}
    today = Appointment.objects.between(now - timedelta(hours=9), now + timedelta(hours=15))
    assert today.count() > 15
    late = Appointment.objects.filter(during__endswith__lte=now - timedelta(hours=9))
    # only the visit that nobody recorded
    left = late.filter(status__in=["booked", "confirmed", "arrived", "in_room"])
    assert [each.patient.family_name for each in left] == ["Kamau"]


def check_lights(now: datetime) -> None:
    harbour = Location.objects.get(name=places.HARBOUR)
    visits = appointments.on_day(harbour, now.date(), now)
    found = lights.of([each.appointment for each in visits])
    texts = {light.text for each in found.values() for light in each}
    assert texts >= {"Screening: to check", "Screening clear", "Consent signed"}


def check_ledger(now: datetime) -> None:
    status = Counter(Message.objects.values_list("status", flat=True))
    assert set(status) == {"planned", "sent", "suppressed", "withdrawn", "failed"}
    assert not Message.objects.filter(status="sent", sent_at__gt=now).exists()
    assert not Message.objects.filter(status="sent", sent_to="").exists()
    answers = set(Message.objects.filter(status="sent").values_list("server_answer", flat=True))
    assert answers == {history.ANSWER}
    due = Message.objects.filter(status="planned", due_at__lte=now)
    assert ("booked", "Deshpande") in due.values_list("kind", "patient__family_name")
    # whatever else is due waits for something: a visit to be recorded, a greylist
    assert not due.filter(due_at__lt=now - history.LEFT_TO_THE_WORKER, try_after=None).exists()
    refused = Patient.objects.get(family_name="Pemberton").messages.exclude(status="planned")
    assert set(refused.values_list("status", flat=True)) <= {"suppressed", "withdrawn"}
    # hundreds of bookings asked for a worker; one nudge is left
    assert len(connection.run_on_commit) <= 1


def test_no_demo_account_is_made_in_production(db: None, settings: Any, folder: Path) -> None:
    settings.LOCAL = False
    with pytest.raises(CommandError, match="runs only with LOCAL=true"):
        seed()
    assert counts()[0] == 0
    assert not list(folder.iterdir())


def test_everybody_is_invented() -> None:
    everybody = people.everybody()
    addresses = [address_of(each) for each in everybody] + [each.email for each in places.STAFF]
    assert all(address.endswith(".example") and address.isascii() for address in addresses)
    assert len(set(addresses)) == len(addresses)
    assert len({each.family for each in everybody}) == len(everybody)
