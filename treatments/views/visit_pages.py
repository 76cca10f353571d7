"""What the page of a log shows: rows, what it was last time, what the protocol says of it."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from treatments.forms.visit_modalities import FORMS
from treatments.forms.visits import LogForm, initial_of
from treatments.models import Visit
from treatments.queries import visit_obstacles, visits
from treatments.queries.assessments import Mark
from treatments.queries.visits import Log, columns_of, record_of
from treatments.views.visit_rows import groups_of, plain, rows_of
from treatments.visit_bounds import clock_of
from treatments.visit_ranges import Unusual, contact_for

Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the protocol proposes: a sentence, its values in words, and the fields they go into."""

    sentence: str
    source: str
    words: str
    fill: dict[str, str]
    is_new: bool
    look_first: bool


def form_of(log: Log, visit: Visit, data: QueryDict | None = None) -> LogForm:
    """The form of this draft, filled with what is saved or with what came in."""
    ticks = visit_obstacles.ticks_of(visit)
    initial = initial_of(
        visit_obstacles.values_of(visit),
        columns_of(record_of(visit)),
        ticks,
        visit.products.all(),
        visit.adverse_events.all(),
    )
    return FORMS[log.modality](data, initial=initial, marks=open_marks(log), day=log.day)


def open_marks(log: Log) -> list[Mark]:
    """Lesions that may be treated this way; what lies at the eye is never frozen."""
    if log.modality == "cryo":
        return [each for each in log.marks if not each.place.is_eye_area]
    return log.marks


def context_of(log: Log, form: LogForm, user: User) -> dict[str, Any]:
    """Everything that templates/treatments/visit_log.html draws."""
    visit = log.visit
    if visit is None:
        return {"log": log}
    marks = open_marks(log)
    return {
        "log": log,
        "visit": visit,
        "error_title": _("Not signed yet. What you entered is saved, but for what is marked."),
        "form": form,
        "core": rows_of(form, form.core, log.last_record),
        "groups": groups_of(form, log.last_record),
        "pain": rows_of(form, ["pain"], {"pain": log.last.pain} if log.last else None)
        if form.has_pain
        else [],
        "marks": marks,
        "ticked": form["lesion"].value() if "lesion" in form.fields else [],
        "left_out": [each for each in log.marks if each not in marks],
        "proposed": proposed(log, user),
        "target": _target(log, user),
        "used": visits.products_used(log.modality, log.day),
        "says": says_of(log, user),
    }


def proposed(log: Log, user: User) -> Proposed | None:
    """For this visit; None where the protocol has no ladder."""
    step = log.proposal(user)
    if step is None:
        return None
    words = [f"{plain(step.strength)} %"] if step.strength is not None else []
    words += [clock_of(step.contact_seconds)] if step.contact_seconds is not None else []
    fill = {"strength_percent": plain(step.strength)} if step.strength is not None else {}
    return Proposed(
        _(step.sentence),
        step.source,
        ", ".join(words),
        fill,
        step.change not in ("start", "same"),
        step.look_first,
    )


def _target(log: Log, user: User) -> int | None:
    """The contact time that the stopwatch counts to, in seconds: proposed, and usual for it."""
    step = log.proposal(user)
    if step is None:
        return None
    usual = contact_for(log.modality, step.strength)
    return step.contact_seconds or (usual and usual.least)


@dataclass(frozen=True, slots=True)
class Says:
    """What is said of the values as they are saved. `limits` keep this person from signing."""

    hints: list[Unusual]
    asks: list[Unusual]
    limits: list[str]
    after: Proposed | None


def says_of(log: Log, user: User) -> Says | None:
    visit = log.visit
    if visit is None:
        return None
    found = visit_obstacles.found_unusual(log, visit)
    return Says(
        hints=[each for each in found if each.level == "hint"],
        asks=[each for each in found if each.level == "reason"],
        limits=_limits(log, visit, user),
        after=_after(log, visit, user),
    )


def _limits(log: Log, visit: Visit, user: User) -> list[str]:
    return [
        _("%(text)s Who may sign this: %(names)s.")
        % {"text": _(each.text), "names": visit_obstacles.who_may(each.permission)}
        for each in visit_obstacles.not_allowed(log, visit, user)
    ]


def _after(log: Log, visit: Visit, user: User) -> Proposed | None:
    """What follows next time from what is noted; None before there is an endpoint."""
    record = columns_of(record_of(visit))
    if not log.protocol.strengths or not record.get("endpoint"):
        return None
    values = record | visit_obstacles.values_of(visit)
    events = [(each.kind, each.severity) for each in visit.adverse_events.all()]
    step = visits.next_after(log, values, events, user)
    words = [f"{plain(step.strength)} %"] if step.strength is not None else []
    words += [clock_of(step.contact_seconds)] if step.contact_seconds is not None else []
    text = ", ".join(words)
    fill = {"next_note": f"{text}. {_(step.sentence)}"}
    return Proposed(_(step.sentence), step.source, text, fill, True, step.look_first)
