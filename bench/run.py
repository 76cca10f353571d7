"""`make bench`: one run, a table and var/bench/results.json."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
sys.path.insert(0, str(ROOT))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    from bench import (  # noqa: PLC0415
        availability,
        double_booking,
        dst_table,
        due_scan,
        http_booking,
        http_races,
        messages,
        night,
        replan,
        replan_http,
        results,
        ripple,
        series,
        series_requests,
    )
    from clinic import memory  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    memory.settle()
    parts = (
        *(series, series_requests, dst_table, replan, replan_http, ripple, availability),
        *(double_booking, http_booking, http_races, messages, night, due_scan),
    )
    figures: list[results.Figure] = []
    for part in parts:
        found = part.measure()
        results.show(found)
        figures += found
        # part by part: what is known stays, should a later one break
        results.keep(figures, FOLDER)
    return 0 if all(each.holds for each in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
