"""Dr Cole is ill on a day with eight visits: all move, each patient gets one letter; taken back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.test import Client

from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Absence, Appointment, Service
from patients.actions import delivery
from patients.models import Message, Patient
from tests.conftest import NOW, Cast
from tests.factories.patients import PatientFactory
from tests.flows.series import events_of, text_of
from tests.smtp import Postbox

As = Callable[[Any], Client]
TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
LETTERS_GO = timedelta(minutes=2)
URL = "/replan/"


def a_full_day(cast: Cast) -> list[Appointment]:
    """Eight visits on Tuesday, an hour apart; the last two are Ada's second and only Dr Cole's."""
    patients = [cast.ada, cast.ben, *(mailed(cast, n) for n in range(5)), cast.ada]
    visits = []
    for hour, patient in enumerate(patients):
        key = "follow-up" if hour == 7 else "glycolic"
        visits.append(
            booking.book(
                claim=Claim(
                    Service.objects.get(key=key),
                    TUESDAY + timedelta(hours=hour),
                    (cast.dr_cole.pk, cast.peel_room.pk),
                ),
                patient=patient,
                location=cast.harbour,
                by=cast.fern,
                now=NOW,
            )
        )
    Message.objects.all().delete()
    return visits


def mailed(cast: Cast, number: int) -> Patient:
    return PatientFactory(
        email=f"patient{number}@patient.example",
        email_consent="given",
        email_consent_at=NOW,
        email_consent_by=cast.fern,
        time_zone="Europe/London",
    )


def apply(client: Client, cast: Cast) -> Any:
    address = f"{URL}?resource={cast.dr_cole.pk}&first=2026-12-01&last=2026-12-01"
    plan = client.get(address).context["plan"]
    assert (len(plan.moved), plan.unsolved) == (8, [])
    fields = {f"to-{row.visit.pk}": 0 for row in plan.moved}
    return client.post(
        address,
        {"plan": plan.offer, "do": "apply", "record": "on", "kind": "sick", **fields},
        follow=True,
    )


def test_eight_visits_of_a_sick_doctor(cast: Cast, as_: As, postbox: Postbox) -> None:
    visits = a_full_day(cast)
    before = {visit.pk: visit.during for visit in visits}
    client = as_(cast.mina)
    answer = apply(client, cast)
    (said,) = answer.context["messages"]
    assert "8 visits are moved. 7 patients are told by e-mail." in str(said)

    for visit in visits:
        visit.refresh_from_db()
        held = visit.reservations.values_list("resource__name", flat=True)
        away = visit.starts_at.date() == TUESDAY.date() and "Dr Cole" in held
        assert not away
        assert visit.version == 2
    # the seven peels stay at their hour, with Nora; the visit that only Dr Cole can do does not
    assert [visit.during for visit in visits[:7]] == [before[visit.pk] for visit in visits[:7]]
    assert visits[7].during != before[visits[7].pk]
    assert Absence.objects.get().resource == cast.dr_cole

    delivery.deliver_due(now=NOW + LETTERS_GO)
    assert sorted(str(mail["To"]) for mail in postbox.mails) == sorted(
        {visit.patient.email for visit in visits}
    )
    (adas,) = [mail for mail in postbox.mails if mail["To"] == cast.ada.email]
    assert "instead of Tuesday 1 December, 16:00" in text_of(adas)
    assert "away" not in text_of(adas)
    events = events_of(adas)
    assert sorted((str(each["UID"]).split("@")[0], each["SEQUENCE"]) for each in events) == [
        (f"appointment-{visits[0].pk}", 4),
        (f"appointment-{visits[7].pk}", 4),
    ]

    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        back = client.post(said.extra_tags, follow=True)
        assert "Taken back: the visits of 7 patients" in str(next(iter(back.context["messages"])))
    for visit in visits:
        visit.refresh_from_db()
        assert visit.during == before[visit.pk]
        held = visit.reservations.values_list("resource__name", flat=True)
        assert sorted(held) == ["Dr Cole", "Peel room 1"]
    assert not Absence.objects.exists()
    delivery.deliver_due(now=NOW + timedelta(minutes=13))
    assert len(postbox.mails) == 14


def test_a_slip_taken_back_at_once_reaches_nobody(cast: Cast, as_: As, postbox: Postbox) -> None:
    a_full_day(cast)
    client = as_(cast.mina)
    (said,) = apply(client, cast).context["messages"]
    client.post(said.extra_tags)
    delivery.deliver_due(now=NOW + 5 * LETTERS_GO)
    assert postbox.mails == []
