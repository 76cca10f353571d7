"""`make faults`: every scenario, a table, var/faults/results.json; FAULTS_QUICK=1 for a tenth."""

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))


from clinic.local.environment import local_environment  # noqa: E402 - found through the path above
from clinic.local.services import Services, scratch_places  # noqa: E402


def main(only: list[str]) -> int:
    """On a database and a broker of its own, which it may break: written to disk as carefully as
    in production, for what was committed must outlive a crash."""
    with scratch_places() as places, Services(places, {}) as services:
        os.environ |= local_environment(places, services.environment())
        os.environ |= services.environment() | {"LOG_LEVEL": "CRITICAL"}
        return _run(only, services)


def _run(only: list[str], services: Services) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    from bench.faults import scenarios  # noqa: PLC0415
    from bench.faults.rig import Finding, rig  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    scale = 0.1 if os.environ.get("FAULTS_QUICK") else 1.0
    found: list[Finding] = []
    with rig(max(400, int(100_000 * scale)), services) as made:
        for scenario in scenarios.ALL:
            if only and scenario.__name__ not in only:
                continue
            began = time.monotonic()
            for each in scenario(made, scale):
                found.append(each)
                mark = "holds" if each.holds else "BROKEN"
                print(f"{each.name:<66} {each.figure!s:>14}  {each.promise:<14} {mark}", flush=True)
            print(f"  ({scenario.__name__}: {time.monotonic() - began:.0f} s)", flush=True)
    folder = ROOT / "var" / "faults"
    folder.mkdir(parents=True, exist_ok=True)
    rows = json.dumps([asdict(each) for each in found], indent=2)
    (folder / "results.json").write_text(rows + "\n")
    return 0 if all(each.holds for each in found) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
