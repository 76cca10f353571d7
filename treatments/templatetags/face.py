"""The drawn face for templates: its three views with what lies on them, and words for places."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import template
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments import face_chart, face_lines
from treatments.face_chart import FULL, VIEWS, Place, Region, Spot, View
from treatments.face_lines import Line
from treatments.face_map import BY_KEY
from treatments.face_mesh import HEIGHT, WIDTH
from treatments.models import Finding
from treatments.queries.assessments import Mark

register = template.Library()

_SIDES: Final[dict[str, Promise]] = {
    "right": gettext_lazy("right"),
    "left": gettext_lazy("left"),
}


@dataclass(frozen=True, slots=True)
class DrawnPlace:
    """One place of a view: one piece of the drawing or two."""

    place: Place
    name: str
    pieces: list[Region]


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """A lesion in units of the drawing."""

    mark: Mark
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class DrawnView:
    key: View
    title: str
    lines: tuple[Line, ...]
    places: list[DrawnPlace]
    marks: list[DrawnMark]


@register.simple_tag
def face_views(marks: Iterable[Mark] = ()) -> list[DrawnView]:
    """The views as they lie on paper: the patient's right profile first."""
    lying = list(marks)
    return [
        DrawnView(
            view,
            str(Finding.View(view).label),
            face_lines.lines_of(view),
            _places(view),
            [_drawn(each) for each in lying if each.view == view],
        )
        for view in VIEWS
    ]


def _places(view: View) -> list[DrawnPlace]:
    found: dict[Place, DrawnPlace] = {}
    for region in face_chart.regions_of(view):
        place = region.place
        found.setdefault(place, DrawnPlace(place, place_name(place), [])).pieces.append(region)
    return list(found.values())


def _drawn(mark: Mark) -> DrawnMark:
    return DrawnMark(mark, mark.x * WIDTH / FULL, mark.y * HEIGHT / FULL)


@register.filter
def place_name(place: Place) -> str:
    """ "Cheek, left"; "Chin"."""
    site = str(_(BY_KEY[place.site].name))
    side = _SIDES.get(place.side)
    return f"{site}, {side}" if side else site


@register.filter
def eye_note(place: Place) -> str:
    """What is to be known of a place at the eye, else nothing."""
    if place.is_eye_area:
        return _("eye area")
    return _("edge of the eye area: look") if place.is_at_the_edge_of_the_eye else ""


@register.filter
def state_word(state: str) -> str:
    return str(Finding.State(state).label)


@register.filter
def size(mark: Mark) -> str:
    """ "12 × 1.5 mm", "1.5 mm", "12" for a cluster without a size."""
    parts = [str(mark.count)] if mark.count > 1 else []
    parts += [f"{mark.size_mm.normalize():f} mm"] if mark.size_mm else []
    return " × ".join(parts)


@register.simple_tag
def face_spots() -> dict[str, list[list[Any]]]:
    """Where lesions of a place are drawn that were named: place -> [[view, x, y], ...]."""
    return {
        f"{site.key}:{side}": [_spot(each) for each in face_chart.spots(site.key, side)]
        for site in BY_KEY.values()
        for side in face_chart.sides_of(site)
    }


def _spot(spot: Spot) -> list[Any]:
    return [spot.view, spot.x, spot.y]


@register.filter
def place_words(value: str | None) -> str:
    """ "Cheek, left" of "cheek:left"; nothing of what is no place."""
    if not value or value not in face_spots():
        return ""
    site, _colon, side = value.partition(":")
    return place_name(face_chart.check(site, side))


@register.filter
def at(words: dict[str, str], key: object) -> str:
    """The entry of a table of words, or nothing."""
    return words.get(str(key), "")


@register.filter
def in_cell(field: BoundField) -> SafeString:
    """The field alone, named for screen readers by its label; red when it is wrong."""
    own = str(field.field.widget.attrs.get("class", ""))
    classes = f"{own} is-invalid" if field.errors else own
    names: dict[str, str | bool] = {
        "aria-label": str(field.label),
        "data-field": field.name,
        "class": classes,
    }
    return field.as_widget(attrs=names)


@register.filter
def depth_word(depth: str) -> str:
    return str(Finding.Depth(depth).label)
