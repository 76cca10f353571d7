"""Letters about a retinoid at home, planned with every change to it and to the visits round it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from clinic.actions import booking
from clinic.models import Appointment
from patients import subjects
from patients.actions import delivery
from patients.models import Message, Patient
from patients.questionnaire import Answer
from patients.subjects import Facts, Stop
from tests.conftest import NOW, Cast
from tests.health import whole
from tests.smtp import Postbox
from tests.treatments.test_agreement import at_home, both, regimen_of, step
from tests.treatments.test_letters_alone import single
from tests.treatments.test_plans import book, proposed
from treatments.actions import course_messages, courses, screening
from treatments.models import Course, Regimen, RegimenChange

What = RegimenChange.What
DAY = timedelta(days=1)
START = date(2026, 12, 3)


def key(course: Course) -> str:
    return regimen_of(course).subject_key


def planned(course: Course, *kinds: str) -> list[tuple[str, str]]:
    rows = Message.objects.filter(subject_key=key(course), status="planned")
    rows = rows.filter(kind__in=kinds) if kinds else rows
    return [(row.kind, f"{row.due_at:%a %d %b %H:%M}") for row in rows.order_by("due_at", "pk")]


def weekly(course: Course) -> list[str]:
    return [when for _kind, when in planned(course, "regimen_week")]


def look(course: Course, kind: str, now: datetime) -> Any:
    message = Message.objects.filter(subject_key=key(course), kind=kind).earliest("due_at")
    return subjects.look(message, now)


def said(postbox: Postbox, subject: str) -> Sequence[str]:
    found = []
    for mail in postbox.mails:
        part = mail.get_body(("plain",))
        if mail["Subject"] == subject and part is not None:
            found.append(" ".join(part.get_content().split()))
    return found


# Planned -----------------------------------------------------------------------------------------


def test_agreeing_it_plans_its_letters_from_the_first_evening(cast: Cast, now: Any) -> None:
    course = at_home(cast, START)
    assert planned(course)[:4] == [
        ("regimen_start", "Wed 02 Dec 18:00"),
        ("regimen_week", "Thu 03 Dec 09:00"),
        ("regimen_week", "Thu 10 Dec 09:00"),
        ("regimen_week", "Thu 17 Dec 09:00"),
    ]
    assert len(planned(course, "pregnancy")) == 6


def test_who_cannot_be_pregnant_is_not_asked(cast: Cast, now: Any) -> None:
    Patient.objects.filter(pk=cast.ada.pk).update(sex="male")
    cast.ada.refresh_from_db()
    assert planned(at_home(cast, START), "pregnancy") == []


def test_a_step_is_told_of_and_moves_the_weeks(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    before = weekly(course)
    step(course, cast, What.DOWN, 15)
    assert weekly(course) == [*before, "Mon 11 Jan 09:00", "Mon 18 Jan 09:00"]
    assert planned(course, "regimen_changed") == [("regimen_changed", "Tue 15 Dec 10:00")]
    facts = look(course, "regimen_changed", NOW + 15 * DAY)
    assert isinstance(facts, Facts)
    assert (facts.context["change"], facts.context["nights_per_week"]) == ("down", 3)


def test_paused_it_is_quiet_and_taken_up_again_it_goes_on(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    until, when = date(2026, 12, 21), NOW + 14 * DAY
    courses.pause(course=course, reason="skiing", until=until, by=cast.cole, now=when)
    assert planned(course) == [("regimen_changed", "Mon 14 Dec 10:00")]
    facts = look(course, "regimen_changed", when)
    assert (facts.context["change"], facts.context["again_on"]) == ("pause", until)
    courses.take_up(course=course, by=cast.cole, now=NOW + 17 * DAY)
    assert planned(course)[:3] == [
        ("regimen_changed", "Mon 14 Dec 10:00"),
        ("regimen_week", "Thu 17 Dec 09:00"),
        ("regimen_changed", "Thu 17 Dec 10:00"),
    ]


def test_stopped_it_says_so_once_and_nothing_more(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    courses.stop(course=course, reason="red", by=cast.cole, now=NOW + 14 * DAY)
    assert planned(course) == [("regimen_changed", "Mon 14 Dec 10:00")]
    assert look(course, "regimen_changed", NOW + 14 * DAY).context["change"] == "stop"
    assert look(course, "regimen_week", NOW) == Stop("the course is stopped")


# Round visits ------------------------------------------------------------------------------------


def peels_and_cream(cast: Cast) -> tuple[Course, Course]:
    peel, cream = both(cast).courses.order_by("pk")
    book(cast, peel, proposed(peel).best.slots)
    return peel, cream


def test_a_peel_that_moves_moves_the_evenings_round_it(cast: Cast, now: Any) -> None:
    peel, cream = peels_and_cream(cast)
    before = weekly(cream)
    first = Appointment.objects.get(session__course=peel, session__number=1)
    people = tuple(first.reservations.order_by("need__position").values_list("resource", flat=True))
    later = first.during.lower + 7 * DAY
    claim = booking.Claim(first.service, later, people)
    booking.move(appointment=first, claim=claim, by=cast.cole, now=NOW, override_reason="travels")
    assert weekly(cream) != before
    assert course_messages.replan_all(now=NOW) == 0


def test_who_rests_already_is_not_told_to_stop_again(cast: Cast, now: Any) -> None:
    """Before the first peel it has not begun; before the others it rests for the whole series."""
    peel, cream = peels_and_cream(cast)
    stops = Message.objects.filter(kind="stop_retinoid", status="planned")
    numbers = peel.sessions.filter(number__gt=1).order_by("number")
    keys = [session.subject_key for session in numbers]
    assert list(stops.order_by("due_at").values_list("subject_key", flat=True)) == keys
    Regimen.objects.filter(course=cream).update(pause_for_series=True)
    course_messages.replan_all(now=NOW)
    assert not stops.exists()
    settled = Message.objects.filter(kind="settled_7").earliest("due_at")
    Appointment.objects.filter(session__course=peel).update(status="done")
    facts = subjects.look(settled, NOW)
    assert isinstance(facts, Facts)
    assert facts.context["pause_retinoid"] is True


# Pregnancy ---------------------------------------------------------------------------------------


def answered(cast: Cast, now: datetime, **answers: Answer) -> None:
    on = now.date()
    screening.record(
        patient=cast.ada,
        answers=whole(cast.ada, on, **answers),
        on=on,
        by=cast.cole,
        now=now,
    )


def test_an_answer_that_speaks_of_a_pregnancy_stops_the_cream(
    cast: Cast, now: Any, postbox: Postbox
) -> None:
    course = at_home(cast)
    delivery.deliver_due(now=NOW + 1 * DAY)
    answered(cast, NOW + 3 * DAY, pregnant=Answer("unsure"))
    assert planned(course) == [("pregnancy", "Thu 03 Dec 09:00")]
    assert look(course, "regimen_week", NOW + 7 * DAY) == Stop(
        "the newest answers speak of a pregnancy"
    )
    delivery.deliver_due(now=NOW + 3 * DAY)
    (letter,) = said(postbox, "Please read before this evening")
    assert "leave it out from today on, and call us" in letter


def test_the_answer_put_right_lets_it_go_on(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    answered(cast, NOW + 3 * DAY, planning_pregnancy=Answer("yes"))
    assert weekly(course) == []
    answered(cast, NOW + 4 * DAY)
    assert weekly(course)[:1] == ["Mon 07 Dec 09:00"]
    assert "answer" not in "".join(
        Message.objects.filter(subject_key=key(course), status="planned").values_list(
            "occurrence", flat=True
        )
    )


# Sent --------------------------------------------------------------------------------------------


def test_what_is_due_on_one_day_is_one_letter(cast: Cast, now: Any, postbox: Postbox) -> None:
    """The week of the cream, and the health questions before a visit of no course."""
    at_home(cast, START)
    single(cast, start=datetime(2026, 12, 10, 10, tzinfo=UTC))
    delivery.deliver_due(now=datetime(2026, 12, 1, 9, tzinfo=UTC))
    delivery.deliver_due(now=datetime(2026, 12, 2, 18, tzinfo=UTC))
    before = len(postbox.mails)
    delivery.deliver_due(now=datetime(2026, 12, 3, 9, tzinfo=UTC))
    (mail,) = postbox.mails[before:]
    part = mail.get_body(("plain",))
    assert part is not None
    text = part.get_content()
    assert "2 evenings this week" in text
    assert text.count("* * *") == 1
    rows = Message.objects.filter(status="sent", sent_at__day=3)
    assert {row.kind for row in rows} == {"regimen_week", "screen_due"}


def test_a_later_week_names_its_evenings(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    third = Message.objects.get(subject_key=key(course), occurrence="week-3")
    facts = subjects.look(third, third.due_at)
    assert isinstance(facts, Facts)
    assert (facts.context["week"], facts.context["nights_per_week"]) == (3, 4)
    assert subjects.describe([key(course)]) == {key(course): "Retinoid course, evenings"}
