"""Numbers and letters of a protocol in words, and the differences between two versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients import subjects
from treatments.actions.protocol_versions import changed_sections
from treatments.forms.protocols import LABELS
from treatments.models import Protocol, ProtocolStep
from treatments.protocol_data.clashes import Clash
from treatments.protocol_data.sections import SECTIONS, Section, source_of
from treatments.queries.protocol_versions import step_pairs

_ANCHORS = {
    "session": gettext_lazy("the session"),
    "gone": gettext_lazy("the day on which the visit was missed or cancelled"),
    "unbooked": gettext_lazy("the last session, with none booked after it"),
    "course_end": gettext_lazy("the last session of the course"),
    "regimen": gettext_lazy("the first evening"),
}
_SKINS = {
    "I-III": gettext_lazy("skin types I–III"),
    "IV-VI": gettext_lazy("skin types IV–VI"),
}
_CONDITIONS = {
    "first": gettext_lazy("before the first session"),
    "not_first": gettext_lazy("not before the first session"),
    "last": gettext_lazy("for the last session"),
    "not_last": gettext_lazy("not after the last session"),
    "after_session_4": gettext_lazy("after session 4"),
    "priming": gettext_lazy("if priming is ordered"),
    "antiviral": gettext_lazy("if an antiviral is ordered"),
    "retinoid": gettext_lazy("if a retinoid may be in use"),
    "unscreened": gettext_lazy("if the health questions are open"),
    "missed": gettext_lazy("if nothing is booked after a missed visit"),
    "cancelled": gettext_lazy("if nothing is booked after a cancelled visit"),
    "conceives": gettext_lazy("whom a pregnancy may concern"),
}
_CLASHES = {
    "stop_told_late": gettext_lazy(
        "“Stop retinoid” goes out on day %(day)s; it should be day %(expected)s or earlier, two "
        "days before the stop."
    ),
    "progress_elsewhere": gettext_lazy(
        "The letter about progress goes out after session %(day)s; the review is after session "
        "%(expected)s."
    ),
    "due_elsewhere": gettext_lazy(
        "The letter that a session is due goes out on day %(day)s; the longest gap ends on day "
        "%(expected)s."
    ),
    "lapse_elsewhere": gettext_lazy(
        "The letter that the course has lapsed goes out on day %(day)s; it lapses after day "
        "%(expected)s."
    ),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One section of a version: its numbers in words, and where they come from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Before and after of one section or letter; an empty text means that it was not there."""

    name: str
    before: str
    after: str
    source: str
    has_new_source: bool = True


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One row of the timeline in words."""

    step: ProtocolStep
    name: str
    when: str
    conditions: str


def facts_of(protocol: Protocol) -> list[Fact]:
    """Everything that a clinic edits of this version."""
    return [
        Fact(_(section.name), value_words(protocol, section), source_of(protocol.source, section))
        for section in SECTIONS[protocol.modality]
    ]


def value_words(protocol: Protocol, section: Section) -> str:
    """ "4 to 6, usually 6" """
    return str(_WORDS[section.key](protocol))


def letters_of(protocol: Protocol) -> list[LetterLine]:
    """The message timeline, in order of its days; the letters are prefetched."""
    steps = sorted(
        protocol.steps.all(), key=lambda each: (_ORDER.index(each.anchor), each.day, each.position)
    )
    return [
        LetterLine(each, subjects.label(each.kind), when_words(each), conditions_words(each))
        for each in steps
    ]


_ORDER = ("session", "gone", "regimen", "unbooked", "course_end")


def when_words(step: ProtocolStep) -> str:
    """ "day −3, 09:00", "every 7 days from day 14 to day 28, 09:00" """
    if not step.is_on:
        return _("not sent")
    if step.after_minutes is not None:
        n = round(step.after_minutes / 60)
        return ngettext("%(n)d hour after the visit", "%(n)d hours after the visit", n) % {"n": n}
    words = {"day": signed(step.day), "at": f"{step.at:%H:%M}" if step.at else ""}
    if step.every is None:
        return _("day %(day)s, %(at)s") % words
    words |= {"every": str(step.every), "last": signed(step.until_day or 0)}
    if step.every == 1:
        return _("daily from day %(day)s to day %(last)s, %(at)s") % words
    return _("every %(every)s days from day %(day)s to day %(last)s, %(at)s") % words


def conditions_words(step: ProtocolStep) -> str:
    """When it is sent at all, and what day 0 means unless it is the session."""
    said = [str(_CONDITIONS[each]) for each in step.only]
    if step.skin in _SKINS:
        said.append(str(_SKINS[step.skin]))
    if step.anchor != "session":
        said.append(_("counted from %(what)s") % {"what": _ANCHORS[step.anchor]})
    return ", ".join(said)


def differences(before: Protocol, after: Protocol) -> list[Difference]:
    """Section by section, then letter by letter; letters of both are prefetched."""
    return [*_sections_changed(before, after), *_letters_changed(before, after)]


def _sections_changed(before: Protocol, after: Protocol) -> Iterator[Difference]:
    """Field by field; a section of one field goes by the name of the section."""
    for section in changed_sections(after, before):
        old, new = source_of(before.source, section), source_of(after.source, section)
        for name in section.fields:
            was, becomes = getattr(before, name), getattr(after, name)
            if was != becomes:
                part = f": {str(LABELS[name]).lower()}" if len(section.fields) > 1 else ""
                words = field_words(name, was), field_words(name, becomes)
                yield Difference(f"{_(section.name)}{part}", *words, new, old != new)


def field_words(name: str, value: Any) -> str:
    """One column's value as it is read: "14", "20, 35", "none"."""
    if name == "eye_area":
        return str(Protocol.EyeArea(value).label)
    if isinstance(value, list):
        return ", ".join(percent(each) for each in value) or _("none")
    if isinstance(value, Decimal):
        return percent(value)
    return _days(value)


