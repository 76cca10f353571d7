"""Adding, changing and giving up people, rooms and devices."""

from datetime import UTC, datetime
from typing import Any

import pytest

from clinic.actions import booking, resources
from clinic.actions.claims import BookingRefused, Claim
from clinic.actions.keeping import VisitsStand
from clinic.models import Appointment, Capability, Resource, Service
from tests.conftest import NOW, Cast

pytestmark = pytest.mark.django_db

TUESDAY_NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def capability(key: str) -> Capability:
    return Capability.objects.get(key=key)


def who(cast: Cast) -> dict[str, Any]:
    return {"by": cast.mina, "now": NOW}


@pytest.fixture
def visit(cast: Cast) -> Appointment:
    claim = Claim(
        Service.objects.get(key="glycolic"), TUESDAY_NOON, (cast.dr_cole.pk, cast.peel_room.pk)
    )
    return booking.book(claim=claim, patient=cast.ada, location=cast.harbour, by=cast.fern, now=NOW)


def test_a_new_device(cast: Cast) -> None:
    made = resources.add_resource(
        location=cast.harbour,
        kind="device",
        name=" Dermatome ",
        capabilities=[capability("ln2")],
        **who(cast),
    )
    assert (made.name, made.kind, made.active) == ("Dermatome", "device", True)
    assert list(made.capabilities.values_list("key", flat=True)) == ["ln2"]


def test_a_name_is_given_once_at_a_place(cast: Cast) -> None:
    with pytest.raises(BookingRefused, match="Harbour Street has a PEEL ROOM 1 already"):
        resources.add_resource(
            location=cast.harbour, kind="room", name="PEEL ROOM 1", capabilities=[], **who(cast)
        )


def test_a_lost_capability_names_the_visits_that_need_it(cast: Cast, visit: Appointment) -> None:
    kept = [capability("assess"), capability("prescribe"), capability("peel")]
    resources.change_resource(
        resource=cast.dr_cole, name="Dr H Cole", capabilities=kept, **who(cast)
    )
    with pytest.raises(VisitsStand) as refused:
        resources.change_resource(
            resource=cast.dr_cole, name="Dr Cole", capabilities=kept[:2], **who(cast)
        )
    assert refused.value.visits == (visit,)
    cast.dr_cole.refresh_from_db()
    assert cast.dr_cole.name == "Dr H Cole"
    assert set(cast.dr_cole.capabilities.all()) == set(kept)


def test_giving_up_a_room_names_its_visits(cast: Cast, visit: Appointment) -> None:
    with pytest.raises(VisitsStand) as refused:
        resources.deactivate(resource=cast.peel_room, **who(cast))
    assert str(refused.value) == (
        "Peel room 1 is booked: Ada Lindqvist, Tue 1 Dec, 12:00, Glycolic peel."
    )
    resources.deactivate(resource=cast.second_peel_room, **who(cast))
    assert not Resource.objects.get(pk=cast.second_peel_room.pk).active
    resources.reactivate(resource=cast.second_peel_room, **who(cast))
    assert Resource.objects.get(pk=cast.second_peel_room.pk).active


def test_a_room_given_up_over_visits_is_not_booked_any_more(cast: Cast, visit: Appointment) -> None:
    resources.deactivate(resource=cast.peel_room, keep_visits=True, **who(cast))
    claim = Claim(visit.service, TUESDAY_NOON, (cast.nurse_nora.pk, cast.peel_room.pk))
    with pytest.raises(BookingRefused, match="already booked then"):
        booking.book(claim=claim, patient=cast.ben, location=cast.harbour, by=cast.fern, now=NOW)
    booking.cancel(appointment=visit, reason="x", by=cast.fern, now=NOW)
    with pytest.raises(BookingRefused, match="does not work here"):
        booking.book(claim=claim, patient=cast.ben, location=cast.harbour, by=cast.fern, now=NOW)
