"""How to reach the clinic and which day it is, for pages of patients."""

from datetime import date

from django import template
from django.utils import formats
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clinic.models import Location
from clinic.queries import locations
from patients import letter_formats
from patients.templatetags.phones import to_call

register = template.Library()


@register.simple_tag
def locations_to_call() -> list[Location]:
    """Every location with its telephone number."""
    return [each for each in locations.all_known() if each.phone]


@register.simple_tag
def numbers_to_call() -> SafeString:
    """All numbers in one line, each to be pressed; with their places where there are several."""
    known = locations_to_call()
    if len(known) == 1:
        return to_call(known[0].phone)
    return format_html_join(", ", "{} {}", ((each.name, to_call(each.phone)) for each in known))


@register.filter
def long_day(value: date) -> str:
    """ "Tuesday 12 January", of a moment on its own clock."""
    return str(formats.date_format(value, _(letter_formats.LONG_DAY)))
