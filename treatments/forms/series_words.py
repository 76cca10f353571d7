"""The words of what can be chosen in the search for a series."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Resource
from clinic.scheduling.spacing import Spacing
from treatments.models import Session


def only(person: Resource) -> str:
    return _("Only %(name)s") % {"name": person.name}


def how_many(run: Sequence[Session]) -> str:
    """ "All 5", "Next 4", "Only session 3"."""
    if len(run) == 1:
        return _("Session %(number)d") % {"number": run[0].number}
    return ngettext("%(n)d session", "%(n)d sessions", len(run)) % {"n": len(run)}


def usual_gaps(spacing: Spacing | None) -> str:
    if spacing is None:
        return _("any")
    if spacing.max is None:
        return _("%(min)d or more") % {"min": spacing.min}
    return _("%(min)d to %(max)d, as usual") % {"min": spacing.min, "max": spacing.max}


def late_gaps(spacing: Spacing) -> str:
    if spacing.lapse is None:
        return _("%(min)d or more") % {"min": spacing.min}
    return _("%(min)d to %(lapse)d, late if need be") % {
        "min": spacing.min,
        "lapse": spacing.lapse,
    }


def reasoned_gaps(spacing: Spacing) -> str:
    return _("%(floor)d or more, with my reason") % {"floor": spacing.floor}
