"""A change of dates in words: what moves, how far apart, why, and what the patient hears of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.scheduling.clock import to_datetime
from clinic.scheduling.refusals import SessionRefusal, listed
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict
from patients.models import Patient
from treatments.queries.ripple import Preview, Row
from treatments.queries.ripple_scene import Scene
from treatments.views.series_words import day_words

_WORDS = {
    Verdict.REFUSED: gettext_lazy("too soon"),
    Verdict.NEEDS_REASON: gettext_lazy("needs a clinician’s reason"),
    Verdict.NORMAL: gettext_lazy("normal"),
    Verdict.LATE: gettext_lazy("late"),
    Verdict.LAPSED: gettext_lazy("lapsed"),
}
_LEVELS = {
    Verdict.REFUSED: "danger",
    Verdict.NEEDS_REASON: "warn",
    Verdict.NORMAL: "ok",
    Verdict.LATE: "warn",
    Verdict.LAPSED: "danger",
}
_NUMBERS = (
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A gap with what is to be said of it; `level` is ok, warn or danger."""

    days: int
    word: str
    level: str
    limits: str

    @classmethod
    def of(cls, gap: int | None, rule: Spacing | None) -> "Judged | None":
        if gap is None:
            return None
        if rule is None:
            return cls(gap, "", "ok", "")
        verdict = rule.judge(gap)
        return cls(gap, str(_WORDS[verdict]), _LEVELS[verdict], _limits(verdict, rule))


def _limits(verdict: Verdict, rule: Spacing) -> str:
    """The number that a gap broke: "28 days are usual, 42 the most"."""
    days = {"floor": rule.floor, "min": rule.min, "max": rule.max, "lapse": rule.lapse}
    match verdict:
        case Verdict.REFUSED:
            return _("%(floor)d days at least") % days
        case Verdict.NEEDS_REASON:
            return _("%(min)d days are usual") % days
        case Verdict.LATE if rule.lapse is not None:
            return _("%(max)d days are usual, %(lapse)d the most") % days
        case Verdict.LATE:
            return _("%(max)d days are usual") % days
        case Verdict.LAPSED:
            return _("after %(lapse)d days a new assessment comes first") % days
    return ""


@dataclass(frozen=True, slots=True)
class Line:
    """One visit of the table. `was` and `becomes` are on the clock of the location; `was` is None
    where nothing changes. `pin` is the appointment that can be told to stay, or 0."""

    label: str
    number: int
    was: datetime | None
    was_lost: bool
    becomes: datetime
    who: str
    note: str
    gap_before: int | None
    gap: Judged | None
    pin: int
    is_pinned: bool


def lines(scene: Scene, preview: Preview) -> list[Line]:
    """The visits of a preview, behind the session from which the first gap is counted."""
    return [*_standing_before(scene), *(_line(scene, row) for row in preview.rows)]


def _standing_before(scene: Scene) -> list[Line]:
    if scene.before is None:
        return []
    visit = scene.before.appointment
    status, number = str(visit.get_status_display()).lower(), scene.before.number
    return [
        Line(
            session(number), number, None, False, visit.starts_at, "", status, None, None, 0, False
        )
    ]


def _line(scene: Scene, row: Row) -> Line:
    seat, visit = row.seat, row.seat.appointment
    can_pin = seat is not scene.focus and not seat.is_fixed
    return Line(
        label=session(seat.number) if seat.number else visit.service.name,
        number=seat.number,
        was=visit.starts_at if row.moved else None,
        was_lost=seat.is_lost,
        becomes=start_of(scene, row.after),
        who=_with_whom(row),
        note=_why(row) or _stays(scene, row),
        gap_before=row.gap_before if row.gap_before != row.gap else None,
        gap=Judged.of(row.gap, row.rule),
        pin=visit.pk if can_pin else 0,
        is_pinned=visit.pk in scene.pinned,
    )


def session(number: int) -> str:
    return _("Session %(number)d") % {"number": number}


def start_of(scene: Scene, slot: Slot) -> datetime:
    """On the clock of the location."""
    return to_datetime(slot.start).astimezone(scene.zone)


def when(start: datetime) -> str:
    """ "Tue 12 Jan, 15:30"."""
    return f"{day_words(start)}, {start:%H:%M}"


def _with_whom(row: Row) -> str:
    """Who and what is new; nothing when all of them stay the same."""
    return _("with %(names)s") % {"names": listed(row.fresh)} if row.fresh else ""


