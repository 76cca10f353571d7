"""What letters around treatments are about, and the facts of those about a course or a patient."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from clinic import letters as clinic_letters
from clinic.actions.claims import register_follower
from clinic.models import Appointment
from patients import subjects
from patients.actions import registration
from patients.models import Message
from patients.subjects import Facts, Stop, subject_pk
from treatments import home_schedule, letter_words
from treatments.actions import course_context, course_messages, home_letters, visit_letters
from treatments.actions import courses as course_actions
from treatments.models import Course, Regimen, Session
from treatments.protocol_data import PROTOCOLS
from treatments.queries import courses, education, protocols

# what a patient may do without; all else is about a visit or about safety (fact base 5.1)
PURPOSES = {
    "tomorrow": "reminders",
    "sunscreen": "sun",
    "precare_sun": "sun",
    "progress": "next_steps",
    "rebook": "next_steps",
    "next_window": "next_steps",
    "overdue": "next_steps",
    "late": "next_steps",
    "lapsed": "next_steps",
    "plan_complete": "next_steps",
    "maintenance": "next_steps",
    "outcome": "next_steps",
    "look_back_90": "next_steps",
    "regimen_review": "next_steps",
    "education": "education",
}


def register() -> None:
    subjects.register_purposes(PURPOSES)
    subjects.register_leading({home_schedule.PREGNANCY})
    letter_words.register(_treatments_by_kind())
    labels = letter_words.LABELS
    subjects.register_many("session", visit_letters.look_at_sessions, labels, _describe_sessions)
    subjects.register_many(
        "appointment", visit_letters.look_at_visits, labels, _describe_appointments
    )
    subjects.register("regimen", home_letters.look, labels, _describe_regimens)
    subjects.register("patient", _look_at_patient, labels, _describe_patients)
    subjects.register("course", _look_at_course, labels, _describe_courses)
    clinic_letters.register_details(_details)
    register_follower(course_actions.follow)
    register_follower(course_messages.follow_alone)
    registration.register_follower(course_messages.replan_of)


def _treatments_by_kind() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for each in PROTOCOLS:
        for kind in {step.kind for step in each.steps}:
            found[kind].append(each.modality)
    return dict(found)


def _describe_sessions(pks: Iterable[int]) -> dict[int, str]:
    rows = Session.objects.filter(pk__in=pks).select_related("course__protocol")
    return {each.pk: f"{each.course.protocol.name}, session {each.number}" for each in rows}


def _describe_appointments(pks: Iterable[int]) -> dict[int, str]:
    rows = Appointment.objects.filter(pk__in=pks).select_related("service", "location")
    return {each.pk: f"{each.service.name}, {each.starts_at:%-d %b}" for each in rows}


def _describe_regimens(pks: Iterable[int]) -> dict[int, str]:
    rows = Regimen.objects.filter(pk__in=pks).select_related("course__protocol")
    return {each.pk: f"{each.course.protocol.name}, evenings" for each in rows}


def _describe_courses(pks: Iterable[int]) -> dict[int, str]:
    rows = Course.objects.filter(pk__in=pks).select_related("protocol")
    return {each.pk: f"{each.protocol.name}, course" for each in rows}


def _describe_patients(pks: Iterable[int]) -> dict[int, str]:
    return dict.fromkeys(pks, "About the skin")


def _details(appointments: Sequence[Appointment]) -> Mapping[str, Any]:
    """What letters about appointments should know of their course."""
    found = courses.details_of(appointments)
    if not found:
        return _details_of_alone(appointments)
    course = next(iter(found.values())).course
    return course_context.of_course(course, found, course.sessions.count())


def _details_of_alone(appointments: Sequence[Appointment]) -> Mapping[str, Any]:
    """The treatment of the first of these that is one, as its newest protocol has it."""
    treats = protocols.newest_using(each.service_id for each in appointments)
    for each in appointments:
        if protocol := treats.get(each.service_id):
            return course_context.of_treatment(protocol, each.patient)
    return {}


def _look_at_course(message: Message, now: datetime) -> Facts | Stop:
    course = courses.with_sessions().get(pk=subject_pk(message))
    sessions = list(course.sessions.all())
    if course.status in (Course.Status.STOPPED, Course.Status.PAUSED):
        return Stop(f"the course is {course.get_status_display().lower()}")
    past = [each for each in sessions if each.state == Session.State.DONE]
    if not past or past[-1].appointment is None:
        return Stop("no session has taken place")
    last = past[-1].appointment
    return Facts(
        clinic_letters.appointment_context(
            [last], course_context.of_course(course, {last.pk: past[-1]}, len(sessions))
        )
        | {
            "session_number": len(past),
            "session_total": len(sessions),
            "modality": course.protocol.modality,
            **course_context.next_window(course, last),
        }
    )


def _look_at_patient(message: Message, now: datetime) -> Facts | Stop:
    """What is about nobody's visit, but about the skin."""
    if education.since(message.patient) is None:
        return Stop("no milia were found, and no course was agreed")
    location = education.location_of(message.patient_id)
    if location is None:
        return Stop("the clinic has no location whose number it could give")
    place = {"name": location.name, "address": location.address}
    return Facts({"location": place, "clinic_phone": location.phone, "modality": ""})
