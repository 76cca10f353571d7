"""Guidance in words."""

from django import template
from django.utils.translation import gettext as _

from treatments.guidance import Point
from treatments.models import DecisionOption, Protocol

register = template.Library()


@register.filter
def said(point: Point) -> str:
    """The sentence in the reader's language."""
    return _(point.text) % point.values if point.values else _(point.text)


@register.filter
def modality_name(modality: str) -> str:
    return str(Protocol.Modality(modality).label)


@register.filter
def level_name(level: str) -> str:
    return str(DecisionOption.Level(level).label)
