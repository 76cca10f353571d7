"""Telephone numbers that can be pressed."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from patients.phone_numbers import dialled

register = template.Library()
register.filter("dialled", dialled)


@register.filter
def to_call(phone: str) -> SafeString:
    """The number as a link by which a telephone calls it."""
    return format_html('<a class="nowrap" href="tel:{}">{}</a>', dialled(phone), phone)
