"""What a process loads at its start stays loaded, so the garbage collector need not look at it."""

import gc
from typing import Final

from celery import current_app
from django.urls import get_resolver

YOUNG: Final = 10_000
"""New objects between two small collections. A page makes some thousands, and nearly all of them
are gone again without any collecting."""


def settle() -> None:
    """Load the pages' code and set all that is loaded aside. Called once, when a process that
    serves is ready to begin.

    A full collection walks through every object there is, most of which Django and its packages
    made at the start: tens of milliseconds, in the middle of somebody's request or of a round of
    letters.
    """
    # else loaded, and left to be walked through, at first use
    _ = get_resolver().reverse_dict
    current_app.connection_for_write().get_transport_cls()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
