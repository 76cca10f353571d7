"""How to reach the clinic and which day it is, for pages of patients."""

from datetime import date

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from clinic.models import Location
from clinic.queries import locations
from patients import letter_formats

register = template.Library()


@register.simple_tag
def locations_to_call() -> list[Location]:
    """Every location with its telephone number."""
    return [each for each in locations.all_known() if each.phone]


@register.filter
def long_day(value: date) -> str:
    """ "Tuesday 12 January", of a moment on its own clock."""
    return str(formats.date_format(value, _(letter_formats.LONG_DAY)))
