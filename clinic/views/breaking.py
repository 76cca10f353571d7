"""Saving a change that may break visits: at once if it breaks none, else after a look at them.

The list comes from the action itself, which asks again under its locks whenever it is called. So
the page can only ever save past visits that somebody has seen on it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from clinic.accounts.access import StaffRequest
from clinic.actions import keeping
from clinic.actions.claims import BookingRefused
from clinic.actions.keeping import Seen, VisitsStand
from clinic.models import Appointment, Location, Resource
from patients.actions.retry import TryAgain

# what this page adds to the form that it carries on
_OWN = {"csrfmiddlewaretoken", "keep", "saw", "again"}


@dataclass(frozen=True)
class Group:
    """Visits that are planned anew together, of one day if `on` is set, and the query of the page
    that does it."""

    on: date | None
    query: str
    visits: tuple[Appointment, ...]


@dataclass(frozen=True)
class Change:
    """A change as its page sees it.

    `act` takes `keep_visits` and `saw` beside what it has been given; `page` shows the form again
    with a status; `cause` is what visits are planned anew around, `by_day` one day at a time;
    `what` heads the list, `done` is said when it is saved, and `back` is where it leads.
    """

    act: Callable[..., object]
    form: forms.Form
    page: Callable[[int], HttpResponse]
    cause: Resource | Location
    what: str
    done: str
    back: str
    by_day: bool = False


def save(request: StaffRequest, change: Change) -> HttpResponse:
    """Make the change, or show what stands in its way."""
    if "again" in request.POST:
        return change.page(200)
    saw = _read(request.POST.get("saw", "")) if "keep" in request.POST else None
    try:
        change.act(keep_visits=saw is not None, saw=saw)
    except VisitsStand as stand:
        return _preview(request, change, stand.visits, saw)
    except BookingRefused as refused:
        for each in refused.objections:
            change.form.add_error(None, each.text)
        return change.page(409)
    except TryAgain as busy:
        change.form.add_error(None, str(busy))
        return change.page(409)
    messages.success(request, change.done)
    return redirect(change.back)


def _preview(
    request: StaffRequest, change: Change, visits: Sequence[Appointment], saw: Seen | None
) -> HttpResponse:
    now = keeping.seen(visits)
    context = {
        "section": "clinic",
        "change": change,
        "visits": visits,
        "groups": groups(change.cause, visits, by_day=change.by_day),
        "typed": list(_typed(request.POST)),
        "saw": "-".join(f"{pk}.{version}" for pk, version in sorted(now)),
        "has_changed": saw is not None,
        "new": {pk for pk, _version in now - saw} if saw is not None else set(),
    }
    return render(
        request, "clinic/setup/breaking.html", context, status=409 if saw is not None else 200
    )


def groups(
    cause: Resource | Location, visits: Iterable[Appointment], *, by_day: bool = False
) -> list[Group]:
    """All together, or those of each day for themselves."""
    found = list(visits)
    if not by_day:
        return [_group(cause, None, found)] if found else []
    days = groupby(found, key=lambda each: each.starts_at.date())
    return [_group(cause, day, list(of_day)) for day, of_day in days]


def _group(cause: Resource | Location, on: date | None, visits: Sequence[Appointment]) -> Group:
    return Group(on, replan_query(cause, visits), tuple(visits))


def replan_query(cause: Resource | Location, visits: Sequence[Appointment]) -> str:
    """Which visits the page for planning anew is to look at."""
    days = [each.starts_at.date() for each in visits]
    kind = "resource" if isinstance(cause, Resource) else "location"
    return urlencode({kind: cause.pk, "first": min(days), "last": max(days)})


def _typed(posted: QueryDict) -> Iterable[tuple[str, str]]:
    for name, values in posted.lists():
        if name not in _OWN:
            yield from ((name, each) for each in values)


def _read(text: str) -> Seen:
    """What the page had listed; nonsense was never on it."""
    return frozenset(
        (int(pk), int(version)) for pk, version in re.findall(r"(\d{1,18})\.(\d{1,9})", text)
    )
