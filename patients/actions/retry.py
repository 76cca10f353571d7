"""Trying again when the database asks for it."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

P = ParamSpec("P")
T = TypeVar("T")

# deadlock, serialization failure, lock timeout: nothing was written, a second try may pass
CONTENTION = {"40P01", "40001", "55P03"}
TRIES = 4


class TryAgain(Exception):
    """Too many people wanted the same at once; nothing was changed."""


def retry_on_contention(action: Callable[P, T]) -> Callable[P, T]:
    """Run the action again, after a short random pause, when the database refused it for
    contention. Only the outermost action retries: inside a larger transaction nobody can."""

    @wraps(action)
    def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            return action(*args, **kwargs)
        for attempt in range(TRIES):
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in CONTENTION:
                    raise
                time.sleep(random.uniform(0.02, 0.1) * (attempt + 1))  # noqa: S311 - only spreads
        raise TryAgain(_("Many changes arrived at once. Nothing was changed: please try again."))

    return tried
