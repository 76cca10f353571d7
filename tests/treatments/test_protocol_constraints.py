"""What the database refuses of a version of a protocol, and that a published one stays."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from tests.conftest import NOW, Cast
from tests.treatments.versions import draft_of, newer, publish
from treatments.models import Protocol, ProtocolStep
from treatments.protocol_data import PROTOCOLS


@pytest.fixture
def draft(cast: Cast) -> Protocol:
    return draft_of(cast.glycolic)


def write(draft: Protocol, **values: Any) -> int:
    with transaction.atomic():
        return Protocol.objects.filter(pk=draft.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"strengths": [20, 20]}, "treatments_protocol_strengths_rise"),
        ({"strengths": [35, 20]}, "treatments_protocol_strengths_rise"),
        ({"strengths": [0, 20]}, "treatments_protocol_strengths_rise"),
        ({"strengths": [20, Decimal("70.1")]}, "treatments_protocol_strengths_rise"),
        ({"max_percent_assistant": 71}, "treatments_protocol_assistant_believable"),
        ({"max_percent_assistant": 0}, "treatments_protocol_assistant_believable"),
        ({"contact_seconds_max": None}, "treatments_protocol_contact_in_order"),
        ({"contact_seconds_min": None}, "treatments_protocol_contact_in_order"),
        ({"contact_seconds_min": 301}, "treatments_protocol_contact_in_order"),
        ({"contact_seconds_min": 0}, "treatments_protocol_contact_in_order"),
        ({"contact_seconds_max": 1201}, "treatments_protocol_contact_in_order"),
        ({"review_after_session": 7}, "treatments_protocol_review_within_sessions"),
        ({"review_after_session": 0}, "treatments_protocol_review_within_sessions"),
        ({"review_days": [42, 42]}, "treatments_protocol_review_days_rise"),
        ({"review_days": [731]}, "treatments_protocol_review_days_rise"),
        ({"nights_per_week": [2, 8]}, "treatments_protocol_nights_believable"),
        ({"nights_per_week": [0]}, "treatments_protocol_nights_believable"),
        ({"saved_at": NOW}, "treatments_protocol_saved_at_with_by"),
        ({"discarded_at": NOW}, "treatments_protocol_discarded_at_with_by"),
    ],
)
def test_what_a_version_cannot_say(draft: Protocol, values: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        write(draft, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"strengths": []},
        {"strengths": [Decimal("20.5"), 70]},
        {"contact_seconds_min": None, "contact_seconds_max": None},
        {"contact_seconds_min": 1200, "contact_seconds_max": 1200},
        {"review_after_session": 6, "review_days": [1, 730]},
        {"nights_per_week": [7, 1, 1]},
    ],
)
def test_what_a_version_can_say(draft: Protocol, values: dict[str, Any]) -> None:
    assert write(draft, **values) == 1


def test_only_glycolic_acid_is_neutralised(cast: Cast) -> None:
    salicylic = Protocol.objects.get(modality="salicylic")
    with pytest.raises(IntegrityError, match="treatments_protocol_only_glycolic_is_neutralised"):
        draft_of(salicylic, needs_neutraliser=True)


def test_a_form_says_what_is_wrong_with_a_ladder(draft: Protocol) -> None:
    draft.strengths = [Decimal(35), Decimal(20)]
    with pytest.raises(ValidationError) as refused:
        draft.validate_constraints()
    assert refused.value.messages == ["Strengths rise from step to step, within 1 and 70 %."]
    draft.strengths = [Decimal(20), Decimal(35)]
    draft.validate_constraints()


def test_a_version_is_published_by_somebody_after_its_approval(cast: Cast, draft: Protocol) -> None:
    with pytest.raises(IntegrityError, match="treatments_protocol_published_at_with_by"):
        write(
            draft, published_at=NOW, published_by=cast.mina, approved_at=NOW, approved_by=cast.cole
        )
    with pytest.raises(IntegrityError, match="treatments_protocol_published_after_approval"):
        write(draft, published=True, published_at=NOW, published_by=cast.mina)
    write(draft, approved_at=NOW, approved_by=cast.cole)
    assert write(draft, published=True, published_at=NOW, published_by=cast.mina) == 1


def test_there_is_one_draft_of_a_treatment(cast: Cast, draft: Protocol) -> None:
    with (
        pytest.raises(IntegrityError, match="treatments_protocol_one_draft"),
        transaction.atomic(),
    ):
        draft_of(cast.glycolic, version=3)
    write(draft, discarded_at=NOW, discarded_by=cast.mina)
    assert draft_of(cast.glycolic, version=3).pk


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"day": 731}, "treatments_protocolstep_day_believable"),
        ({"day": -366}, "treatments_protocolstep_day_believable"),
        ({"every": 7}, "treatments_protocolstep_repeats_in_order"),
        ({"until_day": 7}, "treatments_protocolstep_repeats_in_order"),
        ({"every": 0, "until_day": 7}, "treatments_protocolstep_repeats_in_order"),
        ({"day": 8, "every": 1, "until_day": 7}, "treatments_protocolstep_repeats_in_order"),
        ({"every": 7, "until_day": 731}, "treatments_protocolstep_repeats_in_order"),
        ({"expires_hours": 0}, "treatments_protocolstep_expires_later"),
    ],
)
def test_what_a_letter_cannot_say(draft: Protocol, values: dict[str, Any], name: str) -> None:
    step = ProtocolStep.objects.filter(protocol=draft, kind="check_1")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        step.update(**values)


def test_a_letter_stands_once_on_a_day(draft: Protocol) -> None:
    step = draft.steps.get(kind="check_1")
    step.pk, step.position = None, 99
    with pytest.raises(IntegrityError, match="treatments_protocolstep_letter_once_a_day"):
        step.save()


# A published version stays -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatments_protocol SET gap_max = 99 WHERE id = %(pk)s",
        "UPDATE treatments_protocol SET published = false WHERE id = %(pk)s",
        "UPDATE treatments_protocol SET source = '' WHERE id = %(pk)s",
        "DELETE FROM treatments_protocol WHERE id = %(pk)s",
        "UPDATE treatments_protocolstep SET day = 2 WHERE protocol_id = %(pk)s AND day = 1",
        "UPDATE treatments_protocolstep SET is_on = false WHERE protocol_id = %(pk)s",
        "DELETE FROM treatments_protocolstep WHERE protocol_id = %(pk)s",
        "INSERT INTO treatments_protocolstep (protocol_id, position, kind, anchor, day, at,"
        ' to_next, "only", skin, needs_attendance, covers, expires_hours, catch_up, per_date,'
        " is_on, source) VALUES (%(pk)s, 99, 'check_1', 'session', 2, '09:00', false, '{}', 'all',"
        " true, '{}', 48, true, true, true, 'guide')",
    ],
)
def test_a_published_version_takes_no_change(cast: Cast, statement: str) -> None:
    before = list(cast.glycolic.steps.values_list("pk", "day", "is_on").order_by("pk"))
    with (
        pytest.raises(IntegrityError, match="no longer changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"pk": cast.glycolic.pk})
    assert cast.glycolic.gap_max == 28
    assert list(cast.glycolic.steps.values_list("pk", "day", "is_on").order_by("pk")) == before


def test_a_letter_does_not_leave_for_another_version(cast: Cast, draft: Protocol) -> None:
    for pk, other in ((cast.glycolic.pk, draft.pk), (draft.pk, cast.glycolic.pk)):
        step = ProtocolStep.objects.filter(protocol=pk, kind="check_1")
        with pytest.raises(IntegrityError, match="no longer changes"), transaction.atomic():
            step.update(protocol=other, position=99)


def test_a_published_version_can_be_approved_once(cast: Cast) -> None:
    published = cast.glycolic
    assert write(published, approved_at=NOW, approved_by=cast.cole) == 1
    with pytest.raises(IntegrityError, match="is published and no longer changes"):
        write(published, approved_at=None, approved_by=None)
    with pytest.raises(IntegrityError, match="is published and no longer changes"):
        write(published, approved_by=cast.mina)


def test_an_approved_draft_is_published_as_it_was_approved(cast: Cast, draft: Protocol) -> None:
    write(draft, approved_at=NOW, approved_by=cast.cole)
    with pytest.raises(IntegrityError, match="is approved as it is"):
        write(draft, gap_max=99)
    with pytest.raises(IntegrityError, match="no longer changes"), transaction.atomic():
        draft.steps.filter(kind="check_1").update(day=2)
    write(draft, approved_at=None, approved_by=None)
    assert write(draft, gap_max=30) == 1


def test_the_newest_published_version_is_the_current_one(cast: Cast) -> None:
    draft = draft_of(cast.glycolic)
    assert cast.glycolic.version == 1
    publish(draft)
    assert (cast.glycolic, newer("glycolic").version) == (draft, 3)


def test_every_number_of_the_shipped_data_stands_in_its_row(cast: Cast) -> None:
    for data in PROTOCOLS:
        row = Protocol.objects.get(modality=data.modality)
        contact = (row.contact_seconds_min, row.contact_seconds_max)
        assert contact == (data.contact_seconds or (None, None))
        assert tuple(row.strengths) == data.strengths
        assert row.max_percent_assistant == data.max_percent
        assert row.needs_neutraliser == data.needs_neutraliser
        assert row.review_after_session == data.review_after_session
        assert tuple(row.review_days) == data.review_days
        assert tuple(row.nights_per_week) == data.nights_per_week
        assert row.steps.count() == len(data.steps)
