"""Changing booked visits: all of a decision or nothing, told once, and taken back."""

import uuid
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from clinic.actions import answers as visit_answers
from clinic.actions import booking, holding, lapsing, rearranging
from clinic.actions.claims import BookingRefused, Claim, KeyReused
from clinic.actions.rearranging import Cancel, Move, Wanted
from clinic.letters import visit_links
from clinic.models import (
    Appointment,
    Booking,
    RearrangedVisit,
    Rearrangement,
    Reservation,
    Resource,
    Service,
)
from clinic.queries.answers import waiting
from patients.actions import delivery, links
from patients.models import Message, Patient
from tests.conftest import NOW, Cast
from tests.factories.patients import PatientFactory
from tests.flows.series import events_of, text_of
from tests.smtp import Postbox

TUESDAY = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOON = NOW + timedelta(minutes=2)


def claim(cast: Cast, start: datetime, person: Resource | None = None) -> Claim:
    service = Service.objects.get(key="glycolic")
    room = cast.second_peel_room if person == cast.nurse_nora else cast.peel_room
    return Claim(service, start, ((person or cast.dr_cole).pk, room.pk))


def book(
    cast: Cast, start: datetime, patient: Patient | None = None, person: Resource | None = None
) -> Appointment:
    return booking.book(
        claim=claim(cast, start, person),
        patient=patient or cast.ada,
        location=cast.harbour,
        by=cast.fern,
        now=NOW,
    )


def rearrange(
    cast: Cast, *wanted: Wanted, key: uuid.UUID | None = None, notify: bool = True
) -> list[Rearrangement]:
    return rearranging.rearrange(wanted=wanted, by=cast.fern, now=NOW, key=key, notify=notify)


def moved(
    cast: Cast, visit: Appointment, start: datetime, person: Resource | None = None
) -> Wanted:
    move = Move(visit, claim(cast, start, person), visit.version)
    return Wanted(visit.patient, cast.harbour, (move,))


def start_of(visit: Appointment) -> datetime:
    start: datetime = Appointment.objects.get(pk=visit.pk).during.lower
    return start


def refusals(cast: Cast, *wanted: Wanted) -> list[tuple[int | None, str]]:
    with pytest.raises(BookingRefused) as refused:
        rearrange(cast, *wanted)
    return [(each.position, each.text) for each in refused.value.objections]


def answers(*kinds: str) -> list[Message]:
    return list(Message.objects.filter(kind__in=kinds, status="planned").order_by("pk"))


def test_two_visits_move_and_the_patient_gets_one_letter(cast: Cast, postbox: Postbox) -> None:
    first, second = book(cast, TUESDAY), book(cast, TUESDAY + 21 * DAY)
    Message.objects.all().delete()
    both = Wanted(
        cast.ada,
        cast.harbour,
        (
            Move(first, claim(cast, TUESDAY + 2 * DAY), 1),
            Move(second, claim(cast, TUESDAY + 23 * DAY), 1),
        ),
    )
    (made,) = rearrange(cast, both)

    assert [start_of(first), start_of(second)] == [TUESDAY + 2 * DAY, TUESDAY + 23 * DAY]
    assert list(
        made.visits.order_by("pk").values_list("appointment", "what", "version", "status_before")
    ) == [(first.pk, "moved", 2, "booked"), (second.pk, "moved", 2, "booked")]
    assert Reservation.objects.count() == 4
    delivery.deliver_due(now=SOON)
    mail: EmailMessage
    (mail,) = postbox.mails
    assert mail["Subject"] == "New times for 2 visits"
    assert "instead of Tuesday 1 December, 15:30" in text_of(mail)
    events = events_of(mail)
    assert [(str(each["UID"]).split("@")[0], each["SEQUENCE"]) for each in events] == [
        (f"appointment-{first.pk}", 4),
        (f"appointment-{second.pk}", 4),
    ]


def test_two_patients_change_places_in_one_decision(cast: Cast) -> None:
    ada, ben = book(cast, TUESDAY), book(cast, TUESDAY + HOUR, cast.ben)

    rearrange(cast, moved(cast, ada, TUESDAY + HOUR), moved(cast, ben, TUESDAY))

    assert [start_of(ada), start_of(ben)] == [TUESDAY + HOUR, TUESDAY]
    assert [each.patient for each in answers("moved")] == [cast.ada, cast.ben]


