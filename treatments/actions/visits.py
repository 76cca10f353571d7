"""The record of a visit: begun as the patient comes into the room, saved as it is written, signed.

A draft belongs to whoever writes it; somebody else takes it over before writing in it. Saving is
refused to a page that is older than the draft. Signing freezes it and closes the appointment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.actions.claiming import lock_patient, word
from clinic.models import Appointment
from patients.actions.retry import retry_on_contention
from treatments.actions import course_messages, reviews
from treatments.models import Addendum, AdverseEvent, LesionTreatment, ProductUse, Visit
from treatments.queries import visit_obstacles, visits
from treatments.queries.visit_start import start_values
from treatments.visit_bounds import kind_of

Status = Appointment.Status


class VisitRefused(Exception):
    """Nothing was written; the sentence says why."""


class StaleDraft(VisitRefused):
    """The page is older than the draft."""


class DraftIsOver(VisitRefused):
    """Signed or thrown away meanwhile."""


class NotReady(VisitRefused):
    """Not signed: `errors` says what is missing or not allowed, by field ("" for the whole)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page knows of the draft: its version, and "<window>.<number of the change>"."""

    version: int
    tab: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed and can be: columns of the visit and of its typed table. Parts that are None
    stay as they are. `whole` is False when something else was typed that cannot be."""

    visit: Mapping[str, Any]
    record: Mapping[str, Any]
    products: Sequence[Mapping[str, Any]] | None = None
    events: Sequence[Mapping[str, Any]] | None = None
    ticks: Mapping[int, str] | None = None
    whole: bool = True


# Begun --------------------------------------------------------------------------------------------


@retry_on_contention
@transaction.atomic
def start(*, appointment: Appointment, by: User, now: datetime) -> Visit:
    """Open the log: the patient comes into the room, values of last time are carried over.

    Begun already, the draft that is there. Raises BookingRefused when the door does not let the
    patient in, VisitRefused for a visit that is no treatment or does not take place.
    """
    lock_patient(appointment.patient)
    found = Appointment.objects.select_related("location", "service", "patient").get(
        pk=appointment.pk
    )
    log = visits.log_of(found)
    if log is None:
        raise VisitRefused("This visit is no treatment: it has no log.")
    if log.visit is not None:
        return log.visit
    _into_the_room(found, by, now)
    made = Visit.objects.create(
        patient=found.patient,
        appointment=found,
        protocol=log.protocol,
        author=by,
        started_at=now,
        saved_at=now,
    )
    values = start_values(log.modality, log.last_record, log.proposal(by))
    visits.RECORDS[kind_of(log.modality)]._default_manager.create(visit=made, **values)
    return made


def _into_the_room(appointment: Appointment, by: User, now: datetime) -> None:
    _refuse_unless_standing(appointment)
    if appointment.status in (Status.BOOKED, Status.CONFIRMED):
        appointment = booking.check_in(appointment=appointment, by=by, now=now)
    if appointment.status == Status.ARRIVED:
        booking.start(appointment=appointment, by=by, now=now)


def _refuse_unless_standing(appointment: Appointment) -> None:
    if appointment.status in (Status.HELD, Status.CANCELLED, Status.NO_SHOW):
        raise VisitRefused(
            f"This visit is {word(appointment)}. Put that right first; nothing is lost of its log."
        )


# Written ------------------------------------------------------------------------------------------


@retry_on_contention
@transaction.atomic
def save(*, visit: Visit, entry: Entry, seen: Seen, by: User, now: datetime) -> Visit:
    """Write what was typed into the draft; a repeated change of one window is written once.

    Raises StaleDraft, DraftIsOver, or VisitRefused for somebody else's draft.
    """
    row = _own_draft(visit, by)
    window, _dot, number = seen.tab.partition(".")
    before, _dot, saved = row.saved_from.partition(".")
    is_same_window = bool(window) and window == before
    if is_same_window and _number(number) <= _number(saved):
        return row
    if seen.version != row.version and not is_same_window:
        raise StaleDraft(
            f"This log was saved in another window at {_clock(row, row.saved_at)}. Nothing was "
            "saved from this page; what you entered is kept. Open it again to see what is saved."
        )
    _write(row, entry)
    row.version, row.saved_at = row.version + 1, now
    # of a change that cannot all be saved the window keeps the rest, and sends it again
    kept = _number(number) if entry.whole else _number(number) - 1
    row.saved_from = f"{window}.{kept}" if window else ""
    row.save()
    return row


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _own_draft(visit: Visit, by: User) -> Visit:
    """The row, locked; refused unless it is a draft of this person."""
    rows = Visit.objects.select_for_update(of=("self",))
    row = rows.select_related("author", "protocol", "appointment__location").filter(pk=visit.pk)
    found = row.first()
    if found is None:
        raise DraftIsOver("This draft was thrown away. Nothing more is saved here.")
    if found.signed_at is not None:
        raise DraftIsOver(
            f"Signed by {found.author} at {_clock(found, found.signed_at)}. Nothing more is saved "
            "here; add what is missing to the signed record."
        )
    if found.author_id != by.pk:
        raise VisitRefused(
            f"{found.author} is writing this log. Take it over first; nothing was changed."
        )
    return found


