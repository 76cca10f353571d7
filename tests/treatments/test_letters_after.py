"""What is written after a visit follows its signed record, and is planned anew with it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.actions import booking
from clinic.models import Appointment
from patients import subjects
from patients.actions import delivery
from patients.models import Message
from patients.subjects import Facts, Hold, Stop
from tests.conftest import NOW, Cast
from tests.smtp import Postbox
from tests.treatments.letters import text_of
from tests.treatments.test_plans import book, proposed, start
from tests.treatments.test_visit_log import chart
from treatments.actions import course_messages
from treatments.actions import visits as actions
from treatments.actions.visits import Entry, Seen
from treatments.models import Course, Session, Visit
from treatments.queries import courses

MINUTE = timedelta(minutes=1)
AFTER = {"aftercare_day0", "check_1", "flaking_3", "settled_7", "sunscreen"}
DONE = {
    "strength_percent": Decimal(20),
    "contact_seconds": 120,
    "endpoint": "pink",
    "neutraliser": "bicarbonate",
}


def first_session(cast: Cast) -> Session:
    """Session 1 of 5 is here: its appointment is moved to the moment of the tests by hand."""
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    session = course.sessions.get(number=1)
    assert session.appointment is not None
    length = session.appointment.during.upper - session.appointment.during.lower
    Appointment.objects.filter(pk=session.appointment_id).update(
        during=(NOW, NOW + length), status="in_room"
    )
    course_messages.replan(course=courses.with_sessions().get(pk=course.pk), now=NOW)
    return Session.objects.select_related("appointment", "course").get(pk=session.pk)


def begun(cast: Cast, session: Session, at: datetime = NOW) -> Visit:
    assert session.appointment is not None
    return actions.start(appointment=session.appointment, by=cast.cole, now=at)


def signed(cast: Cast, visit: Visit, record: dict[str, Any], at: datetime, **more: Any) -> Visit:
    parts = {name: more.pop(name) for name in ("products", "events", "ticks") if name in more}
    entry = Entry(visit=more, record=record, **parts)
    saved = actions.save(visit=visit, entry=entry, seen=Seen(1), by=cast.cole, now=at)
    return actions.sign(visit=saved, version=saved.version, by=cast.cole, now=at)


def kinds(session: Session) -> set[str]:
    rows = Message.objects.filter(subject_key=session.subject_key, status="planned")
    return set(rows.values_list("kind", flat=True))


def due(session: Session, kind: str) -> datetime:
    found: datetime = Message.objects.get(
        subject_key=session.subject_key, kind=kind, status="planned"
    ).due_at
    return found


def seen(session: Session, kind: str, now: datetime) -> Any:
    message = Message.objects.filter(subject_key=session.subject_key, kind=kind).latest("pk")
    return subjects.look(message, now)


# The end, and what was applied -------------------------------------------------------------------


def test_until_it_is_signed_letters_follow_what_is_booked(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    assert session.appointment is not None
    booked = session.appointment.during.upper + timedelta(hours=3)
    assert due(session, "aftercare_day0") == booked
    begun(cast, session)
    assert due(session, "aftercare_day0") == booked
    assert kinds(session) >= AFTER


def test_signed_early_the_first_night_counts_from_then(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    signed(cast, begun(cast, session), DONE, NOW + 12 * MINUTE)
    assert due(session, "aftercare_day0") == NOW + 12 * MINUTE + timedelta(hours=3)
    assert kinds(session) == AFTER


def test_broken_off_before_it_was_applied_leaves_no_aftercare(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    record = {"strength_percent": Decimal(20), "contact_seconds": 0}
    off = {"broken_off": True, "broken_off_why": "A cold sore"}
    signed(cast, begun(cast, session), record, NOW + 5 * MINUTE, **off)
    assert kinds(session) == set()
    left = Message.objects.filter(subject_key=session.subject_key, kind="sunscreen")
    assert set(left.values_list("status", flat=True)) == {"withdrawn"}


def test_broken_off_after_it_was_applied_keeps_all_of_it(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    record = DONE | {"contact_seconds": 30, "endpoint": ""}
    off = {"broken_off": True, "broken_off_why": "Stinging"}
    signed(cast, begun(cast, session), record, NOW + 5 * MINUTE, **off)
    assert kinds(session) == AFTER
    facts = seen(session, "aftercare_day0", NOW + timedelta(hours=4))
    assert isinstance(facts, Facts)
    assert facts.context["broken_off"] is True


def test_what_is_looked_at_too_early_or_in_vain(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    visit = begun(cast, session)
    Appointment.objects.filter(pk=session.appointment_id).update(status="booked")
    assert isinstance(seen(session, "check_1", NOW), Hold)
    Appointment.objects.filter(pk=session.appointment_id).update(status="in_room")
    record = {"strength_percent": Decimal(20), "contact_seconds": 0}
    off = {"broken_off": True, "broken_off_why": "A cold sore"}
    signed(cast, visit, record, NOW + 5 * MINUTE, **off)
    assert seen(session, "check_1", NOW) == Stop("nothing was applied at the visit")


# Another treatment -------------------------------------------------------------------------------


def test_another_acid_than_the_planned_one_has_its_own_words(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    visit = begun(cast, session)
    visit.peelrecord.delete()
    record = {"agent": "salicylic", "strength_percent": Decimal(20), "contact_seconds": 180}
    type(visit.peelrecord)._default_manager.create(visit=visit, **record, rinse_seconds=60)
    Visit.objects.filter(pk=visit.pk).update(signed_at=NOW, signed_by=cast.cole)
    booking.complete(appointment=visit.appointment, by=cast.cole, now=NOW + 20 * MINUTE)
    facts = seen(session, "aftercare_day0", NOW + timedelta(hours=4))
    assert isinstance(facts, Facts)
    assert facts.context["modality"] == "salicylic"


def test_an_extraction_in_the_place_of_a_peel_has_the_letters_of_an_extraction(
    cast: Cast, now: Any
) -> None:
    """Under the eye, with a plaster: the record is that of an extraction."""
    session = first_session(cast)
    lesions = chart(cast)
    visit = begun(cast, session)
    other = type(visit.protocol)._default_manager.current().get(modality="extraction")
    visit.peelrecord.delete()
    Visit.objects.filter(pk=visit.pk).update(protocol=other)
    from treatments.models import ExtractionRecord, LesionTreatment  # noqa: PLC0415

    ExtractionRecord.objects.create(visit=visit, tool="lancet", dressing="plaster")
    LesionTreatment.objects.create(visit=visit, lesion=lesions[2], result="cleared")
    Visit.objects.filter(pk=visit.pk).update(signed_at=NOW, signed_by=cast.cole)
    booking.complete(appointment=visit.appointment, by=cast.cole, now=NOW + 20 * MINUTE)

    assert kinds(session) == {"aftercare_day0", "check_1", "routine_3", "healing_7"}
    facts = seen(session, "aftercare_day0", NOW + timedelta(hours=4))
    assert isinstance(facts, Facts)
    said = " ".join(text_of(dict(facts.context), "aftercare_day0", "check_1").split())
    assert "Keep it clean and dry tonight" in said
    assert "The acid was neutralised" not in said
    assert "The plaster may come off tomorrow morning." in said
    assert "Near the eye: no rubbing, no eye make-up for 24 hours" in said
    assert "Lids that are puffy this morning settle during the day." in said


# What was used -----------------------------------------------------------------------------------


def test_the_letter_names_what_was_taken_home_but_no_dose(
    cast: Cast, now: Any, postbox: Postbox
) -> None:
    session = first_session(cast)
    products = [
        {"name": "Barrier balm", "handed_out": True},
        {"name": "Retinol 0.5 %", "handed_out": True},
        {"name": "Degreaser", "handed_out": False},
    ]
    events = [{"kind": "blister", "severity": "mild", "action": ""}]
    more: dict[str, Any] = {"products": products, "events": events}
    signed(cast, begun(cast, session), DONE, NOW + 12 * MINUTE, **more)
    delivery.deliver_due(now=due(session, "aftercare_day0"))
    (mail,) = [m for m in postbox.mails if m["Subject"] == "This evening and tonight"]
    part = mail.get_body(("plain",))
    assert part is not None
    said = " ".join(part.get_content().split())
    assert "What you took home: Barrier balm. Use it as we showed you." in said
    assert "A blister has formed already: leave it closed and keep it dry." in said


# Planned again -----------------------------------------------------------------------------------


def drift(session: Session) -> None:
    Message.objects.filter(subject_key=session.subject_key, status="planned").delete()


def test_an_addendum_plans_again_and_a_second_press_does_not(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    visit = signed(cast, begun(cast, session), DONE, NOW + 12 * MINUTE)
    drift(session)
    at = NOW + 20 * MINUTE
    first = actions.add(visit=visit, text="Went home with a friend", by=cast.cole, now=at)
    assert kinds(session) == AFTER
    drift(session)
    assert actions.add(visit=visit, text=first.text, by=cast.cole, now=at) == first
    assert kinds(session) == set()


def test_signed_after_it_was_closed_plans_as_well(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    visit = begun(cast, session)
    booking.complete(appointment=visit.appointment, by=cast.cole, now=NOW + 30 * MINUTE)
    record = {"strength_percent": Decimal(20), "contact_seconds": 0}
    off = {"broken_off": True, "broken_off_why": "A cold sore"}
    assert kinds(session) == AFTER
    signed(cast, visit, record, NOW + 40 * MINUTE, **off)
    assert kinds(session) == set()


def test_the_night_heals_what_a_lost_event_left_wrong(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    signed(cast, begun(cast, session), DONE, NOW + 12 * MINUTE)
    drift(session)
    later = NOW + 20 * MINUTE
    assert course_messages.replan_all(now=later) == 1
    assert kinds(session) == AFTER
    before = list(Message.objects.order_by("pk").values())
    assert course_messages.replan_all(now=later) == 0
    assert list(Message.objects.order_by("pk").values()) == before


def test_one_more_query_once_a_session_is_signed(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    signed(cast, begun(cast, session), DONE, NOW + 12 * MINUTE)
    drift(session)
    loaded = courses.with_sessions().get(pk=session.course_id)
    with CaptureQueriesContext(connection) as caught:
        course_messages.replan(course=loaded, now=NOW + 12 * MINUTE)
    assert len(caught) == 6


@pytest.mark.parametrize("sessions", [4, 6])
def test_a_whole_course_is_reconciled_in_six_queries(cast: Cast, now: Any, sessions: int) -> None:
    course: Course = start(cast, sessions)
    book(cast, course, proposed(course).best.slots)
    Message.objects.filter(subject_key__startswith="session:").delete()

    def queries() -> int:
        loaded = courses.with_sessions().get(pk=course.pk)
        with CaptureQueriesContext(connection) as caught:
            course_messages.replan(course=loaded, now=NOW)
        return len(caught)

    assert queries() == 5
    # without a change nothing is written
    assert queries() == 4


@pytest.mark.parametrize("sessions", [1, 5])
def test_looking_takes_the_same_queries_however_many_sessions(
    cast: Cast, now: Any, sessions: int, django_assert_num_queries: Any
) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    rows = Message.objects.filter(
        kind="tomorrow", subject_key__in=[each.subject_key for each in course.sessions.all()]
    )
    some = list(rows.select_related("patient").order_by("due_at")[:sessions])
    assert len(some) == sessions
    # the course with what is booked (7), answers, letters after a visit, retinoids that rest
    with django_assert_num_queries(10):
        assert all(isinstance(each, Facts) for each in subjects.look_at(some, NOW).values())
