"""What the database refuses of a result, and that one that is recorded stays."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from tests.conftest import NOW, Cast
from tests.treatments.resulting import treated
from treatments.models import Course, Outcome


@pytest.fixture
def course(cast: Cast) -> Course:
    return treated(cast, 30)


def write(cast: Cast, course: Course, **values: Any) -> Outcome:
    with transaction.atomic():
        return Outcome.objects.create(
            course=course, recorded_at=NOW, recorded_by=cast.cole, **values
        )


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({}, "treatments_outcome_says_something"),
        ({"note": "Fine."}, "treatments_outcome_says_something"),
        ({"late_effects": ["scar"]}, "treatments_outcome_says_something"),
        ({"gais_clinician": 6, "satisfaction": 5}, "treatments_outcome_gais_to_five"),
        ({"gais_patient": 0, "satisfaction": 5}, "treatments_outcome_gais_to_five"),
        ({"gais_clinician": 3, "gais_patient": 6}, "treatments_outcome_gais_to_five"),
        ({"gais_patient": 3, "satisfaction": 11}, "treatments_outcome_satisfaction_to_ten"),
        ({"satisfaction": 5, "late_effects": ["tan"]}, "treatments_outcome_known_effects"),
        ({"satisfaction": 5, "late_effects": ["pih", ""]}, "treatments_outcome_known_effects"),
    ],
)
def test_what_a_result_cannot_say(
    cast: Cast, course: Course, values: dict[str, Any], name: str
) -> None:
    with pytest.raises(IntegrityError, match=name):
        write(cast, course, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"gais_clinician": 1},
        {"gais_patient": 5},
        {"satisfaction": 0},
        {"satisfaction": 10, "late_effects": ["herpes", "infection", "pih", "redness", "scar"]},
        {"satisfaction": 10, "late_effects": ["hypopigmentation"]},
    ],
)
def test_what_a_result_may_say(cast: Cast, course: Course, values: dict[str, Any]) -> None:
    made = write(cast, course, **values)
    made.full_clean()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Record at least one of the three judgements."),
        ({"gais_clinician": 6}, "The improvement scale runs from 1 to 5."),
        ({"satisfaction": 11, "gais_patient": 1}, "The rating runs from 0 to 10."),
        (
            {"satisfaction": 1, "late_effects": ["tan"]},
            "Choose what was left behind from the list.",
        ),
    ],
)
def test_the_rules_speak_in_sentences(
    cast: Cast, course: Course, values: dict[str, Any], said: str
) -> None:
    made = Outcome(course=course, recorded_at=NOW, recorded_by=cast.cole, **values)
    with pytest.raises(ValidationError) as refused:
        made.validate_constraints()
    assert said in refused.value.messages


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatments_outcome SET satisfaction = 9 WHERE id = %(pk)s",
        "UPDATE treatments_outcome SET note = 'later' WHERE id = %(pk)s",
        "DELETE FROM treatments_outcome WHERE id = %(pk)s",
    ],
)
def test_what_is_recorded_stays(cast: Cast, course: Course, statement: str) -> None:
    made = write(cast, course, satisfaction=4)
    with (
        pytest.raises(IntegrityError, match="treatments_outcome"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"pk": made.pk})
    made.refresh_from_db()
    assert (made.satisfaction, made.note) == (4, "")


def test_a_course_with_a_result_is_not_deleted(cast: Cast, course: Course) -> None:
    write(cast, course, satisfaction=4)
    course.sessions.all().delete()
    with pytest.raises(ProtectedError):
        course.delete()
    assert Outcome.objects.exists()
