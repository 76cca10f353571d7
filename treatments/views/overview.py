"""What the overview of a patient shows, in five queries however long the history.

Two for the courses with their sessions, one each for visits, letters and the medical history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Appointment, Resource
from patients import subjects
from patients.models import Message, Patient
from patients.queries import record
from treatments.models import Course, Session
from treatments.queries import courses
from treatments.views.course_lines import CourseLine, course_line

# what is listed at once; the rest is one click away
PAST_VISITS = 5
MOST_VISITS = 100
NEXT_LETTERS = 5
LAST_LETTERS = 3
NAMED_ALLERGIES = 3

_Status = Message.Status


@dataclass(frozen=True, slots=True)
class Alert:
    """A chip in the header; `level` is danger, warn or info."""

    text: str
    level: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment as a row; `people` are the practitioners' names."""

    appointment: Appointment
    what: str
    people: str
    is_past: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as the timeline component draws it."""

    state: str
    when: datetime
    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One statement of the medical history; `kind` is allergy, condition or medication."""

    kind: str
    text: str
    note: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Header:
    """Who the patient is, and what must be known before anything is done."""

    facts: list[str]
    alerts: list[Alert]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page shows, in the order in which it shows it."""

    header: Header
    courses: list[CourseLine]
    upcoming: list[Visit]
    past: list[Visit]
    letters: list[Letter]
    sent: int
    history: list[HistoryItem]

    @property
    def main(self) -> CourseLine | None:
        """The course whose button is the page's primary one."""
        return next((line for line in self.courses if line.verb), None)

    @property
    def recent(self) -> list[Visit]:
        return self.past[:PAST_VISITS]

    @property
    def older(self) -> list[Visit]:
        return self.past[PAST_VISITS:]

    def _of(self, kind: str) -> list[HistoryItem]:
        return [each for each in self.history if each.kind == kind]

    @property
    def history_groups(self) -> list[tuple[str, list[HistoryItem]]]:
        """The history by kind, with its heading; kinds without entries left out."""
        headings = {
            "allergy": _("Allergies"),
            "condition": _("Conditions"),
            "medication": _("Medication"),
        }
        return [(words, self._of(kind)) for kind, words in headings.items() if self._of(kind)]


def overview_of(patient: Patient, now: datetime) -> Overview:
    """Read and put into words what there is to know about a patient."""
    found = courses.of_patient(patient)
    visits = _visits(patient, found, now)
    past = [each for each in visits if each.is_past]
    letters = _letters(patient, found)
    history = _history(patient)
    return Overview(
        header=Header(_facts(patient, now), _alerts(patient, history)),
        courses=[course_line(each, now) for each in found],
        upcoming=[each for each in reversed(visits) if not each.is_past],
        past=past,
        letters=letters,
        sent=sum(each.state not in (_Status.PLANNED, _Status.CLAIMED) for each in letters),
        history=history,
    )


# The header ---------------------------------------------------------------------------------------


def header_of(patient: Patient, now: datetime) -> Header:
    """The header of any page about a patient, in one query."""
    return Header(_facts(patient, now), _alerts(patient, _history(patient)))


def _facts(patient: Patient, now: datetime) -> list[str]:
    """ "34, born 14 Mar 1992", "female", "skin type III", telephone, language."""
    born = _("born %(day)s") % {"day": date_format(patient.birth_date, "j M Y")}
    age = patient.age_on(now.astimezone(patient.zone).date())
    skin = _("skin type %(type)s") % {"type": patient.get_skin_type_display()}
    facts = [
        born if patient.deceased else f"{age}, {born}",
        str(patient.get_sex_display()).lower() if patient.sex != Patient.Sex.UNKNOWN else "",
        skin if patient.skin_type else _("skin type not known"),
        patient.phone,
        _("may be e-mailed") if patient.may_be_emailed else "",
        "" if patient.language.startswith("en") else str(patient.get_language_display()),
    ]
    return [fact for fact in facts if fact]


def _alerts(patient: Patient, history: Sequence[HistoryItem]) -> list[Alert]:
    """What must be known before anything is done, the gravest first."""
    alerts = [Alert(_("Deceased"), "danger")] if patient.deceased else []
    if any(
        each.kind == "medication" and "isotretinoin" in each.text.casefold() for each in history
    ):
        alerts.append(Alert(_("Isotretinoin on the medication list"), "danger"))
    alerts += _allergy_alerts([each for each in history if each.kind == "allergy"])
    if not patient.deceased and patient.why_not_emailed:
        alerts.append(Alert(_("No e-mail: %(why)s") % {"why": patient.why_not_emailed}, "info"))
    return alerts


