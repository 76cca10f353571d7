"""What stands in the way of a change, and the decision to let it stand for now.

Somebody is ill although visits are booked with them. A change that breaks visits is refused with
the whole list; whoever has seen the list may keep the visits and plan them anew afterwards. If the
list is another one by the time of saving, the change is refused again, with the new list.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from clinic.accounts.models import RecordAccess, User
from clinic.actions.claims import BookingRefused, Objection
from clinic.models import Appointment

# a visit as somebody saw it: its pk and its version, which every move raises
Seen = frozenset[tuple[int, int]]


class VisitsStand(BookingRefused):
    """Nothing was changed: these visits stand in the way, and were not to be kept, or are not those
    that were seen."""

    def __init__(self, visits: Sequence[Appointment], *objections: Objection) -> None:
        super().__init__(*objections)
        self.visits = tuple(visits)


def seen(visits: Iterable[Appointment]) -> Seen:
    return frozenset((each.pk, each.version) for each in visits)


def refuse_unless_kept(
    visits: Sequence[Appointment],
    sentence: Callable[[Appointment], str],
    keep_visits: bool,
    saw: Seen | None,
) -> None:
    """Ask under the locks that keep others from booking. With `saw`, only visits in it may be kept;
    that some of them are gone meanwhile is no reason to ask again.

    Raises VisitsStand with one objection per visit.
    """
    kept = keep_visits and (saw is None or seen(visits) <= saw)
    if visits and not kept:
        raise VisitsStand(visits, *(Objection(sentence(each)) for each in visits))


def words(appointment: Appointment) -> str:
    """ "Ada Lindqvist, Tue 1 Dec, 12:00, Glycolic peel"."""
    return (
        f"{appointment.patient.full_name}, {appointment.starts_at:%a %-d %b, %H:%M}, "
        f"{appointment.service.name}"
    )


def note(record: str, pk: int, by: User, now: datetime) -> None:
    """Who changed what, and when: the same log that says who changed a patient's details."""
    RecordAccess.objects.create(
        user=by, record=record, record_id=pk, action=RecordAccess.Action.CHANGE, at=now
    )
