"""What a point of the drawn face lies on: tried everywhere, without a database."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments import face_lines
from treatments.face_chart import (
    FULL,
    VIEWS,
    OutsideTheFace,
    Place,
    Region,
    View,
    check,
    place_at,
    regions_of,
    sides_of,
    spots,
)
from treatments.face_map import BY_KEY, SITES
from treatments.face_mesh import HEIGHT, WIDTH

EVERY_PLACE = [Place(site.key, side) for site in SITES for side in sides_of(site)]
thousandths = st.integers(0, FULL)


def names_at(view: View, x: float, y: float) -> list[Place]:
    """All regions that cover a point, asked one by one and not until the first."""
    at = (x * WIDTH / FULL, y * HEIGHT / FULL)
    return [each.place for each in regions_of(view) if covers(each, at)]


def covers(region: Region, at: tuple[float, float]) -> bool:
    """Winding number: another arithmetic than that of the product."""
    turns = 0
    points = region.shape
    for (x1, y1), (x2, y2) in zip(points, (*points[1:], points[0]), strict=True):
        left = (x2 - x1) * (at[1] - y1) - (at[0] - x1) * (y2 - y1)
        if y1 <= at[1] < y2 and left > 0:
            turns += 1
        elif y2 <= at[1] < y1 and left < 0:
            turns -= 1
    return turns != 0


@given(st.sampled_from(VIEWS), thousandths, thousandths)
def test_any_point_is_one_place_or_refused(view: View, x: int, y: int) -> None:
    found = set(names_at(view, x, y))
    if found:
        assert {place_at(view, x, y)} == found
    else:
        with pytest.raises(OutsideTheFace):
            place_at(view, x, y)


@pytest.mark.parametrize("view", VIEWS)
def test_no_region_lies_over_another(view: View) -> None:
    grid = product(range(0, FULL + 1, 8), repeat=2)
    assert [(x, y, found) for x, y in grid if len(found := names_at(view, x, y)) > 1] == []


@pytest.mark.parametrize("view", VIEWS)
def test_neighbours_share_whole_edges(view: View) -> None:
    """Every edge belongs to two regions, or to one and then to the outline: nothing gapes."""
    edges = Counter(
        frozenset((start, end))
        for region in regions_of(view)
        for start, end in zip(region.shape, (*region.shape[1:], region.shape[0]), strict=True)
    )
    assert set(edges.values()) == {1, 2}
    outline = [each for each, times in edges.items() if times == 1]
    corners = Counter(corner for edge in outline for corner in edge)
    # closed lines: as many edges come to each corner as leave it
    assert {times % 2 for times in corners.values()} == {0}


def test_every_place_is_in_some_view() -> None:
    shown = {region.place for view in VIEWS for region in regions_of(view)}
    assert shown == set(EVERY_PLACE)
    assert {place.site for place in shown} == set(BY_KEY)
    assert len(BY_KEY) == 24


@pytest.mark.parametrize("place", EVERY_PLACE, ids=lambda each: f"{each.site}-{each.side}")
def test_a_named_place_has_spots_that_lie_on_it(place: Place) -> None:
    found = spots(place.site, place.side)
    assert len(found) >= 8
    assert len(set(found)) == len(found)
    assert {place_at(each.view, each.x, each.y) for each in found} == {place}


@given(st.sampled_from(VIEWS), thousandths, thousandths)
def test_the_left_is_the_mirror_of_the_right(view: View, x: int, y: int) -> None:
    other: dict[View, View] = {"front": "front", "right": "left", "left": "right"}
    sides = {"right": "left", "left": "right", "middle": "middle"}
    found, turned = names_at(view, x, y), names_at(other[view], FULL - x, y)
    # of a point on an edge, either neighbour may be right; the box for the whole face has no twin
    if found and turned and found[0].site == turned[0].site:
        assert sides[found[0].side] == turned[0].side


@pytest.mark.parametrize(
    ("view", "x", "y", "site", "side"),
    [
        ("front", 280, 560, "cheek", "right"),
        ("front", 720, 560, "cheek", "left"),
        ("front", 500, 260, "forehead", "middle"),
        ("front", 375, 400, "upper_eyelid", "right"),
        ("front", 375, 450, "lower_eyelid", "right"),
        ("front", 625, 450, "lower_eyelid", "left"),
        ("front", 500, 600, "nose_tip", "middle"),
        ("front", 500, 800, "chin", "middle"),
        ("front", 900, 910, "face", "middle"),
        ("right", 340, 590, "postauricular", "right"),
        ("left", 660, 590, "postauricular", "left"),
        ("right", 480, 530, "preauricular", "right"),
        ("right", 200, 300, "scalp", "middle"),
    ],
)
def test_well_known_points(view: View, x: int, y: int, site: str, side: str) -> None:
    assert place_at(view, x, y) == check(site, side)


@pytest.mark.parametrize(
    ("view", "x", "y"),
    [("front", 20, 20), ("front", 950, 300), ("right", 405, 510), ("left", 50, 500)],
)
def test_beside_the_face_and_on_the_ear_is_refused(view: View, x: int, y: int) -> None:
    with pytest.raises(OutsideTheFace, match="nothing lies at"):
        place_at(view, x, y)


@pytest.mark.parametrize(
    ("site", "side"), [("elbow", "right"), ("cheek", "middle"), ("chin", "left"), ("", "")]
)
def test_an_unknown_place_is_refused(site: str, side: str) -> None:
    with pytest.raises(ValueError, match="has no side"):
        check(site, side)


def test_the_eye_area_and_its_edge_are_told_apart() -> None:
    assert check("lower_eyelid", "left").is_eye_area
    assert not check("temple", "left").is_eye_area
    assert check("temple", "left").is_at_the_edge_of_the_eye
    assert not check("cheek", "left").is_at_the_edge_of_the_eye


@pytest.mark.parametrize("view", VIEWS)
def test_the_drawing_has_hair_brows_and_lines(view: View) -> None:
    lines = face_lines.lines_of(view)
    assert {each.kind for each in lines} == {"hair", "brow", "line", "fine"}
    assert lines[0].kind == "hair"
    assert all(each.d.startswith("M") for each in lines)
