"""What makes a time range fit to be stored: CHECKs shared by everything that holds time."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(days=366)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def _length() -> models.Expression:
    """`upper(during) - lower(during)`."""
    moment = models.DateTimeField()
    end = Func(F("during"), function="upper", output_field=moment)
    start = Func(F("during"), function="lower", output_field=moment)
    return models.ExpressionWrapper(end - start, output_field=models.DurationField())


def lasts_at_most(minutes: int) -> Q:
    """The column `during` is no longer than that."""
    return Q(LessThanOrEqual(_length(), timedelta(minutes=minutes)))


def sound_range(name: str, *, at_most_minutes: int) -> list[models.CheckConstraint]:
    """CHECKs on the column `during`: half-open, finite, not empty, of a believable length and time.

    An exclusion constraint alone accepts empty, unbounded and absurd ranges, and such a row
    overlaps nothing or everything. For a range without an end the other two CHECKs are NULL and
    pass: the first one refuses it.
    """
    return [
        models.CheckConstraint(
            condition=Q(
                during__isempty=False,
                during__lower_inc=True,
                during__upper_inc=False,
                during__lower_inf=False,
                during__upper_inf=False,
            ),
            name=f"{name}_during_half_open",
            violation_error_message="A time needs a start and a later end.",
        ),
        models.CheckConstraint(
            condition=Q(during__isempty=False)
            & Q(GreaterThanOrEqual(_length(), SHORTEST))
            & lasts_at_most(at_most_minutes),
            name=f"{name}_during_believable_length",
            violation_error_message="A time must last at least five minutes and not absurdly long.",
        ),
        models.CheckConstraint(
            condition=Q(during__isempty=False, during__startswith__gte=EARLIEST)
            & Q(during__endswith__lt=LATEST),
            name=f"{name}_during_in_our_time",
            violation_error_message="That date cannot be meant.",
        ),
    ]
