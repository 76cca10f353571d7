"""Ada's glycolic series, and people who wait: as the tests of the wait list share them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from clinic.actions import matching, offers, waitlist
from clinic.actions.matching import Taking
from clinic.actions.waitlist import Wishes
from clinic.models import Appointment, Service, WaitlistEntry, WaitlistOffer
from clinic.queries.waitlist import Gap
from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.flows import series
from tests.flows.series import Series

TODAY_AT_THREE = datetime(2026, 11, 30, 15, tzinfo=UTC)
TWO_DAYS_BEFORE_CHRISTMAS = datetime(2026, 12, 22, 15, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """`booked` is Ada's series, on Tuesdays at three from 8 December on, three weeks apart."""

    cast: Cast
    booked: Series

    def wait(self, visit: Appointment, **wishes: Any) -> WaitlistEntry:
        """Let somebody wait for something earlier than a visit."""
        terms = Wishes(visit.service, self.cast.harbour, visit, **wishes)
        return waitlist.add(patient=visit.patient, wishes=terms, by=self.cast.fern, now=NOW)

    def wait_without_visit(self, patient: Patient, **wishes: Any) -> WaitlistEntry:
        terms = Wishes(Service.objects.get(key="follow-up"), self.cast.harbour, **wishes)
        return waitlist.add(patient=patient, wishes=terms, by=self.cast.fern, now=NOW)

    def gap(self, start: datetime, minutes: int = 45) -> Gap:
        return matching.gap_at(self.cast.harbour, start, minutes, frozenset())

    def could_come(self, start: datetime, minutes: int = 45) -> list[Taking]:
        return list(matching.matches(self.gap(start, minutes), NOW).takings)

    def offer(self, entry: WaitlistEntry, start: datetime, now: datetime = NOW) -> WaitlistOffer:
        taking = matching.judge(entry, self.gap(start), now)
        assert taking is not None
        return offers.offer(who=entry, claim=taking.claim, by=self.cast.fern, now=now)


def world(cast: Cast) -> World:
    return World(cast, series.book(cast))


def dates(taking: Taking) -> list[str]:
    """The visits that move along: from when to when."""
    return [
        f"{each.appointment.starts_at:%a %-d %b %H:%M} to {each.starts_at:%a %-d %b %H:%M}"
        for each in taking.later
    ]
