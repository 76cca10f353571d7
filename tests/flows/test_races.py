"""Two at once: real threads, each with a connection of its own, on committed rows.

`at_once` lets threads go together and takes whatever order comes. `commit_before` sets the order:
what we did is committed only when the rival, begun meanwhile, waits for it.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from clinic.actions import booking, hours
from clinic.actions.claiming import RESOURCE_LOCKS, lock_patient
from clinic.actions.claims import BookingRefused, Claim, KeyReused
from clinic.models import (
    Absence,
    Appointment,
    Booking,
    Capability,
    Closure,
    Location,
    Need,
    Reservation,
    Resource,
    Service,
)
from patients import subjects
from patients.actions import delivery
from patients.actions.messages import new_message_id
from patients.actions.retry import TryAgain, retry_on_contention
from patients.models import Message, Patient
from patients.subjects import Facts
from tests.conftest import NOW, Cast
from tests.factories.clinic import WeeklyHoursFactory, span
from tests.factories.patients import PatientFactory
from tests.flows import series
from tests.smtp import Postbox
from treatments.actions import course_messages, plans
from treatments.actions import courses as course_actions
from treatments.actions.plans import PlanRefused
from treatments.models import Course
from treatments.queries import courses
from treatments.queries.series import Proposals, search

pytestmark = pytest.mark.django_db(transaction=True)

Work = Callable[[], Any]

TUESDAY = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
# far more than anything here takes: a hang becomes a failure
PATIENCE = 20.0


def outcome(work: Work) -> Any:
    """What it answers, or the exception it raises; for threads, whose connection it closes."""
    try:
        return work()
    except Exception as raised:
        return raised
    finally:
        connection.close()


def at_once(*works: Work) -> list[Any]:
    """The outcome of each, all of them begun at the same moment."""
    barrier = threading.Barrier(len(works))

    def begin(work: Work) -> Any:
        connection.ensure_connection()
        barrier.wait(PATIENCE)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        begun = [pool.submit(outcome, partial(begin, work)) for work in works]
        return [each.result(PATIENCE) for each in begun]


def commit_before(rival: Work, ours: Work) -> Any:
    """Do ours, commit it once the rival waits for it (or has ended); the rival's outcome."""
    return hold_up([rival], ours)[0]


def hold_up(rivals: Sequence[Work], ours: Work) -> list[Any]:
    """Do ours, begin the rivals one after the other, and commit when all of them wait."""
    begun: list[Future[Any]] = []
    with ThreadPoolExecutor(len(rivals)) as pool:
        with transaction.atomic():
            ours()
            for each in rivals:
                begun.append(pool.submit(outcome, each))
                _until_they_wait(begun)
        return [each.result(PATIENCE) for each in begun]


