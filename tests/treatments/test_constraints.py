"""What the database refuses about protocols and courses, each rule by its name."""

from datetime import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.conftest import NOW, Cast
from tests.treatments.versions import draft_of
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.models import Course, Protocol, ProtocolStep, Session

GAPS = ("gap_floor", "gap_min", "gap_ideal", "gap_max", "gap_lapse")
SESSIONS = ("sessions_min", "sessions_default", "sessions_max")


@pytest.fixture
def glycolic(cast: Cast) -> Protocol:
    """A draft: what is published takes no change at all."""
    return draft_of(cast.glycolic, review_after_session=None)


@pytest.fixture
def course(cast: Cast) -> Course:
    terms = CourseTerms(protocol=cast.glycolic, location=cast.harbour, sessions=4)
    return plans.start_course(patient=cast.ada, terms=terms, by=cast.cole, now=NOW)


def write(protocol: Protocol, **values: Any) -> int:
    """Change the row round the model."""
    with transaction.atomic():
        return Protocol.objects.filter(pk=protocol.pk).update(**values)


def said(protocol: Protocol, **values: Any) -> list[str]:
    """What a form with these values would show above its fields."""
    for name, value in values.items():
        setattr(protocol, name, value)
    with pytest.raises(ValidationError) as refused:
        protocol.full_clean()
    return refused.value.message_dict["__all__"]


# Protocols ---------------------------------------------------------------------------------------


def test_a_version_of_a_protocol_exists_once(cast: Cast) -> None:
    glycolic = cast.glycolic
    glycolic.pk = None
    with (
        pytest.raises(IntegrityError, match="treatments_protocol_version_once"),
        transaction.atomic(),
    ):
        glycolic.save()
    glycolic.version = 2
    glycolic.save()
    assert Protocol.objects.filter(modality="glycolic").count() == 2


@pytest.mark.parametrize("numbers", [(0, 1, 1), (2, 1, 3), (1, 4, 3), (3, 2, 1), (0, 0, 0)])
def test_the_numbers_of_sessions_are_in_order(glycolic: Protocol, numbers: tuple[int, ...]) -> None:
    values = dict(zip(SESSIONS, numbers, strict=True))
    with pytest.raises(IntegrityError, match="treatments_protocol_sessions_in_order"):
        write(glycolic, **values)
    assert said(glycolic, **values) == ["Sessions: minimum ≤ default ≤ maximum."]


@pytest.mark.parametrize("numbers", [(1, 1, 1), (1, 2, 3)])
def test_numbers_of_sessions_in_order_are_kept(
    glycolic: Protocol, numbers: tuple[int, ...]
) -> None:
    assert write(glycolic, **dict(zip(SESSIONS, numbers, strict=True))) == 1


@pytest.mark.parametrize(
    "gaps",
    [
        (0, 14, 21, 28, 84),
        (15, 14, 21, 28, 84),
        (10, 22, 21, 28, 84),
        (10, 14, 29, 28, 84),
        (10, 14, 21, 85, 84),
        (10, 14, 21, 20, None),
        (None, None, None, None, 84),
        (10, 14, 21, None, 84),
    ],
)
def test_gaps_out_of_order_are_refused(glycolic: Protocol, gaps: tuple[int | None, ...]) -> None:
    values = dict(zip(GAPS, gaps, strict=True))
    with pytest.raises(IntegrityError, match="treatments_protocol_gaps_in_order"):
        write(glycolic, **values)


@pytest.mark.parametrize(
    "gaps",
    [
        (None, 14, 21, 28, 84),
        (10, None, 21, 28, 84),
        (10, 14, None, 28, 84),
        (None, 14, None, None, None),
        (10, None, None, None, None),
        (None, None, 21, None, None),
        (None, None, None, 28, None),
    ],
)
def test_gaps_in_part_are_refused(glycolic: Protocol, gaps: tuple[int | None, ...]) -> None:
    """With one of the first three missing, no distance would be kept at all."""
    values = dict(zip(GAPS, gaps, strict=True))
    with pytest.raises(IntegrityError, match="treatments_protocol_gaps_in_order"):
        write(glycolic, **values)


@pytest.mark.parametrize(
    "gaps",
    [
        (10, 14, 21, 28, 84),
        (1, 1, 1, 1, 1),
        (10, 14, 21, 28, None),
        (10, 14, 21, None, None),
        (None, None, None, None, None),
    ],
)
def test_gaps_in_order_are_kept(glycolic: Protocol, gaps: tuple[int | None, ...]) -> None:
    assert write(glycolic, **dict(zip(GAPS, gaps, strict=True))) == 1


def test_a_form_says_how_gaps_are_ordered(glycolic: Protocol) -> None:
    assert said(glycolic, gap_min=9) == ["Gaps: floor ≤ minimum ≤ ideal ≤ maximum ≤ lapse."]


def test_an_approval_has_who_and_when(cast: Cast, glycolic: Protocol) -> None:
    for half in ({"approved_at": NOW}, {"approved_by": cast.cole}):
        with pytest.raises(IntegrityError, match="treatments_protocol_approved_at_with_by"):
            write(glycolic, **half)
    assert write(glycolic, approved_at=NOW, approved_by=cast.cole) == 1


# Steps -------------------------------------------------------------------------------------------


def test_the_steps_of_a_protocol_have_an_order(glycolic: Protocol) -> None:
    first, second = glycolic.steps.order_by("position")[:2]
    with (
        pytest.raises(IntegrityError, match="treatments_protocolstep_position_unique"),
        transaction.atomic(),
    ):
        ProtocolStep.objects.filter(pk=second.pk).update(position=first.position)
    positions = ProtocolStep.objects.exclude(protocol=glycolic).values_list("position", flat=True)
    assert first.position in positions


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({"at": None, "after_minutes": None}, False),
        ({"at": time(9), "after_minutes": 30}, False),
        ({"at": time(0), "after_minutes": 0}, False),
        ({"at": time(0), "after_minutes": None}, True),
        ({"at": None, "after_minutes": 0}, True),
    ],
)
def test_a_step_has_a_wall_clock_or_a_delay(
    glycolic: Protocol, values: dict[str, Any], fits: bool
) -> None:
    step = ProtocolStep.objects.filter(pk=glycolic.steps.earliest("position").pk)
    if fits:
        assert step.update(**values) == 1
        return
    with (
        pytest.raises(IntegrityError, match="treatments_protocolstep_one_kind_of_time"),
        transaction.atomic(),
    ):
        step.update(**values)


# Sessions ----------------------------------------------------------------------------------------


def test_a_course_has_each_session_once(course: Course) -> None:
    with (
        pytest.raises(IntegrityError, match="treatments_session_number_once"),
        transaction.atomic(),
    ):
        Session.objects.create(course=course, number=4)
    assert Session.objects.create(course=course, number=5).pk


@pytest.mark.parametrize("number", [0, 53, 32767])
def test_a_session_has_a_believable_number(course: Course, number: int) -> None:
    with (
        pytest.raises(IntegrityError, match="treatments_session_number_believable"),
        transaction.atomic(),
    ):
        Session.objects.create(course=course, number=number)
    assert Session.objects.create(course=course, number=52).pk
