"""What a process has loaded is not walked through again (clinic.memory)."""

import subprocess
import sys

SAY = """
import django, gc
django.setup()
from clinic import memory
before = gc.get_freeze_count()
memory.settle()
from django.urls import get_resolver
print(before, gc.get_freeze_count() > 100_000, len(gc.get_objects()) < 5_000, gc.get_threshold()[0])
print("url_patterns" in vars(get_resolver()))
"""


def test_all_that_is_loaded_is_set_aside_once_the_pages_are_known() -> None:
    # in a process of its own: this one would keep the garbage of its tests for ever
    told = subprocess.run(
        [sys.executable, "-c", SAY], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.split("\n")[:2] == ["0 True True 10000", "True"]
