"""What a visit was, in one line, and all of it in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from treatments.forms.visit_modalities import FORMS
from treatments.forms.visits import LogForm
from treatments.models import Visit
from treatments.queries.visits import columns_of, record_of
from treatments.views.visit_rows import plain, spoken
from treatments.visit_bounds import clock_of

_DONE = ("cleared", "treated")


def line_of(visit: Visit) -> str:
    """ "35 %, 2:00, pink"; "5 of 6 lesions, lancet". Reads nothing that `with_parts` has not."""
    says = _LINES[visit.protocol.modality](visit, record_of(visit))
    words = [each for each in says if each]
    if visit.broken_off:
        words.append(_("broken off"))
    return ", ".join(words) or _("nothing noted")


def _peel(visit: Visit, record: Any) -> Iterator[str]:
    if record.strength_percent is not None:
        yield f"{plain(record.strength_percent)} %"
    if record.contact_seconds is not None:
        yield clock_of(record.contact_seconds)
    yield record.get_endpoint_display().lower()


def _lesions(visit: Visit, record: Any) -> Iterator[str]:
    rows = list(visit.lesion_treatments.all())
    done, extra = sum(each.result in _DONE for each in rows), record.uncharted or 0
    if rows and done < len(rows):
        words = {"done": done + extra, "all": len(rows) + extra}
        yield _("%(done)d of %(all)d lesions") % words
    elif rows or extra:
        n = len(rows) + extra
        yield ngettext("%(n)d lesion", "%(n)d lesions", n) % {"n": n}


def _extraction(visit: Visit, record: Any) -> Iterator[str]:
    yield from _lesions(visit, record)
    yield record.get_tool_display().lower()


def _cryo(visit: Visit, record: Any) -> Iterator[str]:
    yield from _lesions(visit, record)
    if record.freeze_seconds is not None:
        yield f"{plain(record.freeze_seconds)} s"
    yield record.get_method_display().lower()


def _laser(visit: Visit, record: Any) -> Iterator[str]:
    yield from _lesions(visit, record)
    yield record.get_mode_display().lower()
    if record.power_watts is not None:
        yield f"{plain(record.power_watts)} W"


def _retinoid(visit: Visit, record: Any) -> Iterator[str]:
    strength = f" {plain(record.strength_percent)} %" if record.strength_percent else ""
    yield f"{record.get_agent_display()}{strength}"
    n = record.nights_per_week
    if n is not None:
        yield ngettext("%(n)d night a week", "%(n)d nights a week", n) % {"n": n}
    yield record.get_next_step_display().lower()


_LINES = {
    "glycolic": _peel,
    "salicylic": _peel,
    "extraction": _extraction,
    "cryo": _cryo,
    "laser": _laser,
    "retinoid": _retinoid,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit in the list of a record."""

    visit: Visit
    line: str


def entries(visits: list[Visit]) -> list[Entry]:
    return [Entry(each, line_of(each)) for each in visits]


def facts_of(visit: Visit) -> list[tuple[str, str]]:
    """Every value that was noted, with its label, in the order of the screen."""
    form: LogForm = FORMS[visit.protocol.modality]()
    values = columns_of(record_of(visit))
    found = []
    for name in form.columns:
        value = values.get(f"{name}_id", values.get(name))
        words = spoken(form.fields[name], value)
        if words:
            found.append((str(form.fields[name].label), words))
    if visit.pain is not None:
        found.append((_("Pain"), _("%(n)d of 10") % {"n": visit.pain}))
    return found