def test_nothing_moves_when_one_of_many_cannot(cast: Cast) -> None:
    ada, ben = book(cast, TUESDAY), book(cast, TUESDAY + HOUR, cast.ben)
    book(cast, TUESDAY - 2 * HOUR, PatientFactory())
    found = refusals(
        cast,
        moved(cast, ada, TUESDAY + HOUR),
        moved(cast, ben, TUESDAY - 2 * HOUR),
    )
    assert found == [
        (1, "Ben Okafor: Dr Cole is already booked then."),
        (1, "Ben Okafor: Peel room 1 is already booked then."),
    ]
    assert [start_of(ada), start_of(ben)] == [TUESDAY, TUESDAY + HOUR]
    assert Rearrangement.objects.count() == 0


def test_two_visits_of_one_decision_cannot_share_a_person(cast: Cast) -> None:
    ada, ben = book(cast, TUESDAY), book(cast, TUESDAY + HOUR, cast.ben)
    there = TUESDAY + DAY
    assert refusals(cast, moved(cast, ada, there), moved(cast, ben, there + 15 * DAY / 1440)) == [
        (1, "Ben Okafor: Dr Cole would be needed twice then."),
        (1, "Ben Okafor: Peel room 1 would be needed twice then."),
    ]


def test_visits_of_one_patient_shift_onto_each_others_times(cast: Cast) -> None:
    """Each lands where the next one stood; no order of writing them trips over the constraint."""
    visits = [book(cast, TUESDAY + 21 * n * DAY) for n in range(3)]
    for step in (21 * DAY, -21 * DAY):
        found = [Appointment.objects.get(pk=each.pk) for each in visits]
        moves = tuple(
            Move(each, claim(cast, each.during.lower + step), each.version) for each in found
        )
        rearrange(cast, Wanted(cast.ada, cast.harbour, moves))
    assert [start_of(each) for each in visits] == [TUESDAY + 21 * n * DAY for n in range(3)]


def test_a_visit_that_somebody_else_moved_meanwhile_is_not_moved(cast: Cast) -> None:
    visit = book(cast, TUESDAY)
    rearrange(cast, moved(cast, visit, TUESDAY + DAY))
    sentence = "The visit is on Wed 2 Dec, 15:30 by now: somebody changed it. Look at it again."
    assert refusals(cast, moved(cast, visit, TUESDAY + 2 * DAY)) == [(0, sentence)]


def test_of_several_patients_an_outdated_visit_is_named_with_its_patient(cast: Cast) -> None:
    ada, ben = book(cast, TUESDAY), book(cast, TUESDAY + HOUR, cast.ben)
    gone = Wanted(cast.ben, cast.harbour, cancels=(Cancel(ben, ben.version),))
    stale = moved(cast, ada, TUESDAY + 2 * DAY)
    rearrange(cast, moved(cast, ada, TUESDAY + DAY))
    rearrange(cast, moved(cast, ben, TUESDAY + DAY + HOUR))
    assert refusals(cast, stale, gone) == [
        (
            0,
            "Ada Lindqvist: The visit is on Wed 2 Dec, 15:30 by now: somebody changed it. "
            "Look at it again.",
        ),
        (
            None,
            "Ben Okafor: The visit is on Wed 2 Dec, 16:30 by now: somebody changed it. "
            "Look at it again.",
        ),
    ]


def test_a_repeated_key_gets_the_first_answer_and_another_request_an_error(cast: Cast) -> None:
    visit, key = book(cast, TUESDAY), uuid.uuid4()
    wanted = moved(cast, visit, TUESDAY + DAY)
    first = rearrange(cast, wanted, key=key)

    assert rearrange(cast, wanted, key=key) == first
    assert Appointment.objects.get().version == 2
    with pytest.raises(KeyReused):
        rearrange(cast, moved(cast, visit, TUESDAY + 2 * DAY), key=key)


def test_the_spacing_rule_sees_the_whole_decision(cast: Cast) -> None:
    first, second = book(cast, TUESDAY), book(cast, TUESDAY + 21 * DAY)
    alone = moved(cast, first, TUESDAY + 14 * DAY)
    text = "Tue 22 Dec is 7 days after Tue 15 Dec. Glycolic peel needs at least 10 days."
    assert refusals(cast, alone) == [(0, text)]

    both = Wanted(
        cast.ada,
        cast.harbour,
        (*alone.moves, Move(second, claim(cast, TUESDAY + 28 * DAY))),
    )
    rearrange(cast, both)
    assert start_of(second) == TUESDAY + 28 * DAY


