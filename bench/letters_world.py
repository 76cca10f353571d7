"""Patients on the day after their first peel of six, and a letter due to each."""

from datetime import UTC, datetime, timedelta
from typing import Any

AT = datetime(2027, 2, 24, 10, tzinfo=UTC)
# rows of one statement: it has at most 65,535 values
ROWS = 2000


def clinic(letters: int, at: datetime = AT, name: str = "letters") -> list[Any]:
    """So many patients whose first session was a day before `at`; answers those sessions."""
    from bench import world  # noqa: PLC0415 - models are there only after setup
    from clinic.models import Appointment, Booking  # noqa: PLC0415
    from treatments.models import Course, Plan, Protocol, Session  # noqa: PLC0415

    made = world.build(name, people=1, rooms=1, patients=letters)
    writable(made, name, at)
    protocol = Protocol.objects.current().get(modality="glycolic")
    booking = Booking.objects.create(actor=made.user, content_hash="x")
    start = at - timedelta(days=1)
    visits = [
        Appointment(
            booking=booking,
            patient=patient,
            service=protocol.first_service,
            location=made.location,
            during=(start, start + timedelta(minutes=45)),
            status="done",
        )
        for patient in made.patients
    ]
    Appointment.objects.bulk_create(visits, ROWS)
    plans = [Plan(patient=patient, agreed_by=made.user) for patient in made.patients]
    Plan.objects.bulk_create(plans, ROWS)
    courses = [Course(plan=plan, protocol=protocol, location=made.location) for plan in plans]
    Course.objects.bulk_create(courses, ROWS)
    rows = [
        Session(course=course, number=number, appointment=visit if number == 1 else None)
        for course, visit in zip(courses, visits, strict=True)
        for number in range(1, 7)
    ]
    return [each for each in Session.objects.bulk_create(rows, ROWS) if each.number == 1]


def writable(made: Any, name: str, at: datetime) -> None:
    """Give the patients of this world addresses, and their consent."""
    from patients.models import Patient  # noqa: PLC0415

    for number, patient in enumerate(made.patients):
        patient.email, patient.email_consent = f"{name}{number}@patient.example", "given"
        patient.email_consent_at, patient.email_consent_by = at, made.user
    changed = ("email", "email_consent", "email_consent_at", "email_consent_by")
    Patient.objects.bulk_update(made.patients, changed, batch_size=ROWS)


def plan(sessions: list[Any], at: datetime = AT, **fields: Any) -> None:
    """One letter each, due at `at`, in a ledger that is empty but for them."""
    from django.db import connection  # noqa: PLC0415

    from patients.actions.messages import new_message_id  # noqa: PLC0415
    from patients.models import Message  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE patients_message CASCADE")
    day = (at - timedelta(days=1)).date()
    values = {
        "kind": "check_1",
        "occurrence": f"{day}/+1",
        "due_at": at,
        "expires_at": at + timedelta(days=2),
        "about_at": at - timedelta(days=1),
    } | fields
    rows = [
        Message(
            patient_id=session.appointment.patient_id,
            subject_key=session.subject_key,
            message_id=new_message_id(),
            **values,
        )
        for session in sessions
    ]
    Message.objects.bulk_create(rows, ROWS)
