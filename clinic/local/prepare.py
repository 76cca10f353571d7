"""Brings the database up to date and fills it, in one process of its own.

`python -m clinic.local.prepare` says on standard output what it is at; what the commands print
goes to standard error. All of them may be repeated: what is there stays.
"""

import os
import sys

import django
from django.core.management import call_command, get_commands

STEPS = {
    "Bringing the database up to date.": ["migrate", "--no-input", "--verbosity", "0"],
    "Loading the treatment protocols.": ["seed_protocols"],
    "Filling the demo clinic, about a minute the first time.": ["seed_demo"],
}


def main() -> None:
    """Run the steps whose commands the installed apps have."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    known = get_commands()
    for sentence, command in STEPS.items():
        if command[0] in known:
            print(sentence, flush=True)
            call_command(*command, stdout=sys.stderr)


if __name__ == "__main__":
    main()
