"""Health answers and consent: what counts, how long, and who may say otherwise."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.accounts.models import RecordAccess
from patients.actions import readiness as act
from patients.actions.readiness import ReadinessRefusedError
from patients.models import Consent, Screening
from patients.queries import readiness
from tests.conftest import NOW, Cast
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 30)
LATER = NOW + timedelta(minutes=16)


def answered(cast: Cast, outcome: str = "clear", note: str = "", on: date = TODAY) -> Screening:
    return act.record_screening(
        patient=cast.ada, outcome=outcome, note=note, on=on, by=cast.fern, now=NOW
    )


def something(cast: Cast, note: str = "Cold sore", on: date = TODAY) -> Screening:
    return answered(cast, "to_check", note, on)


def counts(cast: Cast) -> Screening | None:
    return readiness.newest_screening(cast.ada.pk)


# Health answers -----------------------------------------------------------------------------------


def test_answers_hold_for_seven_days_the_last_included(cast: Cast) -> None:
    found = answered(cast)
    assert found.valid_until == date(2026, 12, 7)
    assert found.holds_on(date(2026, 12, 7))
    assert not found.holds_on(date(2026, 12, 8))


def test_how_long_answers_hold_is_the_clinics_to_say(cast: Cast, settings: Any) -> None:
    settings.SCREENING_VALID_DAYS = 180
    assert answered(cast).valid_until == date(2027, 5, 29)


def test_the_newest_answers_count(cast: Cast) -> None:
    assert counts(cast) is None
    old = answered(cast, on=TODAY - timedelta(days=30))
    assert counts(cast) == old
    new = something(cast)
    assert counts(cast) == new
    assert new.stops


def test_the_same_button_twice_writes_once(cast: Cast) -> None:
    assert answered(cast) == answered(cast)
    assert Screening.objects.count() == 1


def test_something_to_check_needs_to_say_what(cast: Cast) -> None:
    with pytest.raises(ReadinessRefusedError, match="Write what is to be checked"):
        something(cast, note="  ")
    assert Screening.objects.count() == 0


def test_the_desk_cannot_write_over_something_to_check(cast: Cast) -> None:
    found = something(cast)
    with pytest.raises(ReadinessRefusedError, match="A clinician clears it first"):
        answered(cast)
    assert counts(cast) == found


def test_answers_that_no_longer_hold_may_be_asked_anew(cast: Cast) -> None:
    something(cast, on=TODAY - timedelta(days=8))
    assert answered(cast) == counts(cast)


def test_a_clinician_clears_with_a_name_and_a_reason(cast: Cast) -> None:
    found = something(cast)
    act.clear_screening(screening=found, reason="Healed", by=cast.cole, now=NOW)
    # a second press is harmless, and the first name stays
    act.clear_screening(screening=found, reason="Again", by=cast.mina, now=LATER)
    found = Screening.objects.get()
    assert (found.cleared_by, found.cleared_at, found.clear_reason) == (cast.cole, NOW, "Healed")
    assert not found.stops


def test_clearing_needs_a_reason_and_something_to_clear(cast: Cast) -> None:
    with pytest.raises(ReadinessRefusedError, match="Write why it is safe"):
        act.clear_screening(screening=something(cast), reason=" ", by=cast.cole, now=NOW)
    other = act.record_screening(patient=cast.ben, outcome="clear", on=TODAY, by=cast.fern, now=NOW)
    with pytest.raises(ReadinessRefusedError, match="There is nothing to check"):
        act.clear_screening(screening=other, reason="Fine", by=cast.cole, now=NOW)


def test_what_was_pressed_on_an_older_page_is_refused(cast: Cast) -> None:
    seen = something(cast)
    something(cast, note="Isotretinoin")
    for press in (
        lambda: act.clear_screening(screening=seen, reason="Healed", by=cast.cole, now=NOW),
        lambda: act.take_back_screening(screening=seen, by=cast.fern, now=NOW),
    ):
        with pytest.raises(ReadinessRefusedError, match="Other answers were recorded meanwhile"):
            press()


def test_a_mistake_is_taken_back_by_a_new_row(cast: Cast) -> None:
    before = answered(cast, on=TODAY - timedelta(days=3))
    wrong = answered(cast)
    for _ in range(2):
        act.take_back_screening(screening=wrong, by=cast.nora, now=LATER)
    assert counts(cast) == before
    assert list(Screening.objects.order_by("pk").values_list("outcome", "recorded_by")) == [
        ("clear", cast.fern.pk),
        ("clear", cast.fern.pk),
        ("taken_back", cast.nora.pk),
    ]


def test_something_to_check_is_taken_back_soon_and_by_whoever_wrote_it(cast: Cast) -> None:
    found = something(cast)
    for by, now in ((cast.nora, NOW), (cast.fern, LATER)):
        with pytest.raises(ReadinessRefusedError, match="a clinician clears it"):
            act.take_back_screening(screening=found, by=by, now=now)
    act.take_back_screening(screening=found, by=cast.fern, now=NOW + timedelta(minutes=15))
    assert counts(cast) is None


def test_changes_are_noted_on_the_record(cast: Cast) -> None:
    act.clear_screening(screening=something(cast), reason="Healed", by=cast.cole, now=NOW)
    noted = RecordAccess.objects.order_by("pk").values_list("user", "record_id", "action")
    assert list(noted) == [
        (cast.fern.pk, cast.ada.pk, "change"),
        (cast.cole.pk, cast.ada.pk, "change"),
    ]


# Consent ------------------------------------------------------------------------------------------


def signed(cast: Cast, scope: str = "glycolic") -> Consent:
    return act.record_consent(patient=cast.ada, scope=scope, by=cast.fern, now=NOW)


def test_consent_is_signed_once_for_each_purpose(cast: Cast) -> None:
    assert signed(cast) == signed(cast)
    assert signed(cast, "photos") != signed(cast)
    assert readiness.of_patients([cast.ada.pk])[cast.ada.pk].has_agreed("photos")


def test_withdrawn_consent_stays_in_the_record_and_may_be_given_again(cast: Cast) -> None:
    first = signed(cast)
    for by in (cast.nora, cast.fern):
        act.withdraw_consent(consent=first, by=by, now=LATER)
    first.refresh_from_db()
    assert (first.withdrawn_at, first.withdrawn_by) == (LATER, cast.nora)
    assert not readiness.of_patients([cast.ada.pk])[cast.ada.pk].has_agreed("glycolic")
    assert signed(cast) != first


# Together -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [0, 30])
def test_everybody_is_read_in_two_queries(
    cast: Cast, others: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    consent, screening = signed(cast), something(cast)
    wanted = [cast.ada.pk, *(PatientFactory().pk for _ in range(others))]
    with django_assert_num_queries(2):
        found = readiness.of_patients(wanted)
    assert set(found) == set(wanted)
    assert found[cast.ada.pk].screening == screening
    assert found[cast.ada.pk].consents == {"glycolic": consent}


# What the database refuses ------------------------------------------------------------------------


def row(cast: Cast, **values: Any) -> Screening:
    usual = {"patient": cast.ada, "outcome": "clear", "valid_until": TODAY}
    return Screening.objects.create(recorded_at=NOW, recorded_by=cast.fern, **usual | values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"valid_until": None}, "patients_screening_says_what_and_how_long"),
        ({"outcome": "to_check"}, "patients_screening_says_what_and_how_long"),
        ({"note": "All well"}, "patients_screening_says_what_and_how_long"),
        (
            {"outcome": "taken_back", "valid_until": None},
            "patients_screening_takes_one_back",
        ),
        (
            {"outcome": "to_check", "note": "Sunburn", "cleared_at": NOW},
            "patients_screening_cleared_at_with_by_and_reason",
        ),
        (
            {"outcome": "to_check", "note": "Sunburn", "clear_reason": "Fine"},
            "patients_screening_cleared_at_with_by_and_reason",
        ),
    ],
)
def test_screening_rules(cast: Cast, values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row(cast, **values)


def test_clear_answers_are_not_cleared(cast: Cast) -> None:
    cleared = {"cleared_at": NOW, "cleared_by": cast.cole, "clear_reason": "Fine"}
    with (
        pytest.raises(IntegrityError, match="patients_screening_cleared_at_with_by_and_reason"),
        transaction.atomic(),
    ):
        row(cast, **cleared)


def test_answers_are_taken_back_once(cast: Cast) -> None:
    wrong = row(cast)
    taken = {"outcome": "taken_back", "valid_until": None, "takes_back": wrong}
    row(cast, **taken)
    with pytest.raises(IntegrityError, match="takes_back"), transaction.atomic():
        row(cast, **taken)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({}, "patients_consent_stands_once"),
        ({"withdrawn_at": NOW}, "patients_consent_withdrawn_at_with_by"),
        (
            {"withdrawn_at": NOW - timedelta(days=1), "withdrawn_by": True},
            "patients_consent_given_before_withdrawn",
        ),
    ],
)
def test_consent_rules(cast: Cast, values: dict[str, Any], constraint: str) -> None:
    signed(cast)
    if "withdrawn_by" in values:
        values = values | {"withdrawn_by": cast.fern}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Consent.objects.create(
            patient=cast.ada, scope="glycolic", given_at=NOW, recorded_by=cast.fern, **values
        )
