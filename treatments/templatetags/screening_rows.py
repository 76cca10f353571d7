"""Names of the rows of the screening matrix and of the treatments."""

from django import template
from django.utils.translation import gettext as _

from patients.models import Clearance
from treatments.models import Protocol
from treatments.screening_matrix import ROWS

register = template.Library()


@register.filter
def row_name(clearance: Clearance) -> str:
    return _(ROWS[clearance.row].name)


@register.filter
def modality_name(clearance: Clearance) -> str:
    return str(Protocol.Modality(clearance.modality).label)
