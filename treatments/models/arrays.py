"""Conditions on the numbers of an array, for constraints."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Q


class _Condition(Func):
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, field: Any, **extra: Any) -> None:
        super().__init__(F(field) if isinstance(field, str) else field, **extra)


class EachAtLeast(_Condition):
    """No number of the array is below `number`; true of an empty one."""

    template = "(%(number)s <= ALL (%(expressions)s))"


class EachAtMost(_Condition):
    """No number of the array is above `number`; true of an empty one."""

    template = "(%(number)s >= ALL (%(expressions)s))"


class Rising(_Condition):
    """Every number of the array is larger than the one before; true of an empty one.

    `treatments_rising` is made by the migration that first uses it.
    """

    function = "treatments_rising"


def within(field: str, low: int, high: int) -> Q:
    """Every number of the array lies between `low` and `high`."""
    return Q(EachAtLeast(field, number=low)) & Q(EachAtMost(field, number=high))
