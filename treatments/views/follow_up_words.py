"""What a course waits for, as a sentence and a button."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.scheduling.spacing import Verdict
from treatments.models import Course
from treatments.queries.follow_ups import Displaced, FollowUp, Lost
from treatments.views.series_words import day_words


@dataclass(frozen=True, slots=True)
class Prompt:
    """ "Session 3 was missed on Tue 12 Jan." with "Find a new date"."""

    text: str
    verb: str
    url: str


def prompt(course: Course, found: FollowUp) -> Prompt:
    url = reverse("course-ripple", args=[course.pk])
    match found:
        case Lost():
            number = found.session.number
            return Prompt(_lost(found), _("Find a new date"), f"{url}?session={number}")
        case Displaced():
            return Prompt(_displaced(found), _("Find better dates"), url)


def _lost(found: Lost) -> str:
    words = {"number": found.session.number, "day": day_words(found.day)}
    if found.was_missed:
        return _("Session %(number)d was missed on %(day)s.") % words
    return _("Session %(number)d on %(day)s was cancelled.") % words


def _displaced(found: Displaced) -> str:
    words = {"number": found.session.number, "n": found.gap, "after": found.after}
    if found.verdict in (Verdict.REFUSED, Verdict.NEEDS_REASON):
        text = ngettext(
            "Session %(number)d is only %(n)d day after session %(after)d.",
            "Session %(number)d is only %(n)d days after session %(after)d.",
            found.gap,
        )
    else:
        text = _("Session %(number)d is late, %(n)d days after session %(after)d.")
    return text % words
