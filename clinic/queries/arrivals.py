"""The arrivals board of a day: who is expected, waiting, being treated, and who is through."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, F
from django.db.models.functions import TruncDate

from clinic.models import Appointment, Location, VisitAnswer
from clinic.queries import answers, lights
from clinic.queries.appointments import EXPECTED, SOON, Visit, day_bounds
from clinic.queries.lights import Light

_Status = Appointment.Status
LOOK_AHEAD = timedelta(days=14)


class Card(NamedTuple):
    """One visit as the board draws it."""

    visit: Visit
    lights: tuple[Light, ...]
    answer: VisitAnswer | None = None
    """What the patient said of it by a link, of a visit before its day."""

    @property
    def loud(self) -> tuple[Light, ...]:
        """The lights that somebody must see to."""
        return tuple(each for each in self.lights if each.is_loud)


class Lane(NamedTuple):
    """The visits of one state: `cards` in full, `rows` short. `key` is "expected", "confirmed",
    "arrived", "in_room" or "closed"."""

    key: str
    cards: tuple[Card, ...]
    rows: tuple[Card, ...]

    @property
    def total(self) -> int:
        return len(self.cards) + len(self.rows)


class Lanes(NamedTuple):
    """A day's visits by state. Until the day has come those who have confirmed stand apart from
    those who are still to be asked."""

    expected: Lane
    confirmed: Lane
    arrived: Lane
    in_room: Lane
    closed: Lane

    @property
    def open(self) -> tuple[Visit, ...]:
        """All whose visit is not over."""
        lanes = (self.expected, self.confirmed, self.arrived, self.in_room)
        return tuple(each.visit for lane in lanes for each in (*lane.cards, *lane.rows))

    @property
    def is_late(self) -> bool:
        """The day is more than half over: those who are through need more room than the rest."""
        return self.closed.total > self.expected.total

    @property
    def next(self) -> int | None:
        """The appointment of whoever is expected next and may be checked in."""
        may = (each.appointment.pk for each in self.open if "check-in" in each.steps)
        return next(may, None)


def lanes(visits: Sequence[Visit], now: datetime) -> Lanes:
    """Sort a day's visits into lanes.

    Expected ones are in order of time, in full from an hour before. Whoever waits longest comes
    first, and so does whoever was through last: that is where something is to be undone.
    """
    lit = lights.of([each.appointment for each in visits])
    ahead = [each.appointment for each in visits if "confirm" in each.steps]
    said = answers.of_visits(ahead) if ahead else {}
    cards = [
        Card(each, lit.get(each.appointment.pk, ()), said.get(each.appointment.pk))
        for each in visits
    ]
    confirmed = [each for each in cards if "unconfirm" in each.visit.steps]
    expected = [each for each in _of(cards, EXPECTED) if "unconfirm" not in each.visit.steps]
    near = [each for each in expected if each.visit.appointment.during.lower <= now + SOON]
    closed = sorted(_of(cards, {_Status.DONE, _Status.NO_SHOW}), key=_since, reverse=True)
    return Lanes(
        Lane("expected", tuple(near), tuple(expected[len(near) :])),
        Lane("confirmed", (), tuple(confirmed)),
        Lane("arrived", tuple(sorted(_of(cards, {_Status.ARRIVED}), key=_since)), ()),
        Lane("in_room", tuple(_of(cards, {_Status.IN_ROOM})), ()),
        Lane("closed", (), (*closed, *_of(cards, {_Status.CANCELLED}))),
    )


def _of(cards: Iterable[Card], states: Iterable[str]) -> list[Card]:
    return [each for each in cards if each.visit.appointment.status in states]


def _since(card: Card) -> datetime:
    return card.visit.appointment.status_at


# The physical version of every row that the board draws, in one text. `xmin` and `ctid` change with
# whatever writes a row; a largest time of change would miss the writer that commits late.
_VERSION = """
WITH day AS (
    SELECT id, patient_id, format('a%%s %%s %%s', id, xmin, ctid) AS line FROM clinic_appointment
    WHERE location_id = %(location)s AND during && tstzrange(%(start)s, %(end)s)
)
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT line FROM day
    UNION ALL SELECT format('r%%s %%s %%s', id, xmin, ctid) FROM clinic_reservation
        WHERE appointment_id IN (SELECT id FROM day)
    UNION ALL SELECT format('w%%s %%s %%s', id, xmin, ctid) FROM clinic_visitanswer
        WHERE appointment_id IN (SELECT id FROM day)
    UNION ALL SELECT format('p%%s %%s %%s', id, xmin, ctid) FROM patients_patient
        WHERE id IN (SELECT patient_id FROM day)
    UNION ALL SELECT format('s%%s %%s %%s', id, xmin, ctid) FROM patients_screening
        WHERE patient_id IN (SELECT patient_id FROM day)
    UNION ALL SELECT format('k%%s', patients_clearance.id) FROM patients_clearance
        JOIN patients_screening ON patients_screening.id = screening_id
        WHERE patient_id IN (SELECT patient_id FROM day)
    UNION ALL SELECT format('c%%s %%s %%s', id, xmin, ctid) FROM patients_consent
        WHERE patient_id IN (SELECT patient_id FROM day)
) AS lines
"""


class ToConfirm(NamedTuple):
    """The next day with visits that nobody has confirmed, and how many they are."""

    on: date
    visits: int


def to_confirm(location: Location, today: date) -> ToConfirm | None:
    """Whom to call before their day; None when there is nobody within two weeks. One query."""
    start, _end = day_bounds(today + timedelta(days=1), location)
    ahead = Appointment.objects.filter(
        location=location,
        status=_Status.BOOKED,
        during__startswith__range=(start, start + LOOK_AHEAD),
    )
    days = ahead.annotate(on=TruncDate(F("during__startswith"), tzinfo=location.zone)).values("on")
    found = days.annotate(visits=Count("pk")).order_by("on").first()
    return ToConfirm(**found) if found else None


def version(location: Location, on: date) -> str:
    """A text that is another one as soon as anything is written that the board of this day shows:
    visits, what they hold, what was answered to them, their patients' names, health answers, what
    was cleared, and consents.

    Names of rooms, people and services are left out: they change once a year.
    """
    start, end = day_bounds(on, location)
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, {"location": location.pk, "start": start, "end": end})
        return str(cursor.fetchone()[0] or "")