def _until_they_wait(begun: Sequence[Future[Any]]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        busy = sum(not each.done() for each in begun)
        if _waiting() >= busy:
            return
        time.sleep(0.005)
    pytest.fail("the rivals neither wait nor end")


def _waiting() -> int:
    """How many connections to this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def run(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def claim(cast: Cast, person: Resource | None = None, room: Resource | None = None) -> Claim:
    chosen = ((person or cast.dr_cole).pk, (room or cast.peel_room).pk)
    return Claim(Service.objects.get(key="glycolic"), TUESDAY, chosen)


def booker(cast: Cast, patient: Patient, **more: Any) -> Work:
    """A peel on Tuesday at half past three, for this patient, ready to be booked."""
    wanted = more.pop("claim", None) or claim(cast)
    request = {"patient": patient, "location": cast.harbour, "by": cast.fern, "now": NOW}
    return partial(booking.book, claim=wanted, **request | more)


def texts(refused: Any) -> list[str]:
    assert isinstance(refused, BookingRefused), refused
    return [each.text for each in refused.objections]


TAKEN = ["Dr Cole is already booked then.", "Peel room 1 is already booked then."]


# One slot, one patient ---------------------------------------------------------------------------


def test_two_desks_book_one_slot_and_one_of_them_is_told_what_is_taken(cast: Cast) -> None:
    outcomes = at_once(booker(cast, cast.ada), booker(cast, cast.ben))

    refused, booked = sorted(outcomes, key=lambda each: isinstance(each, Appointment))
    assert texts(refused) == TAKEN
    assert Appointment.objects.get() == booked
    assert Reservation.objects.count() == 2
    assert Booking.objects.count() == Message.objects.count() == 1


def test_a_desk_that_waited_for_another_sees_what_that_one_booked(cast: Cast) -> None:
    assert texts(commit_before(booker(cast, cast.ben), booker(cast, cast.ada))) == TAKEN
    assert Appointment.objects.get().patient == cast.ada


def test_a_desk_gets_the_slot_when_the_one_before_it_gives_up(cast: Cast) -> None:
    def regret() -> None:
        with transaction.atomic():
            booker(cast, cast.ada)()
            transaction.set_rollback(True)

    assert commit_before(booker(cast, cast.ben), regret).patient == cast.ben
    assert Appointment.objects.count() == 1


def test_whoever_writes_round_the_door_is_met_by_the_constraint(cast: Cast) -> None:
    """No lock was taken and nothing was there to see: the insert itself waits, and is refused."""

    def round_the_door() -> None:
        away = Absence.objects.create(resource=cast.dr_cole, during=span(TUESDAY, 60), kind="leave")
        Reservation.objects.create(resource=cast.dr_cole, absence=away, during=away.during)

    assert texts(commit_before(booker(cast, cast.ada), round_the_door)) == [
        "Somebody took part of this time a moment ago. Nothing was changed."
    ]
    assert not Booking.objects.exists()


def test_one_patient_is_booked_by_two_desks_into_one_place_only(cast: Cast) -> None:
    elsewhere = claim(cast, person=cast.nurse_nora, room=cast.second_peel_room)
    outcomes = at_once(booker(cast, cast.ada), booker(cast, cast.ada, claim=elsewhere))

    refused, booked = sorted(outcomes, key=lambda each: isinstance(each, Appointment))
    assert texts(refused) == [
        "Ada Lindqvist has another visit then: Glycolic peel, 15:30 to 16:00."
    ]
    assert Appointment.objects.get() == booked


def test_a_patient_gets_one_course_of_a_kind_from_two_desks(cast: Cast) -> None:
    begin = partial(series.start_course, cast)
    refused, course = sorted(at_once(begin, begin), key=lambda each: isinstance(each, Course))
    assert isinstance(refused, PlanRefused)
    assert Course.objects.get() == course


# One request, many times -------------------------------------------------------------------------


def test_one_key_pressed_eight_times_at_once_books_once_and_answers_all(cast: Cast) -> None:
    key = uuid.uuid4()
    outcomes = at_once(*[booker(cast, cast.ada, key=key)] * 8)

    booked = Appointment.objects.get()
    assert outcomes == [booked] * 8
    assert Booking.objects.get() == booked.booking
    assert Reservation.objects.count() == 2
    assert Message.objects.filter(kind="booked").count() == 1


def test_one_key_with_two_requests_at_once_serves_one_of_them(cast: Cast) -> None:
    key = uuid.uuid4()
    later = Claim(claim(cast).service, TUESDAY + timedelta(hours=1), claim(cast).assignment)
    outcomes = at_once(
        booker(cast, cast.ada, key=key), booker(cast, cast.ada, key=key, claim=later)
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Appointment", KeyReused.__name__]
    assert Appointment.objects.count() == 1


def test_a_series_confirmed_four_times_at_once_is_booked_once(cast: Cast) -> None:
    confirm = five_visits(cast, series.start_course(cast))
    outcomes = at_once(*[confirm] * 4)
    assert outcomes == [Booking.objects.get()] * 4
    assert Appointment.objects.count() == 5


def five_visits(cast: Cast, started: Course) -> Work:
    """The best series for a course, found and ready to be booked."""
    course = courses.with_sessions().get(pk=started.pk)
    found = search(course, plans.open_sessions(course), series.WISHES, NOW).answer
    assert isinstance(found, Proposals)
    slots, key = found.best.slots, uuid.uuid4()
    return partial(plans.book_series, course=course, slots=slots, by=cast.fern, now=NOW, key=key)


# Waiting and trying again ------------------------------------------------------------------------


@contextmanager
def held_elsewhere(resource: Resource) -> Iterator[Work]:
    """Another connection holds the lock of this resource until the answer is called."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            run("SELECT pg_advisory_xact_lock(%s, %s)", RESOURCE_LOCKS, resource.pk)
            held.set()
            free.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(outcome, hold)

        def let_go() -> None:
            free.set()
            assert holder.result(PATIENCE) is None

        assert held.wait(PATIENCE)
        try:
            yield let_go
        finally:
            let_go()


@pytest.fixture
def impatient(db: None) -> Iterator[None]:
    """This test's own connection waits a tenth of a second for a lock, not two."""
    run("SET lock_timeout = '100ms'")
    yield
    run("RESET lock_timeout")


def counted(action: Work) -> tuple[Work, list[int]]:
    """The action as one of ours, in a transaction and tried again; and a list of its tries."""
    tries: list[int] = []

    @retry_on_contention
    @transaction.atomic
    def tried() -> Any:
        tries.append(len(tries) + 1)
        return action()

    return tried, tries


def test_a_lock_held_too_long_ends_in_try_again_and_nothing_written(
    cast: Cast, impatient: None
) -> None:
    with held_elsewhere(cast.dr_cole) as let_go:
        with pytest.raises(TryAgain, match="Nothing was changed: please try again"):
            booker(cast, cast.ada)()
        assert not Booking.objects.exists()
        assert not Appointment.objects.exists()
        let_go()
    assert booker(cast, cast.ada)().pk


def test_a_lock_on_one_person_holds_up_nobody_else(cast: Cast, impatient: None) -> None:
    free = claim(cast, person=cast.nurse_nora, room=cast.second_peel_room)
    with held_elsewhere(cast.dr_cole):
        assert booker(cast, cast.ben, claim=free)().pk


def test_the_second_try_succeeds_when_the_lock_is_gone(cast: Cast, impatient: None) -> None:
    with held_elsewhere(cast.dr_cole) as let_go:

        def book() -> Appointment:
            if len(tries) == 2:
                let_go()
            return booker(cast, cast.ada)()

        tried, tries = counted(book)
        assert tried() == Appointment.objects.get()
    assert tries == [1, 2]
    assert Booking.objects.count() == 1


def test_only_the_outermost_action_tries_again(cast: Cast, impatient: None) -> None:
    """Inside a larger transaction the first refusal has ended it for everybody."""
    tried, tries = counted(booker(cast, cast.ada))
    with held_elsewhere(cast.dr_cole), pytest.raises(OperationalError), transaction.atomic():
        tried()
    assert tries == [1]


def test_other_trouble_is_not_tried_again(cast: Cast) -> None:
    def slow() -> None:
        run("SET LOCAL statement_timeout = '20ms'")
        run("SELECT pg_sleep(%s)", PATIENCE)

    tried, tries = counted(slow)
    with pytest.raises(OperationalError, match="statement timeout"):
        tried()
    assert tries == [1]


def test_of_two_that_wait_for_each_other_one_is_tried_again(cast: Cast) -> None:
    """A deadlock, which the order of locks in the door rules out: made here round the door."""
    met = threading.Barrier(2)

    def crossing(first: Patient, second: Patient) -> tuple[Work, list[int]]:
        def lock_both() -> str:
            lock_patient(first)
            if tries == [1]:
                met.wait(PATIENCE)
            lock_patient(second)
            return "both"

        tried, tries = counted(lock_both)
        return tried, tries

    one, other = crossing(cast.ada, cast.ben), crossing(cast.ben, cast.ada)
    assert at_once(one[0], other[0]) == ["both", "both"]
    assert sorted([one[1], other[1]]) == [[1], [1, 2]]


# Workers -----------------------------------------------------------------------------------------


def twenty_due() -> list[Message]:
    """One reminder each for twenty patients, all due now."""
    asked = PatientFactory.create_batch(20, email="ada@patient.example", email_consent="given")
    return Message.objects.bulk_create(
        Message(
            patient=patient,
            kind="sunscreen",
            subject_key=f"race:{patient.pk}",
            due_at=NOW,
            expires_at=NOW + timedelta(days=1),
            message_id=new_message_id(),
        )
        for patient in asked
    )


take = partial(delivery.claim, now=NOW, limit=20)


def test_two_workers_claim_at_once_and_no_message_is_claimed_twice(cast: Cast) -> None:
    twenty_due()
    first, second = at_once(take, take)

    assert len({*first, *second}) == len(first) + len(second) == 20
    claimed = Message.objects.filter(status="claimed").values_list("claim_token", flat=True)
    assert set(claimed) == {*first, *second}
    assert take() == []


def test_a_worker_passes_by_what_another_is_claiming(cast: Cast) -> None:
    twenty_due()
    with transaction.atomic():
        mine = delivery.claim(now=NOW, limit=8)
        (others,) = at_once(take)
    assert (len(mine), len(others)) == (8, 12)
    assert not set(mine) & set(others)


def test_two_workers_send_every_letter_once(cast: Cast, postbox: Postbox) -> None:
    facts = Facts(
        {"clinic_phone": cast.harbour.phone, "location": {"name": "Harbour Street"}}
        | {"appointments": [], "modality": "glycolic"}
    )
    subjects.register("race", lambda message, now: facts, {}, lambda pks: {})
    due = twenty_due()
    deliver = partial(delivery.deliver_due, now=NOW)

    assert sum(at_once(deliver, deliver)) == 20
    sent = [mail["Message-ID"] for mail in postbox.mails]
    assert sorted(sent) == sorted(each.message_id for each in due)
    assert Message.objects.filter(status="sent").count() == 20


# Planning again while the desk works -------------------------------------------------------------

replan_all = partial(course_messages.replan_all, now=NOW)


@pytest.fixture
def no_failure(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Planning again goes on when a course fails, and logs it: here none may."""
    yield
    assert [each.getMessage() for each in caplog.get_records("call") if each.exc_info] == []


def replanned_during(change: Work) -> Any:
    """What planning again comes to when the change is committed after it has read the courses,
    and before it reads the ledger."""

    def change_and_hold_up() -> None:
        change()
        # what a timeline is made of; read after the facts and before the ledger
        run("LOCK TABLE treatments_protocolstep IN ACCESS EXCLUSIVE MODE")

    return commit_before(replan_all, change_and_hold_up)


def test_planning_again_leaves_the_letters_of_a_series_booked_meanwhile(
    cast: Cast, no_failure: None
) -> None:
    confirm = five_visits(cast, series.start_course(cast))
    assert replanned_during(confirm) == 0
    assert not Message.objects.filter(status="withdrawn").exists()
    assert replan_all() == 0


def test_planning_again_leaves_a_visit_cancelled_meanwhile_without_letters(
    cast: Cast, no_failure: None
) -> None:
    booked = series.book(cast)
    visit, key = booked.visit(2), booked.session(2).subject_key
    cancel = partial(booking.cancel, appointment=visit, reason="", by=cast.fern, now=NOW)
    assert replanned_during(cancel) == 0
    assert not Message.objects.filter(subject_key=key, status="planned").exists()
    assert replan_all() == 0


@pytest.fixture
def lost(cast: Cast) -> tuple[Work, set[tuple[str, ...]]]:
    """A series of which the letters of session 4 were lost: whatever plans next writes them anew.
    Answers the cancelling of session 5, and what was lost."""
    booked = series.book(cast)
    rows = Message.objects.filter(subject_key=booked.session(4).subject_key)
    keys = set(rows.values_list("subject_key", "kind", "occurrence"))
    rows.delete()
    cancel = partial(booking.cancel, appointment=booked.visit(5), reason="", by=cast.fern, now=NOW)
    return cancel, keys


def planned() -> set[tuple[str, ...]]:
    rows = Message.objects.filter(status="planned")
    return set(rows.values_list("subject_key", "kind", "occurrence"))


def test_planning_again_survives_a_desk_that_heals_the_same_letters(
    cast: Cast, no_failure: None, lost: tuple[Work, set[tuple[str, ...]]]
) -> None:
    cancel, keys = lost
    assert commit_before(replan_all, cancel) == 0
    assert keys <= planned()
    assert replan_all() == 0


def test_a_desk_survives_a_planning_again_that_heals_the_same_letters(
    cast: Cast, no_failure: None, lost: tuple[Work, set[tuple[str, ...]]]
) -> None:
    cancel, keys = lost
    cancelled = commit_before(cancel, replan_all)
    assert isinstance(cancelled, Appointment), cancelled
    assert keys <= planned()
    assert replan_all() == 0


# Stopping a course while it is booked -------------------------------------------------------------


def test_a_course_is_stopped_while_it_is_booked_and_neither_waits_in_a_circle(
    cast: Cast,
) -> None:
    course = series.start_course(cast)
    stop = partial(course_actions.stop, course=course, reason="moved away", by=cast.cole, now=NOW)
    # both read the sessions, each with its first lock in hand
    table = partial(run, "LOCK TABLE treatments_session IN ACCESS EXCLUSIVE MODE")

    stopped, booked = hold_up([whole(stop), whole(five_visits(cast, course))], table)

    assert isinstance(stopped, Course), stopped
    assert texts(booked) == ["This course is stopped. Nothing is booked for it."]


def whole(action: Work) -> Work:
    """As part of a larger transaction, so that a deadlock shows: nothing is tried again."""

    def in_transaction() -> Any:
        with transaction.atomic():
            return action()

    return in_transaction


# Closing days while the desk books ---------------------------------------------------------------


def closer(cast: Cast) -> Work:
    day = TUESDAY.date()
    return partial(
        hours.close_days,
        location=cast.harbour,
        first=day,
        last=day,
        reason="Stocktaking",
        by=cast.mina,
        now=NOW,
    )


IN_THE_WAY = ["Ada Lindqvist, Tue 1 Dec, 15:30, Glycolic peel stands in the way."]
CLOSED = [
    "Dr Cole does not work then, or the clinic is closed.",
    "Peel room 1 does not work then, or the clinic is closed.",
]


def test_a_day_closed_while_a_visit_is_booked_is_refused_one_of_the_two(cast: Cast) -> None:
    closed, booked = at_once(closer(cast), booker(cast, cast.ada))
    if isinstance(booked, Appointment):
        assert texts(closed) == IN_THE_WAY
    else:
        assert texts(booked) == CLOSED
    assert Closure.objects.count() + Appointment.objects.count() == 1


def test_closing_waits_for_a_booking_and_names_its_visit(cast: Cast) -> None:
    assert texts(commit_before(closer(cast), booker(cast, cast.ada))) == IN_THE_WAY
    assert not Closure.objects.exists()


def test_booking_waits_for_a_closing_and_is_refused(cast: Cast) -> None:
    assert texts(commit_before(booker(cast, cast.ada), closer(cast))) == CLOSED
    assert not Appointment.objects.exists()


def test_a_day_is_not_closed_round_somebody_from_another_place(cast: Cast) -> None:
    """Dr Roe is at home in another place, works here on Tuesdays, and needs no room."""
    other = Location.objects.create(name="Mill Lane", time_zone="Europe/London", phone="1")
    roe = Resource.objects.create(location=other, kind="person", name="Dr Roe")
    assess = Capability.objects.get(key="assess")
    roe.capabilities.add(assess)
    WeeklyHoursFactory(resource=roe, location=cast.harbour, weekday=1)
    talk = Service.objects.create(key="talk", name="Talk", patient_name="Visit", minutes=30)
    Need.objects.create(service=talk, label="clinician", capability=assess, ends=30)
    visit = booker(cast, cast.ada, claim=Claim(talk, TUESDAY, (roe.pk,)))

    refused = commit_before(visit, closer(cast))

    assert texts(refused) == ["Dr Roe does not work then, or the clinic is closed."]
    assert not Appointment.objects.exists()


def test_an_absence_waits_for_a_booking_and_names_its_visit(cast: Cast) -> None:
    away = partial(
        hours.record_absence,
        resource=cast.dr_cole,
        start=TUESDAY - timedelta(hours=2),
        end=TUESDAY + timedelta(hours=2),
        kind="sick",
        by=cast.mina,
        now=NOW,
    )
    assert texts(commit_before(away, booker(cast, cast.ada))) == [
        "Dr Cole is booked: Ada Lindqvist, Tue 1 Dec, 15:30, Glycolic peel."
    ]
    assert not Absence.objects.exists()
