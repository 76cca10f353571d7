"""Facts for the letters about a retinoid at home, at the moment of sending."""

from datetime import date, datetime
from typing import Any

from patients.models import Message
from patients.queries import screening
from patients.subjects import Facts, Stop, subject_pk
from treatments.home_schedule import CHANGED, PREGNANCY, WEEKLY
from treatments.models import Course, Regimen, RegimenChange
from treatments.queries import regimens
from treatments.queries.regimens import LaidOut
from treatments.regimen import Week, week_of

What = RegimenChange.What


def look(message: Message, now: datetime) -> Facts | Stop:
    rows = Regimen.objects.select_related(
        "course__protocol", "course__plan__patient", "course__location"
    )
    regimen = rows.get(pk=subject_pk(message))
    course, zone = regimen.course, regimen.course.location.zone
    today = now.astimezone(zone).date()
    laid = regimens.laid_out(regimen, today)
    said = screening.pregnancy(message.patient_id)
    if message.kind != CHANGED and course.status != Course.Status.ACTIVE:
        return Stop(f"the course is {course.get_status_display().lower()}")
    if said and message.kind not in (CHANGED, PREGNANCY):
        return Stop("the newest answers speak of a pregnancy")
    if message.kind == PREGNANCY and message.occurrence.startswith("answer-") and not said:
        return Stop("the newest answers no longer speak of a pregnancy")
    week = _week(message, laid, today)
    if message.kind == WEEKLY and (week is None or not week.nights):
        return Stop("it is not used this week")
    location = course.location
    return Facts(
        {
            "location": {"name": location.name, "address": location.address},
            "clinic_phone": location.phone,
            "modality": course.protocol.modality,
            "pregnancy_said": said is not None,
            **_of_week(week, today),
            **(_of_change(message, laid) if message.kind == CHANGED else {}),
        }
    )


def _week(message: Message, laid: LaidOut, today: date) -> Week | None:
    """The week that the letter is about, else that of today."""
    name, _dash, number = message.occurrence.partition("-")
    if name == "week" and number.isdecimal():
        return next((each for each in laid.weeks if each.number == int(number)), None)
    return week_of(laid.weeks, today)


def _of_week(week: Week | None, today: date) -> dict[str, Any]:
    """How many evenings it has, and whether it is left out for some days of it."""
    if week is None or not week.nights:
        return {}
    coming = [pause for pause in week.pauses if today < pause.first <= week.ends_on]
    return {
        "week": week.number,
        "nights_per_week": week.nights,
        "leave_out_from": coming[0].first if coming else None,
    }


def _of_change(message: Message, laid: LaidOut) -> dict[str, Any]:
    """What was changed; why is between clinic and patient."""
    pk = int(message.occurrence.partition("-")[2])
    change = next(each for each in laid.changes if each.pk == pk)
    return {"change": change.what, "again_on": change.until}
