"""What was really done at visits, from their records."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from treatments.face_map import EYE_AREA
from treatments.models import AdverseEvent, LesionTreatment, ProductUse, Visit
from treatments.performed import Performed, real_end, was_applied
from treatments.protocol_data.model import Modality
from treatments.visit_bounds import kind_of

# what a blister is treated like
_OPEN = (AdverseEvent.Kind.BLISTER, AdverseEvent.Kind.EROSION)
_BY_LESION = ("extractionrecord", "cryorecord", "laserrecord")


def signed(appointments: Iterable[int]) -> dict[int, Performed]:
    """By appointment, for those whose record is signed. One query, none without appointments."""
    return _of(with_what_counts().signed(), appointments)


def recorded(appointments: Iterable[int]) -> dict[int, Performed]:
    """The same as it stands in the records, signed or not."""
    return _of(with_what_counts(), appointments)


def _of(visits: Any, appointments: Iterable[int]) -> dict[int, Performed]:
    wanted = list(appointments)
    rows = visits.filter(appointment__in=wanted) if wanted else ()
    return {visit.appointment_id: of_visit(visit) for visit in rows}


def with_what_counts() -> Any:
    """Visits with all that `of_visit` asks of them, in one query."""
    lesions = LesionTreatment.objects.filter(visit=OuterRef("pk"))
    events = AdverseEvent.objects.filter(visit=OuterRef("pk"), kind__in=_OPEN)
    taken_home = ProductUse.objects.filter(visit=OuterRef("pk"), handed_out=True).order_by("pk")
    counted = lesions.order_by().values("visit").annotate(n=Count("pk")).values("n")
    rows: QuerySet[Visit] = Visit.objects.select_related(
        "appointment", "protocol", "peelrecord", *_BY_LESION
    )
    return rows.annotate(
        lesions_treated=Coalesce(Subquery(counted), 0),
        near_eye=Exists(lesions.filter(lesion__site__in=EYE_AREA)),
        has_blister=Exists(events),
        taken_home=ArraySubquery(taken_home.values(given=F("name"))),
    )


def of_visit(visit: Any) -> Performed:
    """From a row of `with_what_counts`, whether or not it is signed."""
    peel, modality = getattr(visit, "peelrecord", None), visit.protocol.modality
    extraction, cryo = getattr(visit, "extractionrecord", None), getattr(visit, "cryorecord", None)
    during, uncharted = visit.appointment.during, _uncharted(visit)
    closed = visit.appointment.status_at if visit.appointment.status == "done" else None
    return Performed(
        modality=cast(Modality, peel.agent if peel else modality),
        ended_at=real_end(during.lower, during.upper, visit.started_at, closed),
        applied=was_applied(
            kind_of(modality),
            broken_off=visit.broken_off,
            contact_seconds=peel.contact_seconds if peel else None,
            treated=visit.lesions_treated + uncharted,
        ),
        broken_off=visit.broken_off,
        eye_area=visit.near_eye,
        blister=visit.has_blister or bool(cryo and cryo.blister),
        plaster=bool(extraction and extraction.dressing == "plaster"),
        handed_out=tuple(visit.taken_home),
        signed=visit.is_signed,
    )


def _uncharted(visit: Any) -> int:
    found = [getattr(visit, name, None) for name in _BY_LESION]
    return sum(each.uncharted or 0 for each in found if each is not None)