def test_moving_cancelling_and_booking_go_together(cast: Cast, postbox: Postbox) -> None:
    first, second = book(cast, TUESDAY), book(cast, TUESDAY + 21 * DAY)
    Message.objects.all().delete()
    (made,) = rearrange(
        cast,
        Wanted(
            cast.ada,
            cast.harbour,
            moves=(Move(first, claim(cast, TUESDAY + DAY)),),
            cancels=(Cancel(second),),
            books=(claim(cast, TUESDAY + 22 * DAY),),
            cause="works nights",
        ),
    )
    assert list(made.visits.order_by("pk").values_list("what", flat=True)) == [
        "moved",
        "booked",
        "cancelled",
    ]
    second.refresh_from_db()
    assert (second.status, second.cancel_reason) == ("cancelled", "works nights")
    delivery.deliver_due(now=SOON)
    (mail,) = postbox.mails
    text = text_of(mail).replace("\r\n", "\n")
    assert "Wed 23 Dec 2026, 15:30" in text
    assert "No longer, and out of your calendar too:\n\n- Tue 22 Dec 2026, 15:30" in text
    files = [part.get_filename() for part in mail.iter_attachments()]
    assert files == [
        "visit-2026-12-02-1530.ics",
        "visit-2026-12-23-1530.ics",
        "cancelled-2026-12-22-1530.ics",
    ]


# Taking back -------------------------------------------------------------------------------------


def undo(cast: Cast, made: list[Rearrangement]) -> list[Rearrangement]:
    return rearranging.undo(rearrangements=made, by=cast.fern, now=NOW, key=uuid.uuid4())


def test_undo_puts_everything_back_and_the_patient_hears_of_neither(cast: Cast) -> None:
    first, second = book(cast, TUESDAY), book(cast, TUESDAY + 21 * DAY)
    made = rearrange(
        cast,
        Wanted(
            cast.ada,
            cast.harbour,
            (Move(first, claim(cast, TUESDAY + DAY, cast.nurse_nora)),),
            (Cancel(second),),
            (claim(cast, TUESDAY + 35 * DAY),),
        ),
    )
    undo(cast, made)

    assert [start_of(first), start_of(second)] == [TUESDAY, TUESDAY + 21 * DAY]
    standing = Appointment.objects.standing()
    assert set(standing.values_list("pk", flat=True)) == {first.pk, second.pk}
    held = first.reservations.order_by("need__position").values_list("resource__name", flat=True)
    assert list(held) == ["Dr Cole", "Peel room 1"]
    assert answers("moved", "cancelled") == []


def test_undo_after_the_letter_left_tells_the_patient(cast: Cast, postbox: Postbox) -> None:
    visit = book(cast, TUESDAY)
    made = rearrange(cast, moved(cast, visit, TUESDAY + DAY))
    delivery.deliver_due(now=SOON)
    undo(cast, made)
    delivery.deliver_due(now=SOON + HOUR)
    assert [mail["Subject"] for mail in postbox.mails][-2:] == [
        "New time: Wed 2 Dec, 15:30",
        "New time: Tue 1 Dec, 15:30",
    ]


def confirm_link(visit: Appointment) -> str:
    """The token of the link by which the patient answers the visit as it is now."""
    want = visit_links(Appointment.objects.get(pk=visit.pk))["confirm_url"]
    wanted = links.Wanted(
        visit.patient_id, want.purpose, want.subject_key, want.expires_at, want.version
    )
    return links.make(wanted=[wanted], now=NOW)[wanted]


def opened(text: str) -> int | None:
    """The version of the visit that a link answers, None when it is over."""
    link = links.opened(purpose="visit", text=text, now=NOW)
    return link.version if link else None


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_what_the_patient_said_of_a_time_holds_again_after_undo(cast: Cast, change: str) -> None:
    coming, away = book(cast, TUESDAY), book(cast, TUESDAY + HOUR, cast.ben)
    tokens = [confirm_link(coming), confirm_link(away)]
    visit_answers.confirm(appointment=coming, version=1, now=NOW)
    visit_answers.cannot_come(appointment=away, version=1, words="Away", now=NOW)
    if change == "move":
        wanted = [moved(cast, coming, TUESDAY + DAY), moved(cast, away, TUESDAY + DAY + HOUR)]
    else:
        wanted = [Wanted(v.patient, cast.harbour, cancels=(Cancel(v),)) for v in (coming, away)]
    made = rearrange(cast, *wanted)
    assert not waiting(cast.harbour)
    undo(cast, made)

    coming.refresh_from_db()
    away.refresh_from_db()
    assert (coming.status, away.status) == ("confirmed", "booked")
    assert waiting(cast.harbour).get().words == "Away"
    assert [opened(each) for each in tokens] == [coming.version, away.version]
    visit_answers.cannot_come(appointment=coming, version=coming.version, words="", now=NOW)
    coming.refresh_from_db()
    assert coming.status == "booked"


