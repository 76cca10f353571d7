"""What was logged in the demo clinic: a signed visit for each session done, one draft of today.

Written as rows and signed at the end, all at once: saving a hundred visits one by one would take
longer than anybody waits for a demo. The values climb the ladder as a well-borne series does.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import F

from clinic.accounts.models import User
from clinic.models import Appointment, Reservation, Resource
from treatments.actions import visits as actions
from treatments.demo.desk import DAY, MINUTE, Desk
from treatments.demo.places import COLE
from treatments.models import (
    Addendum,
    AdverseEvent,
    CryoRecord,
    ExtractionRecord,
    Finding,
    LesionTreatment,
    PeelRecord,
    ProductUse,
    Session,
    Visit,
)

# strength and seconds of session 1, 2, 3 and on: strength or time rises, never both
_GLYCOLIC: Final = ((20, 120), (20, 150), (35, 90), (35, 120), (35, 120), (50, 120))
_SALICYLIC: Final = ((20, 180), (20, 240), (30, 180), (30, 210), (30, 210), (30, 240))
_ENDPOINTS: Final = ("pink", "pink", "erythema", "pink", "erythema", "pink")
_PAIN: Final = (2, 3, 4, 3, 5, 4)
# whose third session left raw skin, and whose last visit has something added to it
_HURT: Final = "Wiśniewska"
_ADDED: Final = "Lindqvist"


def play(desk: Desk) -> None:
    """Log every session that is done, then begin one log of today."""
    made = _log_done(desk)
    _sign([each for each in made if each is not _newest(made)])
    _add(desk)
    _begin_one(desk)


def _newest(made: list[Visit]) -> Visit:
    """Whose log is written and not signed yet: at every hour there is one draft."""
    others = [each for each in made if each.patient.family_name not in (_HURT, _ADDED)]
    return max(others, key=lambda each: each.saved_at)


def _log_done(desk: Desk) -> list[Visit]:
    rows = Session.objects.filter(appointment__status=Appointment.Status.DONE).exclude(
        course__protocol__modality__in=["laser", "retinoid"]
    )
    sessions = list(
        rows.select_related(
            "course__protocol", "appointment__patient", "appointment__location"
        ).order_by("pk")
    )
    authors = _authors(each.appointment_id for each in sessions)
    made = Visit.objects.bulk_create(
        _visit(each, authors.get(each.appointment_id) or desk.house.users[COLE])
        for each in sessions
    )
    _records(sessions, made)
    _parts(sessions, made)
    return made


def _authors(appointments: Iterable[int | None]) -> dict[int | None, User]:
    held = Reservation.objects.filter(
        appointment__in=list(appointments),
        resource__kind=Resource.Kind.PERSON,
        resource__user__isnull=False,
    )
    return {
        each.appointment_id: each.resource.user
        for each in held.select_related("resource__user")
        if each.resource.user
    }


def _visit(session: Session, author: User) -> Visit:
    appointment, at = _appointment(session), _step(session)
    hurt = _is_hurt(session)
    return Visit(
        patient=appointment.patient,
        appointment=appointment,
        protocol=session.course.protocol,
        author=author,
        started_at=appointment.during.lower,
        saved_at=appointment.during.upper,
        version=7,
        pain=7 if hurt else _PAIN[at],
        note="Left cheek raw after 40 seconds, neutralised at once." if hurt else "",
        broken_off=hurt,
        broken_off_why="Burning, raw area on the left cheek" if hurt else "",
        next_note="" if at else "Begin at the forehead, the cheeks last.",
    )


def _appointment(session: Session) -> Appointment:
    assert session.appointment is not None  # noqa: S101 - only sessions that are done are logged
    return session.appointment


def _step(session: Session) -> int:
    return min(session.number, len(_PAIN)) - 1


def _is_hurt(session: Session) -> bool:
    return session.number == 3 and _appointment(session).patient.family_name == _HURT


def _records(sessions: list[Session], made: list[Visit]) -> None:
    found: defaultdict[type[Any], list[Any]] = defaultdict(list)
    for session, visit in zip(sessions, made, strict=True):
        row = _record(session, visit)
        found[type(row)].append(row)
    for model, rows in found.items():
        model._default_manager.bulk_create(rows)


def _record(session: Session, visit: Visit) -> Any:
    modality = session.course.protocol.modality
    if modality == "extraction":
        return ExtractionRecord(
            visit=visit,
            tool="lancet",
            needle_gauge=None,
            antiseptic="chlorhexidine",
            sac_removed=True,
            bleeding="pinpoint",
            dressing="petrolatum",
            uncharted=None if _open_lesions(visit) else 6,
        )
    if modality == "cryo":
        return CryoRecord(
            visit=visit, method="swab", freeze_seconds=Decimal(4), cycles=1, uncharted=1
        )
    return _peel(session, visit, modality == "glycolic")


def _peel(session: Session, visit: Visit, is_glycolic: bool) -> PeelRecord:
    at, hurt = _step(session), _is_hurt(session)
    percent, seconds = (_GLYCOLIC if is_glycolic else _SALICYLIC)[at]
    own: dict[str, Any] = (
        {"agent": "glycolic", "neutraliser": "bicarbonate", "ph": Decimal("1.6"), "buffered": True}
        if is_glycolic
        else {"agent": "salicylic", "rinse_seconds": 60, "crystal_film": True}
    )
    return PeelRecord(
        visit=visit,
        strength_percent=percent,
        contact_seconds=40 if hurt else seconds,
        endpoint="patchy_frost" if hurt else _ENDPOINTS[at],
        vehicle="gel" if is_glycolic else "ethanol",
        degreaser="alcohol",
        coats=2,
        **own,
    )


def _open_lesions(visit: Visit) -> list[int]:
    rows = Finding.objects.filter(
        assessment__patient=visit.patient,
        assessment__signed_at__lt=visit.saved_at,
        state__in=["new", "active", "recurred"],
    )
    return sorted(set(rows.values_list("lesion", flat=True)))


def _parts(sessions: list[Session], made: list[Visit]) -> None:
    """Lots, lesions that were opened, and the one adverse event."""
    products, lesions = [], []
    for session, visit in zip(sessions, made, strict=True):
        modality = session.course.protocol.modality
        if modality in ("glycolic", "salicylic"):
            products.append(_product(session, visit, modality))
        if modality == "extraction":
            lesions += [
                LesionTreatment(visit=visit, lesion_id=pk, result="cleared" if n else "partly")
                for n, pk in enumerate(_open_lesions(visit))
            ]
        if _is_hurt(session):
            AdverseEvent.objects.create(
                visit=visit,
                kind="erosion",
                severity="moderate",
                action="Neutralised, cooled, petrolatum",
            )
    ProductUse.objects.bulk_create(products)
    LesionTreatment.objects.bulk_create(lesions)


def _product(session: Session, visit: Visit, modality: str) -> ProductUse:
    percent = (_GLYCOLIC if modality == "glycolic" else _SALICYLIC)[_step(session)][0]
    name = "Glycolic acid" if modality == "glycolic" else "Salicylic acid"
    day: date = _appointment(session).starts_at.date()
    # a lot lasts a quarter, and is good for a year and a half after it
    quarter = date(day.year, 1 + (day.month - 1) // 3 * 3, 1)
    lot = f"{name[0]}{percent}-{day.year % 100}{(day.month - 1) // 3 + 1}"
    return ProductUse(
        visit=visit, name=f"{name} {percent} %", lot=lot, expires_on=quarter + timedelta(days=640)
    )


def _sign(made: list[Visit]) -> None:
    """All at once: rows of a signed visit are not added any more."""
    rows = Visit.objects.filter(pk__in=[each.pk for each in made])
    rows.update(signed_at=F("saved_at"), signed_by=F("author"))


def _add(desk: Desk) -> None:
    last = (
        Visit.objects.signed().filter(patient=desk.patients[_ADDED]).order_by("-started_at").first()
    )
    if last is not None and last.signed_at is not None:
        Addendum.objects.create(
            visit=last,
            text="Rang the next day: a little tight, no burning. Nothing to be done.",
            written_at=min(last.signed_at + DAY, desk.now - MINUTE),
            written_by=desk.house.users[COLE],
        )


def _begin_one(desk: Desk) -> None:
    """A peel that is going on now, logged as far as the acid is on the skin."""
    rows = Appointment.objects.filter(
        status=Appointment.Status.IN_ROOM, session__course__protocol__modality="glycolic"
    )
    now = rows.select_related("patient", "location", "service").in_order().first()
    if now is None:
        return
    author = _authors([now.pk]).get(now.pk) or desk.house.users[COLE]
    actions.start(appointment=now, by=author, now=desk.now - 4 * MINUTE)
