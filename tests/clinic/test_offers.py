"""A free time is offered by e-mail, kept meanwhile, and answered: by link or at the desk."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from clinic.actions import booking, holding, lapsing, offers, rearranging, waitlist
from clinic.actions.claims import BookingRefused, Claim
from clinic.actions.offers import OfferOver, OtherwiseNow
from clinic.actions.waitlist import Newcomer, WaitRefused, Wishes
from clinic.models import Appointment, Service, WaitlistEntry, WaitlistOffer
from patients.actions import delivery, letters, links
from patients.models import Message, Patient
from tests.conftest import NOW, Cast
from tests.flows.series import events_of, text_of
from tests.flows.waiting import TODAY_AT_THREE, TWO_DAYS_BEFORE_CHRISTMAS, World, dates, world
from tests.smtp import Postbox
from treatments.models import Session

HOUR = timedelta(hours=1)
TUESDAY = datetime(2026, 12, 1, 15, tzinfo=UTC)


@pytest.fixture
def clinic(cast: Cast) -> World:
    made = world(cast)
    Message.objects.all().delete()
    return made


def starts(clinic: World) -> list[str]:
    visits = [clinic.booked.visit(number) for number in range(1, 6)]
    return [f"{each.starts_at:%-d %b}" for each in visits]


def held(offer: WaitlistOffer) -> Appointment:
    return offer.booking.appointments.get()


def refusal(clinic: World, entry: WaitlistEntry, start: datetime, now: datetime = NOW) -> str:
    with pytest.raises(BookingRefused) as refused:
        clinic.offer(entry, start, now)
    return str(refused.value)


# Offering -----------------------------------------------------------------------------------------


def test_an_offer_keeps_the_time_for_two_hours_of_the_day(clinic: World) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    visit = held(made)
    assert (visit.status, visit.during.lower) == ("held", TWO_DAYS_BEFORE_CHRISTMAS)
    assert visit.held_until == made.expires_at == NOW + 2 * HOUR
    (row,) = Message.objects.all()
    assert (row.kind, row.subject_key, row.due_at, row.expires_at, row.transactional) == (
        "offer",
        made.subject_key,
        NOW,
        made.expires_at,
        True,
    )
    assert starts(clinic) == ["8 Dec", "29 Dec", "19 Jan", "9 Feb", "2 Mar"]


def test_the_letter_says_what_it_is_about_and_nothing_of_the_treatment(
    clinic: World, postbox: Postbox
) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    delivery.deliver_due(now=NOW)
    (mail,) = postbox.mails
    text = " ".join(text_of(mail).split())
    assert mail["Subject"] == "An earlier time for you: Tue 22 Dec, 15:00"
    assert "Tue 22 December 2026, 15:00" in text
    assert "We keep it for you until 11:00 on Monday 30 November." in text
    assert "your visit on Tuesday 29 December, 15:00, stays as it is" in text
    assert "You get this because you wait for a time at Milia Clinic." in text
    assert not re.search("peel|glycol|milium", text, re.IGNORECASE)
    (link,) = re.findall(rf"{settings.BASE_URL}/offers/([\w-]+)/", text)
    assert len(link) == 43
    assert offers.by_token(link) == made


def test_the_token_stands_in_the_letter_and_nowhere_else(clinic: World, postbox: Postbox) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    token = links.token(links.OFFER, made.seed)
    shown = letters.preview(Message.objects.get(), NOW)
    delivery.deliver_due(now=NOW)
    html = postbox.mails[0].get_body(("html",))
    assert html is not None
    assert token in text_of(postbox.mails[0])
    assert token in html.get_content()
    assert isinstance(shown, letters.Letter)
    assert token not in shown.text + shown.html + shown.page
    row = Message.objects.get()
    assert "/offers/.../" in row.sent_text
    assert token not in str(Message.objects.values().get())
    assert token not in str(WaitlistOffer.objects.values().get())


def test_a_token_is_256_bits_and_opens_only_what_it_was_made_for() -> None:
    token = links.token(links.OFFER, b"\0" * 32)
    assert token == links.token(links.OFFER, b"\0" * 32)
    assert token != links.token(links.OFFER, b"\1" + b"\0" * 31)
    assert token != links.token("photo", b"\0" * 32)
    assert links.hashed(links.OFFER, token) != links.hashed("photo", token)
    assert re.fullmatch(r"[\w-]{43}", token)


def test_a_letter_sent_twice_carries_one_link(clinic: World, postbox: Postbox) -> None:
    clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    postbox.cut_after_data = True
    delivery.deliver_due(now=NOW)
    postbox.cut_after_data = False
    delivery.deliver_due(now=NOW + timedelta(minutes=5))
    first, second = (re.findall(r"/offers/([\w-]+)/", text_of(each)) for each in postbox.mails)
    assert first == second


@pytest.mark.parametrize(
    ("now", "until"),
    [
        # in the evening the clock stands still until the clinic opens
        (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), datetime(2026, 12, 1, 10, 0, tzinfo=UTC)),
        # at night nothing is sent
        (datetime(2026, 11, 30, 22, 0, tzinfo=UTC), datetime(2026, 12, 1, 11, 0, tzinfo=UTC)),
        # over a weekend a day is enough
        (datetime(2026, 12, 4, 17, 30, tzinfo=UTC), datetime(2026, 12, 5, 17, 30, tzinfo=UTC)),
    ],
)
def test_offers_do_not_run_out_at_night(clinic: World, now: datetime, until: datetime) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS, now)
    assert made.expires_at == until


def test_who_cannot_be_written_to_is_called(clinic: World) -> None:
    entry = clinic.wait(clinic.booked.visit(2))
    Patient.objects.update(email_consent="refused", email_consent_at=NOW)
    entry = WaitlistEntry.objects.select_related("patient", "service", "location").get(pk=entry.pk)
    assert refusal(clinic, entry, TWO_DAYS_BEFORE_CHRISTMAS) == (
        "Ada Lindqvist is not e-mailed (no consent to e-mail). Call instead."
    )


def test_what_is_about_to_begin_is_told_on_the_telephone(clinic: World) -> None:
    entry = clinic.wait(clinic.booked.visit(1))
    soon = TODAY_AT_THREE - timedelta(minutes=40)
    assert refusal(clinic, entry, TODAY_AT_THREE, soon) == (
        "This is too soon for an e-mail: call instead."
    )


def test_one_offer_at_a_time_and_the_next_when_it_ran_out(clinic: World) -> None:
    entry = clinic.wait(clinic.booked.visit(2))
    first = clinic.offer(entry, TWO_DAYS_BEFORE_CHRISTMAS)
    again = "Ada Lindqvist has an offer to answer already."
    assert refusal(clinic, entry, TWO_DAYS_BEFORE_CHRISTMAS + HOUR) == again
    later = first.expires_at
    second = clinic.offer(entry, TWO_DAYS_BEFORE_CHRISTMAS + HOUR, later)
    first.refresh_from_db()
    assert (first.outcome, first.answered_at) == ("expired", later)
    assert second.is_open(later)


def test_whoever_has_an_offer_is_not_named_for_another_time(clinic: World) -> None:
    clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    assert clinic.could_come(TWO_DAYS_BEFORE_CHRISTMAS + 24 * HOUR) == []


def test_offers_that_ran_out_are_noted_by_the_sweep(clinic: World) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    assert offers.expire(now=made.expires_at - timedelta(seconds=1)) == 0
    assert offers.expire(now=made.expires_at) == 1
    assert lapsing.sweep(now=made.expires_at) == 1
    with pytest.raises(OfferOver):
        offers.accept(offer=made, seen="", now=made.expires_at)


# Taking it ----------------------------------------------------------------------------------------


def test_taking_it_moves_the_late_visit_and_those_after_it(clinic: World, postbox: Postbox) -> None:
    entry = clinic.wait(clinic.booked.visit(1))
    made = clinic.offer(entry, TODAY_AT_THREE)
    shown = offers.preview(made, NOW + HOUR)
    assert dates(shown) == ["Tue 29 Dec 15:00 to Mon 28 Dec 15:00"]

    offers.accept(offer=made, seen=shown.digest, now=NOW + HOUR)
    offers.accept(offer=made, seen=shown.digest, now=NOW + 5 * HOUR)  # again: nothing

    assert starts(clinic) == ["30 Nov", "28 Dec", "19 Jan", "9 Feb", "2 Mar"]
    made.refresh_from_db()
    entry.refresh_from_db()
    assert (made.outcome, made.answered_at, made.answered_by) == ("accepted", NOW + HOUR, None)
    assert (entry.closed_reason, entry.closed_at) == ("got_a_time", NOW + HOUR)
    assert held(made).status == "cancelled"
    delivery.deliver_due(now=NOW + HOUR + timedelta(minutes=2))
    mail = postbox.mails[-1]
    assert mail["Subject"] == "New times for 2 visits"
    assert "instead of Tuesday 8 December, 15:00" in text_of(mail)
    events = events_of(mail)
    assert [(each["DTSTART"].dt, each["SEQUENCE"]) for each in events] == [
        (TODAY_AT_THREE, 4),
        (datetime(2026, 12, 28, 15, tzinfo=UTC), 4),
    ]
    # the offer itself was not written any more: it was answered before its letter left
    assert len(postbox.mails) == 1


def test_without_a_late_visit_what_was_kept_is_booked(clinic: World) -> None:
    entry = clinic.wait_without_visit(clinic.cast.ben)
    made = clinic.offer(entry, TUESDAY)
    offers.accept(offer=made, seen=offers.preview(made, NOW).digest, now=NOW)
    visit = held(made)
    assert (visit.status, visit.during.lower, visit.held_until) == ("booked", TUESDAY, None)
    assert Message.objects.filter(kind="booked", patient=clinic.cast.ben).count() == 1


def test_a_session_without_a_date_is_offered_and_bound_when_it_is_taken(clinic: World) -> None:
    cast, gone = clinic.cast, clinic.booked.visit(2)
    booking.cancel(appointment=gone, reason="x", by=cast.fern, now=NOW)
    claim = Claim(
        gone.service, datetime(2027, 1, 5, 10, tzinfo=UTC), (cast.dr_cole.pk, cast.peel_room.pk)
    )
    newcomer = Newcomer(cast.ada, Wishes(gone.service, cast.harbour))
    made = offers.offer(who=newcomer, claim=claim, by=cast.fern, now=NOW)
    assert clinic.booked.session(2).state == "open"
    offers.accept(offer=made, seen=offers.preview(made, NOW).digest, now=NOW)
    assert clinic.booked.session(2).appointment == held(made)
    assert clinic.booked.session(2).state == Session.State.BOOKED


def test_moves_that_differ_from_those_shown_are_shown_again(clinic: World) -> None:
    cast = clinic.cast
    made = clinic.offer(clinic.wait(clinic.booked.visit(1)), TODAY_AT_THREE)
    shown = offers.preview(made, NOW)
    for person, room in (
        (cast.dr_cole, cast.peel_room),
        (cast.nurse_nora, cast.second_peel_room),
    ):
        booking.book(
            claim=Claim(
                Service.objects.get(key="glycolic"),
                datetime(2026, 12, 28, 15, tzinfo=UTC),
                (person.pk, room.pk),
            ),
            patient=Patient.objects.create(given_name=person.name, birth_date=cast.ada.birth_date),
            location=cast.harbour,
            by=cast.fern,
            now=NOW,
        )
    with pytest.raises(OtherwiseNow):
        offers.accept(offer=made, seen=shown.digest, now=NOW)
    assert starts(clinic) == ["8 Dec", "29 Dec", "19 Jan", "9 Feb", "2 Mar"]
    again = offers.preview(made, NOW)
    assert dates(again) != dates(shown)
    offers.accept(offer=made, seen=again.digest, now=NOW)
    assert starts(clinic)[0] == "30 Nov"


def test_an_offer_that_is_no_longer_earlier_cannot_be_taken(clinic: World) -> None:
    """The visit that was kept meanwhile has been moved before the time that was offered."""
    cast, days = clinic.cast, timedelta(days=1)
    clinic.wait_without_visit(cast.ben)
    (taking,) = clinic.could_come(TUESDAY)
    late, before = (replace(taking.claim, start=taking.claim.start + n * days) for n in (14, -1))
    terms = {"location": cast.harbour, "by": cast.fern, "now": NOW}
    visit = booking.book(claim=late, patient=cast.ben, **terms)
    made = clinic.offer(clinic.wait(visit), TUESDAY)
    seen = offers.preview(made, NOW).digest
    wanted = rearranging.Wanted(
        cast.ben, cast.harbour, moves=(rearranging.Move(visit, before, visit.version),)
    )
    rearranging.rearrange(wanted=[wanted], by=cast.mina, now=NOW)
    with pytest.raises(BookingRefused, match=r"Ben Okafor has a visit before that: "):
        offers.accept(offer=made, seen=seen, now=NOW)


def test_an_offer_is_over_when_the_late_visit_is_gone(clinic: World) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    seen = offers.preview(made, NOW).digest
    booking.cancel(appointment=clinic.booked.visit(2), reason="x", by=clinic.cast.fern, now=NOW)
    with pytest.raises(OfferOver):
        offers.accept(offer=made, seen=seen, now=NOW)


def test_given_at_once_on_the_telephone(clinic: World) -> None:
    cast = clinic.cast
    entry = clinic.wait(clinic.booked.visit(1))
    (taking,) = clinic.could_come(TODAY_AT_THREE)
    given = {"who": entry, "claim": taking.claim, "by": cast.fern, "now": NOW}
    with pytest.raises(OtherwiseNow):
        offers.take(**given, seen="other")
    offers.take(**given, seen=taking.digest)
    assert starts(clinic)[:2] == ["30 Nov", "28 Dec"]
    with pytest.raises(BookingRefused, match="does not wait for this any more"):
        offers.take(**given, seen=taking.digest)


def test_a_first_visit_is_given_at_once_too(clinic: World) -> None:
    entry = clinic.wait_without_visit(clinic.cast.ben)
    (taking,) = clinic.could_come(TUESDAY)
    offers.take(who=entry, claim=taking.claim, seen=taking.digest, by=clinic.cast.fern, now=NOW)
    assert clinic.cast.ben.appointments.get().status == "booked"


# Declining and taking back ------------------------------------------------------------------------


def test_declined_the_time_is_free_and_the_patient_goes_on_waiting(clinic: World) -> None:
    entry = clinic.wait(clinic.booked.visit(2))
    made = clinic.offer(entry, TWO_DAYS_BEFORE_CHRISTMAS)
    offers.decline(offer=made, now=NOW)
    offers.decline(offer=made, now=NOW)
    assert held(made).status == "cancelled"
    assert Message.objects.get().status == "withdrawn"
    assert list(WaitlistEntry.objects.waiting()) == [entry]
    # this very time is not offered to the same person again, another one is
    assert clinic.could_come(TWO_DAYS_BEFORE_CHRISTMAS, 15) == []
    assert len(clinic.could_come(TWO_DAYS_BEFORE_CHRISTMAS + 24 * HOUR)) == 1
    with pytest.raises(OfferOver):
        offers.accept(offer=made, seen="", now=NOW)


def test_taken_back_by_the_desk(clinic: World) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    offers.withdraw(offer=made, by=clinic.cast.mina, now=NOW)
    made.refresh_from_db()
    assert (made.outcome, made.answered_by) == ("withdrawn", clinic.cast.mina)
    with pytest.raises(OfferOver):
        offers.decline(offer=made, now=NOW)


def test_nobody_leaves_the_list_while_an_offer_waits(clinic: World) -> None:
    entry = clinic.wait(clinic.booked.visit(2))
    clinic.offer(entry, TWO_DAYS_BEFORE_CHRISTMAS)
    with pytest.raises(WaitRefused, match="take that back first"):
        waitlist.close(entry=entry, by=clinic.cast.fern, now=NOW)


# The kept time on other screens -------------------------------------------------------------------


def test_giving_the_kept_time_back_elsewhere_takes_the_offer_back(clinic: World) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    holding.release(booking=made.booking, by=clinic.cast.fern, now=NOW)
    made.refresh_from_db()
    assert (made.outcome, made.answered_by) == ("withdrawn", clinic.cast.fern)
    assert Message.objects.get().status == "withdrawn"


def test_a_time_offered_instead_of_another_is_not_booked_beside_it(clinic: World) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    with pytest.raises(BookingRefused, match="answer the offer on the wait list"):
        holding.confirm(booking=made.booking, by=clinic.cast.fern, now=NOW)


def test_booking_a_kept_time_elsewhere_answers_its_offer(clinic: World) -> None:
    entry = clinic.wait_without_visit(clinic.cast.ben)
    made = clinic.offer(entry, TUESDAY)
    holding.confirm(booking=made.booking, by=clinic.cast.fern, now=NOW)
    made.refresh_from_db()
    entry.refresh_from_db()
    assert (made.outcome, made.answered_by) == ("accepted", clinic.cast.fern)
    assert entry.closed_reason == "got_a_time"
