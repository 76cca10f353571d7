"""A visit booked, moved or cancelled between the manager's look and the manager's press."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from clinic.actions import booking, hours, resources, weekly_hours
from clinic.actions.keeping import VisitsStand, seen
from clinic.models import Absence, Appointment, Closure, Resource
from tests.conftest import NOW, Cast
from tests.flows.test_races import TUESDAY, at_once, booker, commit_before

pytestmark = pytest.mark.django_db(transaction=True)

NOTHING_SEEN = seen([])


def ill(cast: Cast) -> Callable[..., Any]:
    start, end = TUESDAY - timedelta(hours=2), TUESDAY + timedelta(hours=2)
    return partial(hours.record_absence, resource=cast.dr_cole, start=start, end=end, kind="sick")


def closing(cast: Cast) -> Callable[..., Any]:
    day = TUESDAY.date()
    return partial(hours.close_days, location=cast.harbour, first=day, last=day, reason="Flood")


def no_more_hours(cast: Cast) -> Callable[..., Any]:
    return partial(
        weekly_hours.set_week,
        resource=cast.dr_cole,
        location=cast.harbour,
        week=(),
        first=date(2026, 12, 1),
    )


def leaving(cast: Cast) -> Callable[..., Any]:
    return partial(resources.deactivate, resource=cast.dr_cole)


@pytest.mark.parametrize("change", [ill, closing, no_more_hours, leaving])
def test_a_visit_booked_after_the_look_is_shown_before_anything_is_saved(
    cast: Cast, change: Callable[[Cast], Callable[..., Any]]
) -> None:
    """The manager saw no visits and keeps "these"; the desk books one a moment earlier."""
    who = {"by": cast.mina, "now": NOW}
    press = partial(change(cast), keep_visits=True, saw=NOTHING_SEEN, **who)

    refused = commit_before(press, booker(cast, cast.ada))

    assert isinstance(refused, VisitsStand), refused
    assert refused.visits == (Appointment.objects.get(),)
    assert not Absence.objects.exists()
    assert not Closure.objects.exists()
    assert Resource.objects.get(pk=cast.dr_cole.pk).active
    assert cast.dr_cole.weekly_hours.filter(valid_until=None).count() == 5
    # having seen it, the manager may keep it
    change(cast)(keep_visits=True, saw=seen(refused.visits), **who)


@pytest.mark.parametrize("change", [ill, no_more_hours, leaving])
def test_a_desk_that_books_a_moment_later_is_refused(
    cast: Cast, change: Callable[[Cast], Callable[..., Any]]
) -> None:
    press = partial(change(cast), by=cast.mina, now=NOW)
    refused = commit_before(booker(cast, cast.ada), press)
    assert "Dr Cole is away then (ill)." in str(refused) or "does not work" in str(refused)
    assert not Appointment.objects.exists()


def test_two_visits_that_leave_an_absence_at_once_leave_it_whole(cast: Cast) -> None:
    visits = [
        booker(cast, cast.ada)(),
        booker(cast, cast.ben, claim=_an_hour_later(cast))(),
    ]
    absence = ill(cast)(keep_visits=True, by=cast.mina, now=NOW)
    assert absence.reservations.count() == 3
    cancel = [
        partial(booking.cancel, appointment=each, reason="ill", by=cast.fern, now=NOW)
        for each in visits
    ]
    assert [each.status for each in at_once(*cancel)] == ["cancelled", "cancelled"]
    assert absence.reservations.get().during == absence.during


def _an_hour_later(cast: Cast) -> Any:
    first = booker(cast, cast.ada).keywords["claim"]  # type: ignore[attr-defined]
    return type(first)(first.service, first.start + timedelta(hours=1), first.assignment)
