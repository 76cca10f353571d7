"""What was done, in one sentence, and the visit on which it is shown."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import RearrangedVisit, Rearrangement
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.slots import Slot
from patients.models import Patient
from treatments.actions.ripple import Change
from treatments.queries import courses
from treatments.views import ripple_words as words


def said(change: Change, notify: bool) -> str:
    """ "Session 3 is on Thu 21 Jan, 15:30 now, session 4 moved too. Ada is told in 2 minutes." """
    known = courses.details_of([visit for visit, _to in change.moves])
    placed: list[tuple[int, Slot]] = [(row.number, to.slot) for row, to in change.books]
    placed += [
        (known[row.pk].number if row.pk in known else 0, to.slot) for row, to in change.moves
    ]
    (number, slot), *others = placed
    start = to_datetime(slot.start).astimezone(change.location.zone)
    label = words.session(number) if number else _("The visit")
    text = _("%(label)s is on %(when)s now") % {"label": label, "when": words.when(start)}
    if others:
        more = ngettext("%(which)s moved too", "%(which)s moved too", len(others))
        text += ", " + more % {"which": words.sessions_and([one for one, _slot in others])}
    return f"{text}. {_told(change.patient, notify)}"


def _told(patient: Patient, notify: bool) -> str:
    name = {"name": words.called(patient)}
    if not patient.may_be_emailed:
        return _("%(name)s gets no e-mail: %(why)s.") % (name | {"why": patient.why_not_emailed})
    if not notify:
        return _("%(name)s is not told.") % name
    minutes = settings.UNDO_SECONDS // 60
    if not minutes:
        return _("%(name)s is told at once.") % name
    text = ngettext(
        "%(name)s is told in %(n)d minute.", "%(name)s is told in %(n)d minutes.", minutes
    )
    return text % (name | {"n": minutes})


def visit_of(made: Rearrangement, change: Change) -> int:
    """The visit that it was about: the new one of a session that had lost its own, or the one that
    was moved first."""
    if change.books:
        booked = made.visits.filter(what=RearrangedVisit.What.BOOKED).order_by("pk")
        return booked.values_list("appointment", flat=True)[0]
    return change.moves[0][0].pk
