"""Brings the database up to date and fills it, in one process of its own.

`python -m clinic.local.prepare` says on standard output what it is at; what the commands print
goes to standard error. All of them may be repeated: what is there stays.
"""

import os
import sys

import django
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

STEPS = {
    "Bringing the database up to date.": ["migrate", "--no-input", "--verbosity", "0"],
    "Loading the treatment protocols.": ["seed_protocols"],
    "Filling the demo clinic, about half a minute the first time.": ["seed_demo"],
}

HALF_BUILT = (
    "This database was begun with an unfinished version and cannot be brought up to date: "
    "move its folder (var/) away to begin with an empty clinic."
)


def is_half_built() -> bool:
    """Whether the database stopped between the steps that one migration now takes at once.

    Django replaces steps that were taken all, or none. In between it would fail in words that
    help nobody.
    """
    taken = set(MigrationRecorder(connection).applied_migrations())
    steps = [set(each.replaces) for each in MigrationLoader(None).disk_migrations.values()]
    return any(each & taken and not each <= taken for each in steps)


def main() -> None:
    """Run the steps whose commands the installed apps have."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    if is_half_built():
        raise SystemExit(HALF_BUILT)
    known = get_commands()
    for sentence, command in STEPS.items():
        if command[0] in known:
            print(sentence, flush=True)
            call_command(*command, stdout=sys.stderr)


if __name__ == "__main__":
    main()
