"""`make bench`: one run, a table and var/bench/results.json."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
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
    figures = [
        *series.measure(),
        *series_requests.measure(),
        *dst_table.measure(),
        *replan.measure(),
        *replan_http.measure(),
        *ripple.measure(),
        *availability.measure(),
        *double_booking.measure(),
        *http_booking.measure(),
        *http_races.measure(),
        *messages.measure(),
        *due_scan.measure(),
    ]
    return 0 if results.write(figures, ROOT / "var" / "bench") else 1


if __name__ == "__main__":
    raise SystemExit(main())
