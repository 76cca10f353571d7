"""What is written after a visit whose record nobody has signed yet."""

from datetime import timedelta
from typing import Any

import pytest

from clinic.actions import booking
from patients.subjects import Facts, Hold
from tests.conftest import NOW, Cast
from tests.treatments.test_letters_after import (
    AFTER,
    DONE,
    MINUTE,
    begun,
    first_session,
    kinds,
    seen,
)
from treatments.actions import visits as actions
from treatments.actions.visits import Entry, Seen
from treatments.models import Session

EVENING = NOW + timedelta(hours=4)


@pytest.fixture
def session(cast: Cast, now: Any) -> Session:
    return first_session(cast)


def left(cast: Cast, session: Session, record: dict[str, Any], **visit: Any) -> None:
    """The log is written, the desk closes the visit, nobody signs."""
    draft = begun(cast, session)
    entry = Entry(visit=visit, record=record)
    actions.save(visit=draft, entry=entry, seen=Seen(1), by=cast.cole, now=NOW)
    assert session.appointment is not None
    booking.complete(appointment=session.appointment, by=cast.fern, now=NOW + 20 * MINUTE)


def test_the_letter_says_what_its_own_sheet_says(cast: Cast, session: Session) -> None:
    left(cast, session, DONE | {"agent": "salicylic", "neutraliser": ""}, broken_off=True)
    assert kinds(session) == AFTER
    facts = seen(session, "aftercare_day0", EVENING)
    assert isinstance(facts, Facts)
    assert (facts.context["modality"], facts.context["broken_off"]) == ("salicylic", True)


def test_no_care_is_written_for_what_was_not_applied(cast: Cast, session: Session) -> None:
    off = {"broken_off": True, "broken_off_why": "A cold sore"}
    left(cast, session, {"contact_seconds": 0}, **off)
    held = seen(session, "aftercare_day0", EVENING)
    assert isinstance(held, Hold)
    assert held.reason == "the record says that nothing was applied, and is not signed yet"


def test_without_a_record_it_follows_what_was_booked(cast: Cast, session: Session) -> None:
    assert session.appointment is not None
    booking.complete(appointment=session.appointment, by=cast.fern, now=NOW + 20 * MINUTE)
    facts = seen(session, "aftercare_day0", EVENING)
    assert isinstance(facts, Facts)
    assert facts.context["modality"] == "glycolic"
