"""Health answers are written once, taken over, kept; what was cleared goes on where it may."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from patients.actions import readiness
from patients.actions import screening as act
from patients.actions.readiness import ReadinessRefusedError
from patients.actions.screening import AnswersRefusedError
from patients.models import Clearance, Screening, ScreeningAnswer
from patients.queries import screening as queries
from patients.questionnaire import NO, ON, UNSURE, YES, Answer
from tests.conftest import NOW, Cast
from tests.health import asked, whole

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 30)
IN_THREE_WEEKS = TODAY + timedelta(days=21)
KEY = UUID("8a6e0804-2bd0-4672-b79d-d97027f9071a")


def said(screening: Screening) -> dict[str, tuple[str, date | None, date, bool]]:
    return {
        each.question: (each.value, each.on, each.holds_until, each.taken_over)
        for each in screening.answers.all()
    }


def again(cast: Cast, seen: Screening, over: set[str], **answers: Answer) -> Screening:
    """Three weeks later: these are taken over, the others answered."""
    given = whole(cast.ada, IN_THREE_WEEKS, **answers)
    terms: dict[str, Any] = {"on": IN_THREE_WEEKS, "by": cast.fern, "now": NOW}
    return act.record_answers(
        patient=cast.ada, answers=given, taken_over=over, seen=seen.pk, **terms
    )


def test_answers_are_rows_each_with_its_own_end(cast: Cast) -> None:
    yes = {"keloid": Answer(YES), "tan": Answer(YES), "tan_on": Answer(ON, date(2026, 11, 2))}
    made = asked(cast.ada, cast.fern, TODAY, **yes, bleeding=Answer(UNSURE))
    assert (made.outcome, made.note, made.valid_until) == ("answered", "", date(2026, 12, 7))
    rows = said(made)
    assert rows["keloid"] == (YES, None, date(2027, 11, 30), False)
    assert rows["bleeding"] == (UNSURE, None, date(2026, 12, 7), False)
    assert rows["tan_on"] == (ON, date(2026, 11, 2), date(2026, 12, 7), False)
    assert "isotretinoin_on" not in rows


def test_a_form_sent_twice_writes_once(cast: Cast) -> None:
    given = whole(cast.ada, TODAY)
    terms: dict[str, Any] = {"on": TODAY, "by": cast.fern, "now": NOW, "key": KEY}
    first, second = (act.record_answers(patient=cast.ada, answers=given, **terms) for _ in range(2))
    assert first == second
    assert Screening.objects.count() == 1
    assert ScreeningAnswer.objects.count() == len(given)


def test_half_answered_writes_nothing_and_names_what_is_missing(cast: Cast) -> None:
    given = whole(cast.ada, TODAY, isotretinoin=Answer(YES))
    del given["isotretinoin_on"], given["keloid"]
    with pytest.raises(AnswersRefusedError) as refused:
        act.record_answers(patient=cast.ada, answers=given, on=TODAY, by=cast.fern, now=NOW)
    assert refused.value.sentences == {
        "isotretinoin_on": "Not answered yet.",
        "keloid": "Not answered yet.",
    }
    assert Screening.objects.count() == 0


def test_answers_to_what_is_not_asked_are_left_out(cast: Cast) -> None:
    given = whole(cast.ada, TODAY) | {"tan_on": Answer(ON, TODAY), "nonsense": Answer(YES)}
    made = act.record_answers(patient=cast.ada, answers=given, on=TODAY, by=cast.fern, now=NOW)
    assert not {"tan_on", "nonsense"} & said(made).keys()


def test_taken_over_for_good_keeps_its_end_and_the_rest_begins_anew(cast: Cast) -> None:
    first = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    second = again(cast, first, {"keloid", "tan"}, keloid=Answer(YES))
    rows = said(second)
    assert rows["keloid"] == (YES, None, date(2027, 11, 30), True)
    assert rows["tan"] == (NO, None, date(2026, 12, 28), True)
    assert rows["raynaud"] == (NO, None, date(2027, 12, 21), False)


def test_nothing_is_taken_over_from_answers_that_are_no_longer_the_last(cast: Cast) -> None:
    first = asked(cast.ada, cast.fern, TODAY)
    asked(cast.ada, cast.nora, TODAY)
    with pytest.raises(ReadinessRefusedError, match="Other answers were recorded meanwhile"):
        again(cast, first, {"tan"})
    assert Screening.objects.count() == 2


def test_what_no_question_asks_about_goes_to_a_clinician(cast: Cast) -> None:
    terms: dict[str, Any] = {"on": TODAY, "by": cast.fern, "now": NOW}
    made = act.record_answers(
        patient=cast.ada, answers=whole(cast.ada, TODAY), note=" Fainted once ", **terms
    )
    assert (made.outcome, made.note, made.stops) == ("to_check", "Fainted once", True)


def test_something_to_check_goes_on_standing_beside_the_answers(cast: Cast) -> None:
    readiness.record_screening(
        patient=cast.ada, outcome="to_check", note="New tablets", on=TODAY, by=cast.fern, now=NOW
    )
    made = asked(cast.ada, cast.fern, TODAY)
    assert (made.outcome, made.note) == ("to_check", "New tablets")


def test_the_word_on_the_telephone_leaves_the_answers_where_they_are(cast: Cast) -> None:
    made = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    readiness.record_screening(patient=cast.ada, outcome="clear", on=TODAY, by=cast.fern, now=NOW)
    assert queries.last_answered(cast.ada.pk) == made


# Clearing -----------------------------------------------------------------------------------------


def cleared(cast: Cast, screening: Screening, row: int, reason: str = "Test spot first") -> None:
    act.clear(
        screening=screening,
        modality="glycolic",
        rows=[row],
        level="B",
        reason=reason,
        by=cast.cole,
        now=NOW,
    )


def test_the_first_name_stays(cast: Cast) -> None:
    made = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    cleared(cast, made, 9)
    cleared(cast, made, 9, "Another reason")
    found = Clearance.objects.get()
    assert (found.cleared_by, found.reason) == (cast.cole, "Test spot first")


def test_a_block_is_not_cleared_without_a_reason(cast: Cast) -> None:
    made = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    with pytest.raises(ReadinessRefusedError, match="Write why it is safe"):
        cleared(cast, made, 9, "  ")
    assert Clearance.objects.count() == 0


def test_what_stays_for_good_is_cleared_once_and_what_changes_each_time(cast: Cast) -> None:
    yes = {"keloid": Answer(YES), "wound": Answer(YES)}
    first = asked(cast.ada, cast.fern, TODAY, **yes)
    cleared(cast, first, 9)
    cleared(cast, first, 25)
    second = again(cast, first, {"keloid"}, **yes)
    carried = second.clearances.get()
    assert (carried.row, carried.cleared_by, carried.reason) == (9, cast.cole, "Test spot first")
    assert carried.carried == first.clearances.get(row=9)


def test_another_answer_takes_the_clearance_with_it(cast: Cast) -> None:
    first = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    cleared(cast, first, 9)
    second = again(cast, first, set(), keloid=Answer(UNSURE))
    assert not second.clearances.exists()


# What the database refuses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"value": "perhaps"}, "patients_screeninganswer_value_known"),
        ({"question": ""}, "patients_screeninganswer_value_known"),
        ({"value": "on"}, "patients_screeninganswer_day_if_it_is_one"),
        ({"on": TODAY}, "patients_screeninganswer_day_if_it_is_one"),
        ({"question": "tan"}, "patients_screeninganswer_question_once"),
    ],
)
def test_answer_rules(cast: Cast, values: dict[str, Any], constraint: str) -> None:
    made = asked(cast.ada, cast.fern, TODAY)
    usual = {"question": "another", "value": "no", "holds_until": TODAY}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ScreeningAnswer.objects.create(screening=made, **usual | values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"row": 41}, "patients_clearance_of_a_row_and_treatment"),
        ({"modality": "leeches"}, "patients_clearance_of_a_row_and_treatment"),
        ({"reason": ""}, "patients_clearance_of_a_block_has_a_reason"),
        ({}, "patients_clearance_once"),
    ],
)
def test_clearance_rules(cast: Cast, values: dict[str, Any], constraint: str) -> None:
    made = asked(cast.ada, cast.fern, TODAY)
    cleared(cast, made, 9)
    usual = {"row": 9, "modality": "glycolic", "level": "B", "reason": "Fine"}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Clearance.objects.create(
            screening=made, cleared_at=NOW, cleared_by=cast.cole, **usual | values
        )


@pytest.mark.parametrize("table", ["patients_screeninganswer", "patients_clearance"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_answers_and_clearances_stay_as_they_are(cast: Cast, table: str, change: str) -> None:
    cleared(cast, asked(cast.ada, cast.fern, TODAY), 9)
    with (
        pytest.raises(IntegrityError, match="no longer changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))
