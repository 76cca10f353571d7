"""What the database itself holds of visits, by name; and that signed parts stay."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.conftest import Cast
from tests.treatments.visit_logs import begun
from treatments.models import (
    Addendum,
    AdverseEvent,
    Lesion,
    LesionTreatment,
    ProductUse,
    Visit,
)
from treatments.queries.visits import record_of
from treatments.visit_bounds import HARD, kind_of


def refused(name: str, write: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"signed_at": True}, "treatments_visit_signed_at_with_by"),
        ({"signed_at": True, "signed_by": "nora"}, "treatments_visit_signed_by_its_author"),
        ({"pain": 11}, "treatments_visit_pain_to_ten"),
        ({"broken_off_why": "it burnt"}, "treatments_visit_broken_off_with_why"),
        ({"taken_over_at": True}, "treatments_visit_taken_over_at_with_from"),
    ],
)
def test_visits(cast: Cast, now: datetime, values: dict[str, Any], name: str) -> None:
    made = begun(cast)
    wanted = {key: now if value is True else value for key, value in values.items()}
    wanted = {key: cast.nora if value == "nora" else value for key, value in wanted.items()}
    refused(name, lambda: Visit.objects.filter(pk=made.pk).update(**wanted))


@pytest.mark.parametrize(
    ("modality", "values", "name"),
    [
        ("glycolic", {"strength_percent": 400}, "treatments_peelrecord_strength_believable"),
        ("glycolic", {"ph": 15}, "treatments_peelrecord_ph_believable"),
        ("glycolic", {"contact_seconds": 1201}, "treatments_peelrecord_contact_believable"),
        ("glycolic", {"coats": 11}, "treatments_peelrecord_coats_believable"),
        ("salicylic", {"rinse_seconds": 1201}, "treatments_peelrecord_rinse_believable"),
        ("glycolic", {"rinse_seconds": 30}, "treatments_peelrecord_neutralised_or_rinsed"),
        ("salicylic", {"neutraliser": "water"}, "treatments_peelrecord_neutralised_or_rinsed"),
        ("extraction", {"needle_gauge": 12}, "treatments_extractionrecord_gauge_believable"),
        ("extraction", {"numbing_minutes": 181}, "treatments_extractionrecord_amounts_believable"),
        ("extraction", {"uncharted": 201}, "treatments_extractionrecord_uncharted_believable"),
        ("cryo", {"freeze_seconds": 61}, "treatments_cryorecord_freeze_believable"),
        ("cryo", {"cycles": 6}, "treatments_cryorecord_amounts_believable"),
        ("cryo", {"uncharted": 201}, "treatments_cryorecord_uncharted_believable"),
        ("laser", {"power_watts": 61}, "treatments_laserrecord_settings_believable"),
        ("laser", {"numbing_minutes": 0}, "treatments_laserrecord_anaesthesia_believable"),
        ("laser", {"uncharted": 201}, "treatments_laserrecord_uncharted_believable"),
        ("retinoid", {"strength_percent": 3}, "treatments_regimenrecord_strength_believable"),
        ("retinoid", {"nights_per_week": 8}, "treatments_regimenrecord_nights_believable"),
        ("retinoid", {"redness": 4}, "treatments_regimenrecord_irritation_to_three"),
    ],
)
def test_records(cast: Cast, modality: str, values: dict[str, Any], name: str) -> None:
    if "strength_percent" in values and modality == "glycolic":
        # as many digits as the column takes
        values = {"strength_percent": 71}
    record = record_of(begun(cast, modality))
    refused(name, lambda: type(record).objects.filter(pk=record.pk).update(**values))


@pytest.mark.parametrize(
    "modality", ["glycolic", "salicylic", "extraction", "cryo", "laser", "retinoid"]
)
def test_the_form_lets_through_what_the_database_takes(cast: Cast, modality: str) -> None:
    """Both ends of each hard range can be saved, so the two say the same."""
    record = record_of(begun(cast, modality))
    ours = {
        name: bounds
        for name, bounds in HARD[kind_of(modality)].items()
        if not (modality == "glycolic" and name == "rinse_seconds")
    }
    for name, bounds in ours.items():
        for value in (bounds.low, bounds.high):
            assert type(record).objects.filter(pk=record.pk).update(**{name: value}) == 1


def lesion(cast: Cast) -> Lesion:
    return Lesion.objects.create(patient=cast.ada, number=1, site="cheek", side="left")


def test_parts(cast: Cast, now: datetime) -> None:
    made, spot = begun(cast, "extraction"), lesion(cast)
    LesionTreatment.objects.create(visit=made, lesion=spot, result="cleared")
    AdverseEvent.objects.create(visit=made, kind="bleeding", severity="mild")
    refused(
        "treatments_lesiontreatment_lesion_once",
        lambda: LesionTreatment.objects.create(visit=made, lesion=spot, result="failed"),
    )
    refused(
        "treatments_adverseevent_kind_once",
        lambda: AdverseEvent.objects.create(visit=made, kind="bleeding", severity="severe"),
    )
    refused("treatments_productuse_named", lambda: ProductUse.objects.create(visit=made, name=""))
    refused(
        "treatments_addendum_says_something",
        lambda: Addendum.objects.create(visit=made, text="", written_at=now, written_by=cast.cole),
    )


PARTS = {
    "treatments_peelrecord": ("glycolic", "contact_seconds = 1"),
    "treatments_extractionrecord": ("extraction", "tool = 'needle'"),
    "treatments_cryorecord": ("cryo", "cycles = 2"),
    "treatments_laserrecord": ("laser", "passes = 2"),
    "treatments_regimenrecord": ("retinoid", "redness = 1"),
    "treatments_lesiontreatment": ("extraction", "result = 'failed'"),
    "treatments_productuse": ("glycolic", "lot = 'X'"),
    "treatments_adverseevent": ("glycolic", "severity = 'severe'"),
}


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("table", PARTS)
def test_no_part_of_a_signed_visit_changes(
    cast: Cast, now: datetime, table: str, verb: str
) -> None:
    modality, change = PARTS[table]
    made = begun(cast, modality)
    LesionTreatment.objects.create(visit=made, lesion=lesion(cast), result="cleared")
    ProductUse.objects.create(visit=made, name="Acid", lot="L1")
    AdverseEvent.objects.create(visit=made, kind="redness", severity="mild")
    Visit.objects.filter(pk=made.pk).update(signed_at=now, signed_by=cast.cole)
    update = f"UPDATE {table} SET {change} WHERE visit_id = %s"
    statement = update if verb == "UPDATE" else f"DELETE FROM {table} WHERE visit_id = %s"
    with (
        pytest.raises(IntegrityError, match="is signed and no longer changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [made.pk])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatments_visit SET note = 'later' WHERE id = %s",
        "UPDATE treatments_visit SET signed_at = NULL, signed_by_id = NULL WHERE id = %s",
        "DELETE FROM treatments_visit WHERE id = %s",
        "INSERT INTO treatments_productuse (visit_id, name, lot, handed_out)"
        " VALUES (%s, 'Late', '', false)",
        "UPDATE treatments_addendum SET text = 'other' WHERE visit_id = %s",
        "DELETE FROM treatments_addendum WHERE visit_id = %s",
    ],
)
def test_neither_the_visit_nor_an_addendum_changes(
    cast: Cast, now: datetime, statement: str
) -> None:
    made = begun(cast)
    Visit.objects.filter(pk=made.pk).update(signed_at=now, signed_by=cast.cole)
    Addendum.objects.create(visit=made, text="More", written_at=now, written_by=cast.nora)
    with (
        pytest.raises(IntegrityError, match="no longer changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [made.pk])
