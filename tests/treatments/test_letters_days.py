"""What a letter before a visit says on the day on which it really goes out."""

from dataclasses import replace
from typing import Any

from clinic.actions import answers, booking
from clinic.models import Service, VisitAnswer
from patients.actions import delivery, letters, messages
from patients.models import Message, Patient
from patients.subjects import Hold
from tests.conftest import NOW, Cast
from tests.smtp import Postbox
from tests.treatments.test_letters_alone import THURSDAY, assessment, at, look, planned, single
from treatments.models import Protocol


def test_a_treatment_that_stands_alone_is_confirmed_with_its_preparation(
    cast: Cast, now: Any, postbox: Postbox
) -> None:
    service = Protocol.objects.get(modality="salicylic").first_service
    Service.objects.filter(pk=service.pk).update(stands_alone=True)
    claim = booking.Claim(service, THURSDAY, (cast.dr_cole.pk, cast.peel_room.pk))
    booking.book(patient=cast.ada, location=cast.harbour, claim=claim, by=cast.fern, now=NOW)
    delivery.deliver_due(now=NOW)
    part = postbox.mails[0].get_body(("plain",))
    assert part is not None
    said = " ".join(part.get_content().split())
    assert "From 3 days before: no retinoid" in said
    assert "aspirin or any salicylate" in said


def subjects_of(postbox: Postbox) -> list[str]:
    return [str(mail["Subject"]) for mail in postbox.mails]


def test_booked_two_days_before_nothing_says_that_it_is_three(
    cast: Cast, now: Any, postbox: Postbox
) -> None:
    single(cast, start=at(2, 10))
    delivery.deliver_due(now=NOW)
    assert subjects_of(postbox) == ["Getting ready for Wed 2 Dec"]


def test_the_eves_letter_sent_early_names_the_day(cast: Cast, now: Any, postbox: Postbox) -> None:
    visit = assessment(cast)
    message = Message.objects.get(subject_key=f"appointment:{visit.pk}", kind="tomorrow")
    messages.send_now(message=message, now=NOW)
    delivery.deliver_due(now=NOW)
    assert "Thu 10 Dec, 10:00" in subjects_of(postbox)


def test_one_more_copy_on_the_day_says_today(cast: Cast, now: Any, postbox: Postbox) -> None:
    visit = assessment(cast)
    delivery.deliver_due(now=at(9, 18))
    message = Message.objects.get(subject_key=f"appointment:{visit.pk}", kind="tomorrow")
    messages.send_again(message=message, by=cast.fern, now=at(10, 8))
    delivery.deliver_due(now=at(10, 8))
    assert subjects_of(postbox)[-2:] == ["Tomorrow, 10:00", "Today, 10:00"]


def test_what_is_still_to_come_is_shown_as_on_its_day(cast: Cast, now: Any) -> None:
    visit = assessment(cast)
    message = Message.objects.get(subject_key=f"appointment:{visit.pk}", kind="tomorrow")
    letter = letters.preview(message, NOW)
    assert isinstance(letter, letters.Letter)
    assert letter.subject == "Tomorrow, 10:00"


def test_who_cannot_come_is_not_reminded_until_the_desk_has_seen_to_it(
    cast: Cast, now: Any, postbox: Postbox
) -> None:
    visit = assessment(cast)
    answers.cannot_come(appointment=visit, version=visit.version, words="", now=NOW)
    held = look(visit, "tomorrow", at(9, 18))
    assert isinstance(held, Hold)
    assert held.reason == "the patient said that they cannot come"
    # on the telephone they find that it can be done after all
    answers.settle(answer=VisitAnswer.objects.get(), by=cast.fern, now=at(9, 17))
    delivery.deliver_due(now=at(9, 18))
    assert "Tomorrow, 10:00" in subjects_of(postbox)


def test_far_away_the_eve_is_that_of_the_day_in_the_letter(
    cast: Cast, now: Any, postbox: Postbox
) -> None:
    """In Los Angeles it is still the ninth when the visit's day has begun in London."""
    Patient.objects.filter(pk=cast.ada.pk).update(time_zone="America/Los_Angeles")
    visit = assessment(replace(cast, ada=Patient.objects.get(pk=cast.ada.pk)))
    (due,) = [due for kind, due in planned(visit) if kind == "tomorrow"]
    assert due == at(10, 2)
    delivery.deliver_due(now=due)
    assert subjects_of(postbox)[-1] == "Tomorrow, 10:00"
