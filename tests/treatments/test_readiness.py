"""What must be right before a treatment begins: shown beside the visit, asked at the door."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clinic.actions import booking
from clinic.actions.claims import BookingRefused
from clinic.models import Appointment, Service
from clinic.queries import lights
from patients.actions import readiness
from patients.actions.readiness import ReadinessRefusedError
from patients.models import Clearance, Message, Screening
from patients.questionnaire import ON, YES, Answer
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.factories.patients import PatientFactory
from tests.health import asked, whole
from tests.treatments.test_plans import start
from treatments.actions import course_messages
from treatments.actions import screening as actions
from treatments.models import Assessment, Finding, Lesion, Protocol
from treatments.queries import visit_checks

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 30)
SOON = datetime(2026, 11, 30, 9, 45, tzinfo=UTC)


def visit(cast: Cast, service: Service | None = None, start: datetime = SOON) -> Appointment:
    """Of Ada, for the first session of a glycolic peel unless said."""
    wanted = service or cast.glycolic.first_service
    return AppointmentFactory(location=cast.harbour, patient=cast.ada, service=wanted, start=start)


def assessment() -> Service:
    return Service.objects.get(key="assessment")


def service_of(modality: str) -> Service:
    return Protocol.objects.get(modality=modality).first_service


def clear(cast: Cast, asking: Screening, modality: Any, row: int, reason: str = "Fine") -> None:
    actions.clear_block(
        asking=asking,
        modality=modality,
        row=row,
        reason=reason,
        on=TODAY,
        by=cast.cole,
        now=NOW,
    )


def signed_assessment(
    cast: Cast, diagnosis: str = "clear", sites: tuple[str, ...] = ()
) -> Assessment:
    made = Assessment.objects.create(
        patient=cast.ada,
        skin_type=3,
        kind="primary",
        arrangement="discrete",
        diagnosis=diagnosis,
        started_at=NOW,
        started_by=cast.cole,
        saved_at=NOW,
    )
    for site in sites:
        number = cast.ada.lesions.count() + 1
        lesion = Lesion.objects.create(patient=cast.ada, number=number, site=site, side="right")
        Finding.objects.create(assessment=made, lesion=lesion, x=500, y=500)
    made.signed_at, made.signed_by = NOW + timedelta(seconds=made.pk), cast.cole
    made.save()
    return made


def answered(cast: Cast, outcome: str = "clear", note: str = "", on: date = TODAY) -> Screening:
    return readiness.record_screening(
        patient=cast.ada, outcome=outcome, note=note, on=on, by=cast.fern, now=NOW
    )


def shown(*appointments: Appointment) -> list[tuple[str, str]]:
    found = lights.of(appointments)
    return [(each.level, each.text) for each in found[appointments[0].pk]]


def refused(cast: Cast, appointment: Appointment) -> str:
    """Why the patient is not received; the visit stays as it is."""
    with pytest.raises(BookingRefused) as found:
        booking.check_in(appointment=appointment, by=cast.fern, now=NOW)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.BOOKED
    assert [each.settled_at for each in found.value.objections] == ["visit-health"]
    return str(found.value)


def received(cast: Cast, appointment: Appointment) -> bool:
    booking.check_in(appointment=appointment, by=cast.fern, now=NOW)
    appointment.refresh_from_db()
    return appointment.status == Appointment.Status.ARRIVED


def test_a_patient_nobody_has_asked_is_asked_first(cast: Cast) -> None:
    appointment = visit(cast)
    assert shown(appointment) == [("missing", "No screening"), ("warn", "No consent")]
    assert refused(cast, appointment) == (
        "The health questions were not asked yet. It takes about a minute."
    )


def test_answers_that_are_too_old_are_asked_again(cast: Cast) -> None:
    answered(cast, on=TODAY - timedelta(days=8))
    appointment = visit(cast)
    assert shown(appointment)[0] == ("missing", "Screening too old")
    assert refused(cast, appointment) == (
        "The health answers are too old. Ask whether anything has changed."
    )


def test_the_last_day_of_the_answers_is_enough(cast: Cast) -> None:
    answered(cast, on=TODAY - timedelta(days=7))
    assert received(cast, visit(cast))


def test_a_visit_of_an_earlier_day_is_closed_without_answers(cast: Cast) -> None:
    assert received(cast, visit(cast, start=SOON - timedelta(days=1)))


def test_answers_stop_the_treatment_they_speak_against(cast: Cast) -> None:
    asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    peel = visit(cast)
    assert shown(peel)[0] == ("missing", "Screening: blocked")
    detail = lights.of([peel])[peel.pk][0].detail
    assert detail == "Keloids or raised scars: scars may grow."
    assert refused(cast, peel) == (
        "Something in the health answers is to be checked. A clinician clears it first."
    )


def test_a_block_cleared_for_one_treatment_stands_for_another(cast: Cast) -> None:
    asking = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    clear(cast, asking, "glycolic", 9)
    peel, other = visit(cast), visit(cast, service_of("salicylic"), SOON + timedelta(days=1))
    assert shown(peel)[0] == ("ok", "Cleared by Dr Cole")
    assert shown(other)[0] == ("missing", "Screening: blocked")
    assert received(cast, peel)


def test_a_caution_warns_until_it_is_read(cast: Cast) -> None:
    asking = asked(cast.ada, cast.fern, TODAY, pregnant=Answer(YES))
    peel = visit(cast)
    assert shown(peel)[0] == ("warn", "1 caution")
    actions.take_note(asking=asking, modality="glycolic", rows=[2], on=TODAY, by=cast.nora, now=NOW)
    assert shown(peel)[0] == ("ok", "Cleared by Nora")
    assert received(cast, peel)


def test_a_window_that_ends_before_the_visit_stops_nothing(cast: Cast) -> None:
    said = {"hair_removal": Answer(YES), "hair_removal_on": Answer(ON, TODAY - timedelta(days=5))}
    asked(cast.ada, cast.fern, TODAY, **said)
    within, after = (visit(cast, start=SOON + timedelta(days=n)) for n in (2, 3))
    assert shown(within)[0] == ("missing", "Screening: blocked")
    assert shown(after)[0] == ("ok", "Screening clear")


def test_all_clear_by_telephone_does_not_cover_what_was_answered(cast: Cast) -> None:
    asked(cast.ada, cast.fern, TODAY - timedelta(days=30), keloid=Answer(YES))
    answered(cast)
    assert shown(visit(cast))[0] == ("missing", "Screening: blocked")


def test_an_uncertain_diagnosis_stops_freezing(cast: Cast) -> None:
    asked(cast.ada, cast.fern, TODAY)
    signed_assessment(cast, diagnosis="uncertain")
    frozen = visit(cast, service_of("cryo"))
    assert shown(frozen)[0] == ("missing", "Screening: blocked")
    assert shown(visit(cast, start=SOON + timedelta(days=1)))[0] == ("warn", "1 caution")


def test_freezing_is_stopped_when_all_that_is_left_lies_round_the_eye(cast: Cast) -> None:
    asked(cast.ada, cast.fern, TODAY)
    signed_assessment(cast, sites=("lower_eyelid",))
    assert shown(visit(cast, service_of("cryo")))[0] == ("missing", "Screening: blocked")
    signed_assessment(cast, sites=("lower_eyelid", "cheek"))
    later = visit(cast, service_of("cryo"), SOON + timedelta(days=1))
    assert shown(later)[0] == ("ok", "Screening clear")


def test_a_visit_far_ahead_is_not_asked_for_yet(cast: Cast) -> None:
    ahead = visit(cast, start=SOON + timedelta(days=8))
    assert shown(ahead)[0] == ("warn", "Screening due")
    assert lights.of([ahead])[ahead.pk][0].detail == "Asked from Tue 1 Dec on."


def test_what_is_right_is_green(cast: Cast) -> None:
    answered(cast)
    agree(cast.ada, cast.fern)
    assert shown(visit(cast)) == [("ok", "Screening clear"), ("ok", "Consent on paper")]


def test_consent_to_photos_is_no_consent_to_treatment(cast: Cast) -> None:
    readiness.record_consent(patient=cast.ada, scope="photos", by=cast.fern, now=NOW)
    assert shown(visit(cast))[1] == ("warn", "No consent")


def test_answers_are_judged_by_the_day_of_the_visit(cast: Cast) -> None:
    answered(cast)
    last, after = (visit(cast, start=SOON + timedelta(days=n)) for n in (7, 8))
    assert shown(last)[0] == ("ok", "Screening clear")
    assert shown(after)[0] == ("warn", "Screening due")


def test_a_visit_that_is_no_treatment_needs_neither(cast: Cast) -> None:
    assert shown(visit(cast, assessment())) == []


def test_something_to_check_is_shown_at_every_visit(cast: Cast) -> None:
    answered(cast, "to_check", "Cold sore")
    assert shown(visit(cast, assessment())) == [("missing", "Screening: to check")]


def test_nobody_is_received_for_a_treatment_with_something_to_check(cast: Cast) -> None:
    answered(cast, "to_check", "Cold sore")
    appointment = visit(cast)
    with pytest.raises(BookingRefused) as refused:
        booking.check_in(appointment=appointment, by=cast.fern, now=NOW)
    assert str(refused.value) == (
        "Something in the health answers is to be checked. A clinician clears it first."
    )
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.BOOKED


def test_an_assessment_of_the_same_patient_goes_on(cast: Cast) -> None:
    answered(cast, "to_check", "Cold sore")
    appointment = visit(cast, assessment())
    booking.check_in(appointment=appointment, by=cast.fern, now=NOW)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.ARRIVED


def test_cleared_by_name_the_patient_is_received(cast: Cast) -> None:
    found = answered(cast, "to_check", "Cold sore")
    readiness.clear_screening(screening=found, reason="Healed", by=cast.cole, now=NOW)
    appointment = visit(cast)
    assert shown(appointment)[0] == ("ok", "Cleared by Dr Cole")
    booking.check_in(appointment=appointment, by=cast.fern, now=NOW)


def test_unsafe_answers_stop_also_after_they_no_longer_hold(cast: Cast) -> None:
    answered(cast, "to_check", "Cold sore", on=TODAY - timedelta(days=30))
    with pytest.raises(BookingRefused):
        booking.check_in(appointment=visit(cast), by=cast.fern, now=NOW)


def test_taking_a_step_back_asks_nobody(cast: Cast) -> None:
    """Whoever was let into the room is not locked out by what is found there."""
    answered(cast)
    appointment = visit(cast)
    agree(cast.ada, cast.fern)
    booking.check_in(appointment=appointment, by=cast.fern, now=NOW)
    booking.start(appointment=appointment, by=cast.fern, now=NOW)
    answered(cast, "to_check", "Sunburn")
    booking.undo_status(appointment=appointment, by=cast.fern, now=NOW)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.ARRIVED


@pytest.mark.parametrize("visits", [1, 30])
def test_lights_take_a_fixed_number_of_queries(
    cast: Cast, visits: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    """Protocols, newest askings, consents, answers in three, lesions, antivirals."""
    made = [
        AppointmentFactory(
            location=cast.harbour,
            patient=PatientFactory(),
            service=cast.glycolic.first_service,
            start=SOON,
        )
        for _ in range(visits)
    ]
    for each in made:
        asked(each.patient, cast.fern, TODAY, keloid=Answer(YES))
    with django_assert_num_queries(8):
        assert len(lights.of(made)) == visits


def test_no_visits_ask_nothing(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert lights.of([]) == {}


# Clearing -----------------------------------------------------------------------------------------


def test_only_what_stands_is_cleared_and_at_its_level(cast: Cast) -> None:
    asking = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES), pregnant=Answer(YES))
    old_page = "That no longer stands in the answers."
    for row in (1, 2):
        with pytest.raises(ReadinessRefusedError, match=old_page):
            clear(cast, asking, "glycolic", row)
    with pytest.raises(ReadinessRefusedError, match=old_page):
        actions.take_note(
            asking=asking, modality="glycolic", rows=[9], on=TODAY, by=cast.nora, now=NOW
        )
    assert Clearance.objects.count() == 0


def test_a_caution_that_was_read_clears_no_block(cast: Cast) -> None:
    """Isotretinoin and laser: a caution for a few spots, a block for the whole face."""
    asking = asked(cast.ada, cast.fern, TODAY, isotretinoin=Answer(YES))
    Clearance.objects.create(
        screening=asking, row=1, modality="laser", level="C", cleared_at=NOW, cleared_by=cast.nora
    )
    check = visit_checks.of_patient(cast.ada, ["laser"], TODAY)["laser"]
    assert check.state == "blocked"


# What is sent -------------------------------------------------------------------------------------


def test_whoever_has_answered_is_not_reminded_to(cast: Cast) -> None:
    """The reminder of an extraction is about the questions alone: it goes to who has not answered
    by its day, a week before, for that session and not for the next."""
    course = start(cast, 2, protocol=Protocol.objects.get(modality="extraction"))
    first, second = course.sessions.order_by("number")
    for session, days in ((first, 10), (second, 38)):
        session.appointment = visit(cast, service_of("extraction"), SOON + timedelta(days=days))
        session.save()
    course_messages.replan_of(cast.ada, NOW)

    def reminded() -> list[str]:
        rows = Message.objects.filter(kind="screen_due", status="planned").order_by("pk")
        return list(rows.values_list("subject_key", flat=True))

    assert reminded() == [first.subject_key, second.subject_key]
    on = TODAY + timedelta(days=3)
    given = whole(cast.ada, on)
    actions.record(patient=cast.ada, answers=given, on=on, by=cast.fern, now=NOW)
    assert reminded() == [second.subject_key]