def test_links_stay_revoked_when_one_to_the_other_time_has_left(cast: Cast) -> None:
    visit = book(cast, TUESDAY)
    before = confirm_link(visit)
    made = rearrange(cast, moved(cast, visit, TUESDAY + DAY))
    between = confirm_link(visit)
    undo(cast, made)
    assert (opened(before), opened(between)) == (None, 2)
    with pytest.raises(visit_answers.AnswerOver):
        visit_answers.confirm(appointment=visit, version=2, now=NOW)


def test_undo_is_refused_once_the_old_time_is_given_away(cast: Cast) -> None:
    visit = book(cast, TUESDAY)
    made = rearrange(cast, moved(cast, visit, TUESDAY + DAY))
    book(cast, TUESDAY, cast.ben)
    with pytest.raises(BookingRefused, match=r"Dr Cole is already booked then\."):
        undo(cast, made)
    assert start_of(visit) == TUESDAY + DAY


def test_a_decision_is_taken_back_once(cast: Cast) -> None:
    visit = book(cast, TUESDAY)
    made = rearrange(cast, moved(cast, visit, TUESDAY + DAY))
    undo(cast, made)
    with pytest.raises(BookingRefused, match="taken back already"):
        undo(cast, made)


def test_without_notify_nobody_is_written_to(cast: Cast) -> None:
    rearrange(cast, moved(cast, book(cast, TUESDAY), TUESDAY + DAY), notify=False)
    assert answers("moved") == []
    assert RearrangedVisit.objects.get().rearrangement.notify is False


# Holds -------------------------------------------------------------------------------------------


def hold(cast: Cast, start: datetime = TUESDAY, patient: Patient | None = None) -> Booking:
    return holding.hold(
        patient=patient or cast.ada,
        location=cast.harbour,
        claims=[claim(cast, start)],
        by=cast.fern,
        now=NOW,
    )


def test_a_hold_keeps_the_time_for_ten_minutes(cast: Cast) -> None:
    held = hold(cast).appointments.get()
    assert (held.status, held.held_until) == ("held", NOW + timedelta(minutes=10))
    assert Message.objects.count() == 0
    with pytest.raises(BookingRefused, match=r"Dr Cole is already booked then\."):
        book(cast, TUESDAY, cast.ben)


def test_a_hold_is_confirmed_once_and_told_like_a_booking(cast: Cast) -> None:
    kept = hold(cast)
    (visit,) = holding.confirm(booking=kept, by=cast.fern, now=NOW)
    assert holding.confirm(booking=kept, by=cast.fern, now=NOW) == [visit]
    assert (visit.status, visit.held_until) == ("booked", None)
    assert [each.subject_key for each in answers("booked")] == [f"booking:{kept.pk}"]


def test_a_lapsed_hold_makes_way_for_whoever_books_and_cannot_be_confirmed(cast: Cast) -> None:
    kept, later = hold(cast), NOW + timedelta(minutes=10)
    booked = booking.book(
        claim=claim(cast, TUESDAY),
        patient=cast.ben,
        location=cast.harbour,
        by=cast.fern,
        now=later,
    )
    assert booked.status == "booked"
    gone = kept.appointments.get()
    assert (gone.status, gone.cancel_reason) == ("cancelled", "the hold ran out")
    with pytest.raises(BookingRefused, match="is free again"):
        holding.confirm(booking=kept, by=cast.fern, now=later)


def test_a_patients_own_lapsed_hold_does_not_keep_them_from_booking(cast: Cast) -> None:
    hold(cast)
    later = NOW + timedelta(minutes=11)
    visit = booking.book(
        claim=claim(cast, TUESDAY, cast.nurse_nora),
        patient=cast.ada,
        location=cast.harbour,
        by=cast.fern,
        now=later,
    )
    assert visit.status == "booked"


def test_the_sweep_ends_lapsed_holds_and_no_others(cast: Cast) -> None:
    hold(cast)
    hold(cast, TUESDAY + HOUR, cast.ben)
    assert lapsing.sweep(now=NOW + timedelta(minutes=9)) == 0
    assert lapsing.sweep(now=NOW + timedelta(minutes=10)) == 2
    assert Reservation.objects.count() == 0


def test_a_hold_given_back_is_free_at_once(cast: Cast) -> None:
    kept = hold(cast)
    holding.release(booking=kept, by=cast.fern, now=NOW)
    assert kept.appointments.get().status == "cancelled"
    assert book(cast, TUESDAY, cast.ben).pk


@pytest.mark.parametrize("until", [NOW, NOW + timedelta(days=3, minutes=1)])
def test_a_hold_lasts_between_now_and_three_days(cast: Cast, until: datetime) -> None:
    with pytest.raises(BookingRefused, match="at most three days"):
        holding.hold(
            patient=cast.ada,
            location=cast.harbour,
            claims=[claim(cast, TUESDAY)],
            by=cast.fern,
            now=NOW,
            until=until,
        )