def _clock(visit: Visit, at: datetime) -> str:
    return f"{at.astimezone(visit.appointment.location.zone):%H:%M}"


def _write(row: Visit, entry: Entry) -> None:
    for name, value in entry.visit.items():
        setattr(row, name, value)
    record = visits.record_of(row)
    changed = [name for name, value in entry.record.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, entry.record[name])
    if changed:
        record.save()
    if entry.products is not None:
        _replace(row, ProductUse, entry.products)
    if entry.events is not None:
        _replace(row, AdverseEvent, entry.events)
    if entry.ticks is not None:
        ticks = [{"lesion_id": pk, "result": result} for pk, result in entry.ticks.items()]
        _replace(row, LesionTreatment, ticks)


def _replace(row: Visit, model: Any, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Rows of one part, in this order; nothing is touched where nothing changed."""
    names = sorted({name for each in wanted for name in each})
    there = list(model.objects.filter(visit=row).order_by("pk").values(*names)) if names else []
    if names and there == [dict(each) for each in wanted]:
        return
    model.objects.filter(visit=row).delete()
    model.objects.bulk_create(model(visit=row, **each) for each in wanted)


@retry_on_contention
@transaction.atomic
def take_over(*, visit: Visit, by: User, now: datetime) -> Visit:
    """Go on writing somebody else's draft, by an explicit press; their open page saves no more."""
    row = Visit.objects.select_for_update(of=("self",)).select_related("author").get(pk=visit.pk)
    if row.signed_at is not None:
        raise DraftIsOver(f"Signed by {row.author} already.")
    if row.author_id != by.pk:
        row.taken_over_from, row.taken_over_at, row.author = row.author, now, by
        row.version, row.saved_from = row.version + 1, ""
        row.save()
    return row


@retry_on_contention
@transaction.atomic
def throw_away(*, visit: Visit, by: User, now: datetime) -> None:
    """Remove an own draft: it was opened for the wrong visit."""
    _own_draft(visit, by).delete()


# Signed -------------------------------------------------------------------------------------------

_TO_CLOSE: Final = (Status.ARRIVED, Status.IN_ROOM)


@retry_on_contention
@transaction.atomic
def sign(*, visit: Visit, version: int, by: User, now: datetime) -> Visit:
    """Sign what is saved: frozen from now on, and the appointment is done.

    Pressed twice it signs once. Raises NotReady with what is missing, unexplained or not allowed to
    this person; StaleDraft when the draft is not the `version` that was seen.
    """
    lock_patient(visit.patient)
    again = Visit.objects.filter(pk=visit.pk, signed_at__isnull=False, signed_by=by).first()
    if again is not None:
        return again
    row = _own_draft(visit, by)
    if row.version != version:
        raise StaleDraft("This log was saved in another window meanwhile. Nothing was signed.")
    appointment = _appointment_of(row)
    _refuse_unless_standing(appointment)
    log = visits.log_of(appointment)
    if log is None or log.visit is None:
        _gone()
    if errors := visit_obstacles.obstacles(log, by):
        raise NotReady(errors)
    Visit.objects.filter(pk=row.pk).update(signed_at=now, signed_by=by, saved_at=now)
    if not _close(appointment, by, now):
        course_messages.replan_visit(appointment=appointment, now=now)
    signed = Visit.objects.get(pk=row.pk)
    reviews.follow(visit=signed, by=by, now=now)
    return signed


def _gone() -> NoReturn:
    raise DraftIsOver("This draft was thrown away. Nothing was signed.")


def _appointment_of(row: Visit) -> Appointment:
    rows = Appointment.objects.select_related("location", "service", "patient")
    return rows.get(pk=row.appointment_id)


def _close(appointment: Appointment, by: User, now: datetime) -> bool:
    """What was done is done: aftercare counts from here. A patient whom nobody received is received
    first, through the door and its rules. Answers whether it was open until now: then the door's
    followers have planned the letters from what is signed."""
    if appointment.status in (Status.BOOKED, Status.CONFIRMED):
        appointment = booking.check_in(appointment=appointment, by=by, now=now)
    if appointment.status not in _TO_CLOSE:
        return False
    booking.complete(appointment=appointment, by=by, now=now)
    return True


@transaction.atomic
def add(*, visit: Visit, text: str, by: User, now: datetime) -> Addendum:
    """Add to a signed visit; what is signed stays as it is. Pressing twice adds once. The letters
    after it are planned again from what is recorded."""
    if visit.signed_at is None:
        raise VisitRefused("This log is a draft still: write it there.")
    words = text.strip()
    if not words:
        raise VisitRefused("Write what is to be added.")
    lock_patient(visit.patient)
    row = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    same = Addendum.objects.filter(visit=visit, written_by=by, text=words).first()
    if same is not None:
        return same
    made = Addendum.objects.create(visit=visit, text=words, written_at=now, written_by=by)
    course_messages.replan_visit(appointment=_appointment_of(row), now=now)
    return made
