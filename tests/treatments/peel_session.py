"""Session 3 of 5 of a glycolic series, three weeks from its neighbours, and its plan in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from patients.message_rules import Wanted, at_local
from treatments.message_schedule import SessionFacts, session_timeline
from treatments.protocol_data import by_code

LONDON = ZoneInfo("Europe/London")
STEPS = by_code("GLY").steps
DAY = timedelta(days=1)
BOOKED_AT = datetime(2026, 10, 1, 9, tzinfo=UTC)


def local(day: date, wall: str, zone: ZoneInfo = LONDON) -> datetime:
    return at_local(day, time.fromisoformat(wall), zone)


JAN_12 = date(2027, 1, 12)
SESSION = SessionFacts(
    number=3,
    total=5,
    starts_at=local(JAN_12, "15:30"),
    ends_at=local(JAN_12, "16:00"),
    state="done",
    zone=LONDON,
    location_zone=LONDON,
    skin_type=3,
    previous_starts_at=local(date(2026, 12, 22), "15:30"),
    next_starts_at=local(date(2027, 2, 2), "15:30"),
)
BOOKED = replace(SESSION, state="booked")


def listed(wanted: tuple[Wanted, ...], zone: ZoneInfo = LONDON) -> list[tuple[str, str]]:
    return [(each.kind, f"{each.due_at.astimezone(zone):%a %d %b %H:%M}") for each in wanted]


def plan(facts: SessionFacts, booked_at: datetime = BOOKED_AT) -> list[tuple[str, str]]:
    return listed(session_timeline(STEPS, facts, booked_at))


def the(kind: str, facts: SessionFacts, booked_at: datetime = BOOKED_AT) -> Wanted | None:
    wanted = session_timeline(STEPS, facts, booked_at)
    return next((each for each in wanted if each.kind == kind), None)