def _why(row: Row) -> str:
    """Why a later session moves."""
    if row.had_it_stayed is None or row.otherwise is None:
        return ""
    gap = {"n": row.had_it_stayed}
    if row.had_it_stayed <= 0:
        return _("would come before the session before it")
    match row.otherwise:
        case Verdict.REFUSED | Verdict.NEEDS_REASON:
            text = ngettext(
                "%(n)d day would be too soon; smallest legal change",
                "%(n)d days would be too soon; smallest legal change",
                row.had_it_stayed,
            )
        case Verdict.LATE:
            text = _("%(n)d days would be late; smallest legal change")
        case Verdict.LAPSED:
            text = _("%(n)d days would be too long; smallest legal change")
        case _:
            text = _("makes room for the sessions after it")
    return text % gap


def _stays(scene: Scene, row: Row) -> str:
    if row.moved:
        return ""
    visit = row.seat.appointment
    if row.seat.is_fixed:
        return str(visit.get_status_display()).lower()
    return _("kept") if visit.pk in scene.pinned else _("stays")


# What stands in the way --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A later session that keeps the change from being made. `pin` is its appointment if only the
    desk's wish holds it, `nearest` where it could go instead."""

    label: str
    reasons: tuple[str, ...]
    nearest: tuple[str, ...]
    pin: int


def obstacles(scene: Scene, preview: Preview) -> list[Obstacle]:
    """The sessions of a refused ripple that stand in its way."""
    if preview.refusal is None:
        return []
    return [_obstacle(scene, each) for each in preview.refusal.sessions if each.reasons]


def _obstacle(scene: Scene, refused: SessionRefusal) -> Obstacle:
    pins = [
        each.appointment.pk
        for each in scene.later
        if each.number == refused.number and each.appointment.pk in scene.pinned
    ]
    return Obstacle(
        label=session(refused.number),
        reasons=tuple(f"{reason}." for reason in refused.reasons),
        nearest=tuple(when(start_of(scene, slot)) for slot in refused.nearest),
        pin=pins[0] if pins else 0,
    )


# What moves, and who is told ---------------------------------------------------------------------


def sessions_and(numbers: Sequence[int]) -> str:
    """ "session 4", "sessions 4 and 5"."""
    text = ngettext("session %(which)s", "sessions %(which)s", len(numbers))
    return text % {"which": listed(map(str, numbers))}


def summary(scene: Scene, preview: Preview) -> str:
    """ "Nothing else moves.", "Session 4 moves too.", "2 sessions move." """
    focus = scene.focus
    others = [row.seat.number for row in preview.changed if row.seat is not focus]
    if focus is None:
        text = ngettext("%(n)d session moves.", "%(n)d sessions move.", len(others))
        return text % {"n": len(others)}
    if not others:
        return _("Nothing else moves.") if scene.later else ""
    text = ngettext("%(which)s moves too.", "%(which)s move too.", len(others))
    which = sessions_and(others)
    return text % {"which": which[:1].upper() + which[1:]}


def verb(scene: Scene, preview: Preview, tells: bool) -> str:
    """What the button says: "Move 2 sessions and tell Ada"."""
    told = _(" and tell %(name)s") % {"name": called(scene.patient)} if tells else ""
    return _act(scene, preview) + told


def _act(scene: Scene, preview: Preview) -> str:
    focus, changed = scene.focus, preview.changed
    if focus is not None and focus.is_lost:
        text = _("Book session %(number)d") % {"number": focus.number}
        more = len(changed) - 1
        return text + (_(", move %(n)d") % {"n": more} if more else "")
    if len(changed) > 1:
        return _("Move %(n)d sessions") % {"n": len(changed)}
    number = changed[0].seat.number if changed else 0
    return _("Move session %(number)d") % {"number": number} if number else _("Move the visit")


def letter(scene: Scene, preview: Preview, notify: bool) -> str:
    """ "Ada gets one e-mail with two new times." """
    patient, n = scene.patient, len(preview.changed)
    words = {"name": called(patient), "why": patient.why_not_emailed, "phone": patient.phone}
    if not patient.may_be_emailed:
        text = _("%(name)s gets no e-mail: %(why)s.") % words
        return f"{text} {_('Call %(phone)s.') % words}" if patient.phone else text
    if not notify:
        return _("%(name)s gets no e-mail about this.") % words
    if n == 1:
        return _("%(name)s gets one e-mail with the new time.") % words
    number = str(_NUMBERS[n - 2]) if n - 2 < len(_NUMBERS) else str(n)
    return _("%(name)s gets one e-mail with %(number)s new times.") % (words | {"number": number})


def called(patient: Patient) -> str:
    return patient.given_name or patient.full_name