def _allergy_alerts(allergies: Sequence[HistoryItem]) -> list[Alert]:
    grave_first = sorted(allergies, key=lambda each: each.note != "high")
    text = _("Allergy: %(what)s")
    named = [
        Alert(text % {"what": each.text}, "danger" if each.note == "high" else "warn")
        for each in grave_first[:NAMED_ALLERGIES]
    ]
    more = len(allergies) - len(named)
    words = ngettext("%(n)d more allergy", "%(n)d more allergies", more) % {"n": more}
    return [*named, Alert(words, "warn")] if more else named


# Visits -------------------------------------------------------------------------------------------


def _visits(patient: Patient, found: Iterable[Course], now: datetime) -> list[Visit]:
    """The newest first; cancelled ones and holds that ran out count as past."""
    known = {
        session.appointment_id: (course, session)
        for course in found
        for session in course.sessions.all()
    }
    return [
        Visit(
            each,
            _what(each, *known.get(each.pk, (None, None))),
            ", ".join(getattr(each, "people", ())),
            each.during.upper <= now or each.status in ("cancelled", "no_show", "done"),
        )
        for each in _appointments(patient, now)[:MOST_VISITS]
    ]


def _appointments(patient: Patient, now: datetime) -> QuerySet[Appointment]:
    people = ArrayAgg(
        "reservations__resource__name",
        filter=Q(reservations__resource__kind=Resource.Kind.PERSON),
        distinct=True,
        default=Value([]),
    )
    rows = Appointment.objects.filter(patient=patient).exclude(status="held", held_until__lte=now)
    return rows.select_related("service", "location").annotate(people=people).order_by("-during")


def _what(appointment: Appointment, course: Course | None, session: Session | None) -> str:
    """ "Glycolic peel, session 3 of 6", or the service of a visit without a course."""
    if course is None or session is None:
        return appointment.service.name
    words = {
        "name": course.protocol.name,
        "number": session.number,
        "total": len(course.sessions.all()),
    }
    return _("%(name)s, session %(number)d of %(total)d") % words


# Letters ------------------------------------------------------------------------------------------


def _letters(patient: Patient, found: Iterable[Course]) -> list[Letter]:
    """The last that left us and the next that are planned, in order of time."""
    own = Message.objects.filter(patient=patient)
    waiting = own.filter(status__in=[_Status.PLANNED, _Status.CLAIMED]).order_by("due_at", "pk")
    gone = own.filter(status=_Status.SENT).order_by("-sent_at", "-pk")
    rows = waiting[:NEXT_LETTERS].union(gone[:LAST_LETTERS], all=True)
    about = {
        session.subject_key: _("session %(number)d") % {"number": session.number}
        for course in found
        for session in course.sessions.all()
    }
    letters = [
        Letter(
            _Status.SENT if row.status == _Status.SENT else _Status.PLANNED,
            row.sent_at or row.due_at,
            subjects.label(row.kind),
            about.get(row.subject_key, ""),
            reverse("message-preview", args=[row.pk]),
        )
        for row in rows
    ]
    return sorted(letters, key=lambda each: (each.state != _Status.SENT, each.when))


# History ------------------------------------------------------------------------------------------


def _history(patient: Patient) -> list[HistoryItem]:
    """Allergies, conditions and medication that hold now, the newest first, each text once."""
    rows = _columns(record.allergies(patient), "allergy", F("criticality"), "recorded_at").union(
        _columns(record.current_conditions(patient), "condition", Value(""), "onset_at"),
        _columns(record.current_medication(patient), "medication", Value(""), "recorded_at"),
        all=True,
    )
    items = [HistoryItem(*row) for row in rows]
    items.sort(key=lambda each: each.at.timestamp() if each.at else 0.0, reverse=True)
    once: dict[tuple[str, str], HistoryItem] = {}
    for each in items:
        once.setdefault((each.kind, each.text), each)
    return list(once.values())


def _columns(rows: QuerySet[Any], kind: str, note: Any, at: str) -> Any:
    """The same four columns of any kind of statement, for a union."""
    text = CharField()
    labelled = rows.order_by().annotate(
        kind_of=Value(kind, output_field=text), note_of=note, at_of=F(at)
    )
    return labelled.values_list("kind_of", "text", "note_of", "at_of")
