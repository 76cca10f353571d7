"""The aftercare sheet as a document: one page for the patient, from what was done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.models import Location
from patients import documents, letter_formats
from patients.documents import Document
from patients.marked_text import gettext_noop
from patients.models import Patient
from patients.queries.letter_texts import short
from treatments import aftercare
from treatments.aftercare import Done, Sheet, Stretch
from treatments.models import Protocol

# no diagnosis and no treatment in what a mail program shows
FILE_NAME: Final = gettext_noop("care-after-your-visit")


@dataclass(frozen=True, slots=True)
class Visited:
    """Who was where: what stands at the top of the sheet, and whom to call."""

    patient: Patient
    location: Location


def make(visited: Visited, done: Done, *, made_at: datetime) -> Document:
    """Raises patients.documents.DocumentFailed."""
    return documents.make("aftercare", page(visited, done), made_at=made_at)


def page(visited: Visited, done: Done) -> dict[str, Any]:
    """The data of templates/documents/aftercare.typ and of the page behind the link of a letter, in
    the patient's language."""
    sheet, where = aftercare.sheet(done), visited.location
    language = visited.patient.letter_language
    with translation.override(language):
        name = visited.patient.given_name or visited.patient.full_name
        return {
            "language": short(language),
            "title": title(),
            "clinic": settings.CLINIC_NAME,
            "about": _("For %(name)s, %(day)s")
            % {"name": visited.patient.full_name, "day": _day(done.on)},
            "place": where.address,
            "hello": _("Hello %(name)s, this is what to expect and what to do now.")
            % {"name": name},
            "done": _done(done),
            "done_label": _("What was done"),
            "day_label": _("When"),
            "care_label": _("What is normal, and what you do"),
            "stretches": [_stretch(each, done.on) for each in sheet.stretches],
            "sun_title": _("Sun, and your retinoid") if sheet.retinoid else _("Sun"),
            "sun": _told(sheet.sun),
            "retinoid": _told(sheet.retinoid),
            "dates": _dates(done, sheet),
            "call_title": _("Call us the same day if you notice"),
            "calls": _told(sheet.calls),
            "phone_label": _("Telephone"),
            "phone": where.phone,
            "urgent": _(sheet.urgent),
        }


def title() -> str:
    return _("After your treatment")


def _told(texts: Iterable[str]) -> list[str]:
    return [_(text) for text in texts if text]


def _done(done: Done) -> str:
    name = str(Protocol.Modality(done.modality).label)
    what = f"{name} ({done.what})" if done.what else name
    stopped = _("stopped early") if done.broken_off else ""
    return ", ".join(part for part in (what, _day(done.on), stopped) if part)


def _stretch(each: Stretch, day0: date) -> dict[str, Any]:
    return {
        "when": _when(each, day0),
        "days": _dated(each),
        "normal": _(each.normal),
        "care": _told(each.care),
    }


def _when(each: Stretch, day0: date) -> str:
    first = (each.first - day0).days
    if each.until is None:
        return _("From day %(first)d on") % {"first": first}
    last = (each.until - day0).days
    if first == 0:
        return _("The first %(n)d days") % {"n": last + 1}
    if last > 60:
        return _("Until month %(n)d") % {"n": round(last / 30)}
    return _("Days %(first)d to %(last)d") % {"first": first, "last": last}


def _dated(each: Stretch) -> str:
    if each.until is None:
        return _("from %(day)s") % {"day": _day(each.first)}
    same_month = (each.first.year, each.first.month) == (each.until.year, each.until.month)
    first = date_format(each.first, _("j") if same_month else _(letter_formats.SHORT_DAY))
    return f"{first} – {date_format(each.until, _(letter_formats.SHORT_DAY))}"


def _dates(done: Done, sheet: Sheet) -> list[list[str]]:
    """Days to write down: label and day."""
    strict = aftercare.strict_until(done)
    wanted = (
        (_("No direct sun until"), strict),
        (_("Retinoid rests from"), done.retinoid_stop_on if sheet.retinoid else None),
        (_("Your next visit"), done.next_on),
    )
    return [[label, _day(day)] for label, day in wanted if day]


def _day(day: date) -> str:
    return date_format(day, _(letter_formats.DAY_WITH_YEAR))
