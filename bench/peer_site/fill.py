"""`python -m bench.peer_site.fill people.json`: the peer's tables, with the visits in the file.

The file holds a list for each person of pairs of local times, "2026-12-07T09:00".
"""

import json
import logging
import os
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import django


def main(file: str) -> None:
    logging.disable(logging.WARNING)  # it warns that no mail goes out
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peer_site.settings"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("migrate", run_syncdb=True, verbosity=0)
    _fill(json.loads(Path(file).read_text()))


def _fill(people: list[list[list[str]]]) -> None:
    from appointment.models import Config, Service  # noqa: PLC0415 - after setup
    from django.contrib.auth.models import User  # noqa: PLC0415

    Config.objects.create(slot_duration=15, lead_time=time(9), finish_time=time(17))
    service = Service.objects.create(name="Visit", duration=timedelta(minutes=30), price=0)
    client = User.objects.create(username="client")
    for number, visits in enumerate(people):
        _person(User.objects.create(username=f"person {number}"), service, client, visits)


def _person(user: Any, service: Any, client: Any, visits: list[list[str]]) -> None:
    from appointment.models import (  # noqa: PLC0415 - after setup
        Appointment,
        AppointmentRequest,
        StaffMember,
        Unavailability,
        WorkingHours,
    )

    spans = [[datetime.fromisoformat(each) for each in visit] for visit in visits]
    staff = StaffMember.objects.create(user=user, slot_duration=15)
    staff.services_offered.add(service)
    WorkingHours.objects.bulk_create(
        WorkingHours(staff_member=staff, day_of_week=day, start_time=time(9), end_time=time(17))
        for day in range(1, 6)
    )
    first: date = min(start for start, _ in spans).date()
    Unavailability.objects.bulk_create(
        Unavailability(
            staff_member=staff,
            date=first + timedelta(days=day),
            start_time=time(12),
            end_time=time(13),
        )
        for day in range(-7, 100)
    )
    requests = AppointmentRequest.objects.bulk_create(
        AppointmentRequest(
            date=start.date(),
            start_time=start.time(),
            end_time=end.time(),
            service=service,
            staff_member=staff,
            id_request=f"{staff.pk}/{start}",
        )
        for start, end in spans
    )
    Appointment.objects.bulk_create(
        Appointment(client=client, appointment_request=each, id_request=each.id_request)
        for each in requests
    )


if __name__ == "__main__":
    main(sys.argv[1])
