"""What changes while letters go out (T14 to T17)."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.faults.rig import Finding, Rig, ledger


def changed_at_the_last_moment(rig: Rig, scale: float) -> Iterator[Finding]:
    """T14 to T17: cancelled, moved, opted out, address changed while letters go out."""
    count = max(40, int(1000 * scale))
    for name, change in CHANGES.items():
        rig.plan(count)
        rig.post.pause = 0.005
        committed: dict[str, float] = {}
        sender = rig.sender()
        sender.wait_ready()
        dice = random.Random(name)
        chosen = dice.sample(range(count), count // 4)
        for place in chosen:
            patient = rig.sessions[place].appointment.patient
            change(rig.sessions[place])
            committed[patient.email] = time.time()
        end = time.monotonic() + 120
        while ledger().get("planned", 0) + ledger().get("claimed", 0) and time.monotonic() < end:
            time.sleep(0.1)
        rig.stop()
        wrong = sum(
            1 for _id, to, at in rig.post.journal if to in committed and at > committed[to] + 2
        )
        caught = sum(1 for to in committed if to not in {to for _id, to, _at in rig.post.journal})
        label = f"{name}: wrong of {len(committed)} ({caught} caught in time)"
        yield Finding(label, wrong, "P10: 0", wrong == 0)
        _put_right(rig, chosen)


def _cancel(session: Any) -> None:
    from clinic.models import Appointment  # noqa: PLC0415

    Appointment.objects.filter(pk=session.appointment_id).update(status="no_show")


def _move(session: Any) -> None:
    from clinic.models import Appointment  # noqa: PLC0415

    found = Appointment.objects.get(pk=session.appointment_id)
    found.during = (found.during.lower - timedelta(days=3), found.during.upper - timedelta(days=3))
    found.version += 1
    found.save()


def _opt_out(session: Any) -> None:
    from patients.models import Patient  # noqa: PLC0415

    Patient.objects.filter(pk=session.appointment.patient_id).update(email_consent="refused")


def _new_address(session: Any) -> None:
    from patients.models import Patient  # noqa: PLC0415

    patient = Patient.objects.get(pk=session.appointment.patient_id)
    Patient.objects.filter(pk=patient.pk).update(email=f"new-{patient.email}")


CHANGES = {
    "T14 not attended": _cancel,
    "T15 moved": _move,
    "T16 opted out": _opt_out,
    "T17 new address": _new_address,
}


def _put_right(rig: Rig, chosen: list[int]) -> None:
    from clinic.models import Appointment  # noqa: PLC0415
    from patients.models import Patient  # noqa: PLC0415

    for place in chosen:
        visit = rig.sessions[place].appointment
        Patient.objects.filter(pk=visit.patient_id).update(
            email=visit.patient.email, email_consent="given"
        )
        Appointment.objects.filter(pk=visit.pk).update(status="done", during=visit.during)