def _letters_changed(before: Protocol, after: Protocol) -> Iterator[Difference]:
    for old, new in step_pairs(before, after):
        was, becomes = (when_words(each) if each else "" for each in (old, new))
        known = new or old
        if known is None or was == becomes:
            continue
        name = ", ".join(filter(None, (subjects.label(known.kind), conditions_words(known))))
        same = old is not None and new is not None and new.is_on and old.source == new.source
        yield Difference(name, was, becomes, known.source, not same)


def clash_words(clash: Clash) -> str:
    words = {"day": signed(clash.day), "expected": signed(clash.expected)}
    said = str(_CLASHES[clash.kind]) % words
    skin = _SKINS.get(clash.skin)
    return f"{said} ({skin})" if skin else said


def signed(day: int) -> str:
    """ "−3", "14" """
    return f"−{-day}" if day < 0 else str(day)


def _days(days: int | None) -> str:
    return _("none") if days is None else str(days)


def _sessions(p: Protocol) -> str:
    if p.sessions_min == p.sessions_max:
        return str(p.sessions_min)
    words = {"min": p.sessions_min, "max": p.sessions_max, "usual": p.sessions_default}
    return _("%(min)d to %(max)d, usually %(usual)d") % words


def _gaps(p: Protocol) -> str:
    words = {
        "floor": p.gap_floor,
        "min": p.gap_min,
        "ideal": p.gap_ideal,
        "max": _days(p.gap_max),
        "lapse": _days(p.gap_lapse),
    }
    said = _("refused below %(floor)s; shortest %(min)s, proposed %(ideal)s, longest %(max)s;")
    return f"{said} {_('lapses after %(lapse)s')}" % words


def _retinoid(p: Protocol) -> str:
    light, dark = p.retinoid_stop_days_light, p.retinoid_stop_days_dark
    if not light and not dark:
        return _("none")
    words = {"light": light, "dark": dark}
    return _("%(light)d days before on skin types I–III, %(dark)d on IV–VI") % words


def _strengths(p: Protocol) -> str:
    said = _("%(ladder)s %%") % {"ladder": ", ".join(percent(each) for each in p.strengths)}
    if p.max_percent_assistant is None:
        return said
    most = _("a nurse or esthetician up to %(most)s %%")
    return f"{said}; " + most % {"most": percent(p.max_percent_assistant)}


def percent(value: Decimal) -> str:
    """ "20", "12.5" """
    return f"{Decimal(value):f}".removesuffix(".0")


def _contact(p: Protocol) -> str:
    if p.contact_seconds_min is None or p.contact_seconds_max is None:
        return _("none")
    words = {"low": _clock(p.contact_seconds_min), "high": _clock(p.contact_seconds_max)}
    return _("%(low)s to %(high)s minutes") % words


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def _review(p: Protocol) -> str:
    if p.review_after_session is None:
        return _("none")
    return _("after session %(n)d") % {"n": p.review_after_session}


def _list(numbers: Any) -> str:
    return ", ".join(str(each) for each in numbers) or _("none")


def _lesions(p: Protocol) -> str:
    return _("no limit") if p.max_lesions is None else str(p.max_lesions)


_WORDS = {
    "sessions": _sessions,
    "gaps": _gaps,
    "retinoid_stop": _retinoid,
    "strengths": _strengths,
    "contact_seconds": _contact,
    "nights_per_week": lambda p: _list(p.nights_per_week),
    "review_after_session": _review,
    "review_days": lambda p: _list(p.review_days),
    "eye_area": Protocol.get_eye_area_display,
    "max_lesions": _lesions,
}
