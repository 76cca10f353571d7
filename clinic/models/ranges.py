"""What makes a time range fit to be stored: CHECKs shared by everything that holds time."""

from datetime import UTC, date, datetime, timedelta

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeBoundary
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(days=366)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def length_of(name: str) -> models.Expression:
    """The end of a column of ranges less its start."""
    moment = models.DateTimeField()
    end = Func(F(name), function="upper", output_field=moment)
    start = Func(F(name), function="lower", output_field=moment)
    return models.ExpressionWrapper(end - start, output_field=models.DurationField())


def lasts_at_most(minutes: int) -> Q:
    """The column `during` is no longer than that."""
    return Q(LessThanOrEqual(length_of("during"), timedelta(minutes=minutes)))


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
            & Q(GreaterThanOrEqual(length_of("during"), SHORTEST))
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


def days_of(first: str, last: str) -> models.Expression:
    """From one date column to another, both days included; empty means for ever.

    Ends in the wrong order are for a CHECK to refuse: here they are only kept from being an error.
    """
    start, end = Coalesce(first, Value(date.min)), Coalesce(last, Value(date.max))
    ends = Least(start, end), Greatest(start, end), RangeBoundary(True, True)
    return Func(*ends, function="daterange", output_field=DateRangeField())


def clock_times(opens: str, closes: str) -> models.Expression:
    """From one time column to another. PostgreSQL has no ranges of times, so the times are put on
    one day, which is the same for all. Their order is for a CHECK to say."""
    moment = models.DateTimeField()
    start, end = (
        models.ExpressionWrapper(Value(date(2000, 1, 1)) + F(each), output_field=moment)
        for each in (opens, closes)
    )
    ends = Least(start, end), Greatest(start, end)
    return Func(*ends, function="tsrange", output_field=DateTimeRangeField())
