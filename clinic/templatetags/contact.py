"""How to reach the clinic, for pages of patients."""

from django import template

from clinic.models import Location
from clinic.queries import locations

register = template.Library()


@register.simple_tag
def locations_to_call() -> list[Location]:
    """Every location with its telephone number."""
    return [each for each in locations.all_known() if each.phone]
