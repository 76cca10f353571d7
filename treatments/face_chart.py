"""What a point of the drawn face lies on, and where a lesion of a site is drawn.

Points are thousandths of the width and of the height of a view, from its upper left corner. The
patient's right lies at the left of the page. Regions come from `face_mesh`, for the drawing and
for this arithmetic alike: what is seen is what is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from treatments.face_map import BY_KEY, Site
from treatments.face_mesh import (
    FRONT_CORNERS,
    FRONT_HALF,
    HEIGHT,
    PROFILE,
    PROFILE_CORNERS,
    WHOLE_FACE,
    WIDTH,
    Corners,
    Regions,
)

View = Literal["front", "right", "left"]
Side = Literal["right", "left", "middle"]
Shape = tuple[tuple[int, int], ...]

VIEWS: Final[tuple[View, ...]] = ("right", "front", "left")
FULL: Final = 1000
_OTHER: Final[dict[Side, Side]] = {"right": "left", "left": "right", "middle": "middle"}
_SPOTS: Final = 24


class OutsideTheFace(ValueError):
    """The point lies on no region of this view."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site and its side; sites of the middle have no other."""

    site: str
    side: Side

    @property
    def is_eye_area(self) -> bool:
        """Cryotherapy stays away (clinical fact base 4.1, rule S8)."""
        return BY_KEY[self.site].eye == "yes"

    @property
    def is_at_the_edge_of_the_eye(self) -> bool:
        """The clinician looks whether it still belongs to the eye area."""
        return BY_KEY[self.site].eye == "review"


@dataclass(frozen=True, slots=True)
class Region:
    """One piece of a place in one view; `shape` in units of the drawing (800 by 1000)."""

    place: Place
    shape: Shape

    @property
    def points(self) -> str:
        """For the attribute of an SVG polygon."""
        return " ".join(f"{x},{y}" for x, y in self.shape)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is drawn."""

    view: View
    x: int
    y: int


def check(site: str, side: str) -> Place:
    """The place of this name; ValueError for an unknown site or a side that it does not have."""
    known = BY_KEY.get(site)
    if known is None or side not in sides_of(known):
        raise ValueError(f"{site!r} has no side {side!r}")
    return Place(site, _side(side))


def sides_of(site: Site) -> tuple[Side, ...]:
    return ("right", "left") if site.paired else ("middle",)


def _side(text: str) -> Side:
    return "right" if text == "right" else "left" if text == "left" else "middle"


def place_at(view: View, x: float, y: float) -> Place:
    """What lies at this point, in thousandths; OutsideTheFace beside the face and on the ear."""
    at = (x * WIDTH / FULL, y * HEIGHT / FULL)
    for region in regions_of(view):
        if _covers(region.shape, at):
            return region.place
    raise OutsideTheFace(f"nothing lies at {x}, {y} of the view {view!r}")


@cache
def regions_of(view: View) -> tuple[Region, ...]:
    """All pieces of a view, none over another."""
    if view == "front":
        return (*_front(), Region(Place("face", "middle"), WHOLE_FACE))
    mine = tuple(_read(PROFILE_CORNERS, PROFILE))
    return mine if view == "right" else tuple(_mirrored(each) for each in mine)


def _front() -> Iterable[Region]:
    for region in _read(FRONT_CORNERS, FRONT_HALF):
        yield region
        yield _mirrored(region)


def _read(corners: Corners, regions: Regions) -> Iterable[Region]:
    for site, names in regions.items():
        side: Side = "right" if BY_KEY[site].paired else "middle"
        yield Region(Place(site, side), tuple(corners[name] for name in names.split()))


def _mirrored(region: Region) -> Region:
    shape = tuple((WIDTH - x, y) for x, y in reversed(region.shape))
    return Region(Place(region.place.site, _OTHER[region.place.side]), shape)


def _covers(shape: Shape, at: tuple[float, float]) -> bool:
    """Whether a ray from the point crosses the edge an odd number of times. Half-open: of two
    regions that share an edge, exactly one covers a point on it."""
    x, y = at
    inside = False
    for (x1, y1), (x2, y2) in _edges(shape):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _edges(shape: Shape) -> Iterable[tuple[tuple[int, int], tuple[int, int]]]:
    return zip(shape, (*shape[1:], shape[0]), strict=True)


@cache
def spots(site: str, side: str) -> tuple[Spot, ...]:
    """Places for lesions that were named and not pointed at: the middle first, then far apart, then
    closer. In the view that shows most of the site. ValueError as for `check`.
    """
    place = check(site, side)
    if place.side == "left":
        return tuple(
            Spot(_OTHER_VIEW[each.view], FULL - each.x, each.y) for each in spots(site, "right")
        )
    view, shapes = _best_view(place)
    # clear of the edge, so that rounding to thousandths leaves them inside
    points = [each for each in _grid(shapes) if _depth(shapes, each) >= 2]
    points.sort(key=lambda each: -_depth(shapes, each))
    found: list[tuple[float, float]] = []
    for apart in _APART:
        for point in points:
            if all(_apart(point, other) >= apart for other in found):
                found.append(point)
    chosen = found[:_SPOTS]
    return tuple(Spot(view, round(x * FULL / WIDTH), round(y * FULL / HEIGHT)) for x, y in chosen)


_STEP: Final = 6
# how far spots lie from each other, the first ones and those after; units of the drawing
_APART: Final = (48, 30, 18, 11)
_OTHER_VIEW: Final[dict[View, View]] = {"front": "front", "right": "left", "left": "right"}


def _best_view(place: Place) -> tuple[View, tuple[Shape, ...]]:
    shown: dict[View, tuple[Shape, ...]] = {
        view: _pieces(view, place) for view in ("front", "right")
    }
    view: View = "front" if shown["front"] else "right"
    return view, shown[view]


def _pieces(view: View, place: Place) -> tuple[Shape, ...]:
    return tuple(each.shape for each in regions_of(view) if each.place == place)


def _grid(shapes: Sequence[Shape]) -> Iterable[tuple[float, float]]:
    for shape in shapes:
        xs, ys = [x for x, _ in shape], [y for _, y in shape]
        for x in range(min(xs) + _STEP // 2, max(xs), _STEP):
            for y in range(min(ys) + _STEP // 2, max(ys), _STEP):
                if _covers(shape, (x, y)):
                    yield x, y


def _depth(shapes: Sequence[Shape], at: tuple[float, float]) -> float:
    """How far from the nearest edge of its piece; at most 30, deeper is no better."""
    own = [shape for shape in shapes if _covers(shape, at)]
    return min([30.0, *(_from_edge(at, *edge) for shape in own for edge in _edges(shape))])


def _from_edge(at: tuple[float, float], start: tuple[int, int], end: tuple[int, int]) -> float:
    (x, y), (x1, y1), (x2, y2) = at, start, end
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
    part = min(1.0, max(0.0, along))
    return _apart(at, (x1 + part * (x2 - x1), y1 + part * (y2 - y1)))


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
