"""Words about courses that more than one page needs."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.scheduling.spacing import Spacing
from treatments.models import Protocol

register = template.Library()


@register.filter
def apart(spacing: Spacing | None) -> str:
    """ "21 days apart (14–28)"; nothing for a treatment without gaps."""
    if spacing is None:
        return ""
    days = {"ideal": spacing.ideal, "min": spacing.min, "max": spacing.max}
    if spacing.max is None:
        return _("%(ideal)d days apart (%(min)d or more)") % days
    return _("%(ideal)d days apart (%(min)d–%(max)d)") % days


@register.filter
def how_long(protocol: Protocol) -> str:
    """ "45 minutes, then 30 each", or one figure when all visits take the same."""
    first, then = protocol.first_service.minutes, protocol.follow_up_service.minutes
    if first == then or protocol.sessions_max == 1:
        return ngettext("%(n)d minute", "%(n)d minutes", first) % {"n": first}
    return _("%(first)d minutes, then %(then)d each") % {"first": first, "then": then}
