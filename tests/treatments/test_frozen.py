"""What is signed stays: tried with the application's own role, by SQL beside the application."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.conftest import Cast
from treatments.models import Assessment, Finding, Lesion


def assessment(cast: Cast, now: datetime, **fields: Any) -> Assessment:
    made = Assessment.objects.create(
        patient=cast.ada,
        skin_type=3,
        kind="primary",
        arrangement="discrete",
        started_at=now,
        started_by=cast.cole,
        saved_at=now,
        **fields,
    )
    lesion = Lesion.objects.create(patient=cast.ada, number=1, site="cheek", side="left")
    Finding.objects.create(assessment=made, lesion=lesion, x=300, y=500)
    return made


def sign(made: Assessment, cast: Cast, now: datetime) -> None:
    Assessment.objects.filter(pk=made.pk).update(signed_at=now, signed_by=cast.cole)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatments_assessment SET note = 'later' WHERE id = %(pk)s",
        "UPDATE treatments_assessment SET signed_at = NULL, signed_by_id = NULL WHERE id = %(pk)s",
        "DELETE FROM treatments_assessment WHERE id = %(pk)s",
        "UPDATE treatments_finding SET x = 1 WHERE assessment_id = %(pk)s",
        "DELETE FROM treatments_finding WHERE assessment_id = %(pk)s",
        "INSERT INTO treatments_previoustreatment (assessment_id, modality, finished, result, note)"
        " VALUES (%(pk)s, 'cryo', true, 'none', '')",
    ],
)
def test_a_signed_assessment_takes_no_change(cast: Cast, now: datetime, statement: str) -> None:
    made = assessment(cast, now)
    sign(made, cast, now)
    with (
        pytest.raises(IntegrityError, match="is signed and no longer changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"pk": made.pk})
    assert Finding.objects.get(assessment=made).x == 300


def test_a_draft_is_changed_and_thrown_away(cast: Cast, now: datetime) -> None:
    made = assessment(cast, now)
    Finding.objects.filter(assessment=made).update(x=310)
    Assessment.objects.filter(pk=made.pk).update(note="later")
    made.delete()
    assert not Assessment.objects.exists()
