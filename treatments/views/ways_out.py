"""What to ask for instead of a series that was refused."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.scheduling.refusals import (
    HorizonTooShort,
    NobodyCapable,
    Reason,
    Refusal,
    TooFew,
    WashOut,
)
from treatments.forms.series import LATE, REASON
from treatments.queries import courses
from treatments.views.series_words import Asked

# what neither later nor closer dates help against
NOT_BY_DATES = (HorizonTooShort, NobodyCapable, TooFew)

Change = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Way:
    """Another search: what it changes, and its address."""

    text: str
    url: str


def ways_out(asked: Asked) -> list[Way]:
    """Searches that ask for less than the refused one; none when there are proposals."""
    refusal = asked.found.answer
    if not isinstance(refusal, Refusal):
        return []
    ways = [*_without_wishes(asked), *_other_gaps(asked, refusal)]
    fewer = _fitting(refusal)
    if fewer:
        text = ngettext("Only the next session", "Only the next %(n)d sessions", fewer)
        ways.append((text % {"n": fewer}, {"sessions": [str(fewer)]}))
    return [Way(text, asked.form.query(**change)) for text, change in ways]


def clinicians_way(asked: Asked) -> str:
    """What a clinician could do that whoever looks at the refusal cannot, in a sentence."""
    refusal, spacing = asked.found.answer, asked.spacing
    if not isinstance(refusal, Refusal) or asked.may_overrule or spacing is None:
        return ""
    if any(isinstance(reason, WashOut) for reason in _all(refusal)):
        return _("A clinician may book it while the skin rests, with a reason.")
    if spacing.floor == spacing.min or not _gaps_matter(asked, refusal):
        return ""
    text = _("A clinician may book from %(floor)d days on, with a reason.")
    return text % {"floor": spacing.floor}


def _without_wishes(asked: Asked) -> list[tuple[str, Change]]:
    wishes, ways = asked.wishes, list[tuple[str, Change]]()
    if wishes.hours is not None:
        ways.append((_("At any time of day"), {"opens": [""], "closes": [""]}))
    if wishes.weekdays:
        ways.append((_("On any weekday"), {"weekdays": []}))
    if wishes.only_that_person:
        ways.append((_("With anyone"), {"person": [""]}))
    if wishes.pins:
        change: Change = {"pin": [], "fixed": [""], "fixed_on": [""]}
        ways.append((_("Without the kept dates"), change))
    return ways


def _other_gaps(asked: Asked, refusal: Refusal) -> list[tuple[str, Change]]:
    """Gaps beyond the usual window, for those who may book them, where they could help."""
    offered = dict(asked.form.gap_choices)
    ways = []
    if LATE in offered and not asked.wishes.unusual and _gaps_matter(asked, refusal):
        ways.append(LATE)
    rests = any(isinstance(reason, WashOut) for reason in _all(refusal))
    chosen = asked.form.cleaned_data["gaps"] == REASON
    if REASON in offered and not chosen and (rests or _gaps_matter(asked, refusal)):
        ways.append(REASON)
    words = {LATE: _("Later than usual"), REASON: _("With my reason")}
    return [(words[name], {"gaps": [name]}) for name in ways]


def _gaps_matter(asked: Asked, refusal: Refusal) -> bool:
    """Whether the first session that is refused has to keep a distance from one before it."""
    if any(isinstance(reason, NOT_BY_DATES) for reason in _all(refusal)):
        return False
    first = refusal.sessions[0].number
    stands = any(
        courses.session_day(each) for each in asked.course.sessions.all() if each.number < first
    )
    return stands or not refusal.sessions[0].reasons


def _all(refusal: Refusal) -> list[Reason]:
    return [reason for each in refusal.sessions for reason in each.reasons]


def _fitting(refusal: Refusal) -> int:
    """How many sessions come before the first that is refused."""
    return next((at for at, each in enumerate(refusal.sessions) if each.reasons), 0)
