"""The page and the panel on which a visit gets another time: what they show, from one scene."""

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.actions.claims import Objection
from clinic.scheduling.refusals import listed
from clinic.scheduling.spacing import Verdict
from treatments.actions import ripple as action
from treatments.actions.ripple import Change, NewDate, NewTime
from treatments.booking_rules import OVERRIDE
from treatments.forms.ripple import MoveForm, Offer
from treatments.models import Course, Session
from treatments.queries import courses, deciders
from treatments.queries.ripple import Preview, Question, Row, placed, proposed
from treatments.queries.ripple_loading import Loading
from treatments.queries.ripple_scene import MOVABLE, Scene
from treatments.views import ripple_words as words
from treatments.views.ripple_choices import Choice, Choices, asked_start, unreadable


@dataclass(frozen=True)
class RipplePage:
    """One question on one page. `subject` names it in what is signed, `path` is its address."""

    loading: Loading
    form: MoveForm
    user: User
    path: str
    subject: str

    def context(self) -> dict[str, Any]:
        """Everything that the template shows."""
        scene, preview = self.scene, self.preview or Preview()
        notify = self.form.notify()
        tells = notify and scene.patient.may_be_emailed
        return {
            "section": "calendar",
            "page": self,
            "patient": scene.patient,
            "course": scene.course,
            "focus": scene.focus,
            "had": scene.names(scene.focus.slot) if scene.focus else (),
            "dots": courses.dots(scene.course) if scene.course else [],
            "lines": words.lines(scene, preview) if preview.rows else [],
            "obstacles": words.obstacles(scene, preview),
            "summary": words.summary(scene, preview),
            "verb": words.verb(scene, preview, tells),
            "letter": words.letter(scene, preview, notify),
            "notify": notify,
            "is_late": bool(self.form.chosen("late")),
        }

    @property
    def title(self) -> str:
        focus = self.scene.focus
        if focus is None:
            return _("Dates that fit again")
        if focus.is_lost:
            return _("A new date for session %(number)d") % {"number": focus.number}
        if focus.number:
            return _("Move session %(number)d") % {"number": focus.number}
        return _("Move this visit")

    @property
    def closed(self) -> str:
        """Why nothing can be moved here at all; empty when it can."""
        return _closed(self.scene)

    @cached_property
    def scene(self) -> Scene:
        """As much of the calendar as the answer takes."""
        return self._answer[0]

    # The change, and what is said to it ----------------------------------------------------------

    @cached_property
    def preview(self) -> Preview | None:
        """None while no time is chosen yet."""
        return self._answer[1]

    @cached_property
    def _answer(self) -> tuple[Scene, Preview | None]:
        near = self.loading.near
        preview = self._preview_in(near)
        if preview is None or preview.is_certain:
            return near, preview
        whole = self.loading.whole
        return whole, self._preview_in(whole)

    def _preview_in(self, scene: Scene) -> Preview | None:
        asked = Question(scene, self.form.chosen("resource"), bool(self.form.chosen("late")))
        if _closed(scene):
            return None
        if wrong := unreadable(self.form, scene):
            return Preview(against=(wrong,))
        focus, start = scene.focus, asked_start(self.form, scene)
        if focus is not None and start is not None:
            return placed(asked, start)
        return proposed(asked) if focus is None or focus.is_lost else None

    @cached_property
    def change(self) -> Change | None:
        """The preview as the action takes it; the later sessions stand if they cannot follow."""
        preview, scene = self.preview, self.scene
        if preview is None or preview.against or not preview.changed:
            return None
        lost = [row for row in preview.changed if row.seat.is_lost]
        moved = [row for row in preview.changed if not row.seat.is_lost]
        return Change(
            scene.patient,
            scene.location,
            tuple((row.seat.appointment, _new_time(row)) for row in moved),
            tuple((row.seat.session, _new_date(row)) for row in lost if row.seat.session),
        )

    @cached_property
    def objections(self) -> list[Objection]:
        """What the rules of booking say to it; those with a permission ask for a reason."""
        return action.objections(self.change, self.scene.now) if self.change else []

    @property
    def against(self) -> list[str]:
        """Sentences that keep the chosen time from being had, whatever becomes of the rest."""
        preview = self.preview or Preview()
        objections = [] if preview.refusal else self._final
        return [*preview.against, *objections]

    @property
    def _final(self) -> list[str]:
        """Objections that nobody here can overrule."""
        return [each.text for each in self.objections if not each.permission]

    @property
    def needs_reason(self) -> list[str]:
        return [each.text for each in self.objections if each.permission]

    @property
    def may_override(self) -> bool:
        wanted = {each.permission for each in self.objections if each.permission}
        return all(self.user.has_perm(permission) for permission in wanted)

    @property
    def deciders(self) -> str:
        """Who can give the reason that this person may not: "Dr Cole or Dr Fry"."""
        names = [each.name for each in deciders.with_permission(OVERRIDE)]
        return listed(names, _("or")) if names else ""

    @cached_property
    def offer(self) -> str:
        """Signed, for the button; empty when there is nothing that this person may do."""
        refused = self.preview is not None and self.preview.refusal is not None
        if self.change is None or self._final or (refused and not self.needs_reason):
            return ""
        if self.needs_reason and not self.may_override:
            return ""
        moves = tuple(to for _row, to in self.change.moves)
        books = tuple(to for _row, to in self.change.books)
        return Offer(uuid.uuid4(), moves, books).signed(self.subject)

    # What can be pressed instead -----------------------------------------------------------------

    @cached_property
    def choices(self) -> Choices | None:
        """Free times: while none is chosen, and beside the one proposed for a lost visit."""
        focus = self.scene.focus
        if focus is None or self.closed or (self.preview is not None and not focus.is_lost):
            return None
        return Choices(self.scene, focus, self.form, self.path)

    @property
    def alternatives(self) -> list[Choice]:
        """Legal times near one that this person cannot have."""
        focus = self.scene.focus
        if focus is None or self.preview is None or self.offer:
            return []
        return Choices(self.scene, focus, self.form, self.path).alternatives()

    @property
    def offers_late(self) -> bool:
        """Whether it would change anything to put up with late sessions."""
        preview = self.preview or Preview()
        late = any(row.otherwise is Verdict.LATE for row in preview.changed)
        return late or bool(self.form.chosen("late"))

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the address says beside the switches of the form."""
        names = ("start", "resource", "session", "who")
        return [(name, value) for name in names for value in self.form.asked.getlist(name)[-1:]]

    @property
    def query(self) -> str:
        return self.form.query()

    @property
    def day_text(self) -> str:
        """The day that was asked for, as its field shows it."""
        day = self.form.chosen("day")
        return day.isoformat() if day else ""

    @property
    def leave(self) -> str:
        focus = self.scene.focus
        if focus is not None and focus.is_lost:
            return _("Leave session %(number)d to be booked") % {"number": focus.number}
        return _("Leave as it was")

    @property
    def leaving(self) -> str:
        """What becomes of a lost session that is left to be booked, while others stand after it."""
        preview, focus = self.preview, self.scene.focus
        if focus is None or not focus.is_lost or not self.scene.later or preview is None:
            return ""
        names = {"number": focus.number, "next": self.scene.later[0].number}
        if preview.refusal or len(preview.changed) > 1:
            return (
                _("Left as it is, session %(number)d does not fit before session %(next)d.") % names
            )
        return _("It can also be left to be booked: session %(next)d leaves room for it.") % names

    @property
    def other_times_url(self) -> str:
        return self.path + self.form.query(start=None, resource=None)


@dataclass(frozen=True)
class InOrder:
    """The page of a course in which nothing is to be mended."""

    course: Course

    def context(self) -> dict[str, Any]:
        patient = self.course.plan.patient
        return {
            "section": "patients",
            "patient": patient,
            "course": self.course,
            "dots": courses.dots(self.course),
            "in_order": self._why(),
        }

    def _why(self) -> str:
        if self.course.status != Course.Status.ACTIVE:
            status = str(self.course.get_status_display()).lower()
            return _("This course is %(status)s. Nothing more is booked for it.") % {
                "status": status
            }
        return _("There is nothing to mend: every booked session has its date.")


def _closed(scene: Scene) -> str:
    focus = scene.focus
    if scene.patient.deceased:
        return _("%(name)s is recorded as deceased.") % {"name": scene.patient.full_name}
    if focus is None or focus.appointment.status in MOVABLE or (focus.is_lost and focus.session):
        return ""
    status = str(focus.appointment.get_status_display()).lower()
    return _("A visit that is %(status)s cannot be moved.") % {"status": status}


def _new_time(row: Row) -> NewTime:
    visit = row.seat.appointment
    return NewTime(visit.pk, visit.version, row.after)


def _new_date(row: Row) -> NewDate:
    return NewDate(cast("Session", row.seat.session).pk, row.seat.appointment.pk, row.after)
