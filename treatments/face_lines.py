"""The lines of the drawn face: what is seen, over the regions of `face_mesh`. Own drawing.

A line is a chain of corners by name and of places of its own, "x:y", through which a smooth curve
is drawn. Kinds are classes of the style sheet: "hair" and "brow" are filled, "line" and "fine" are
strokes. As in `face_mesh` only the patient's right is written down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from treatments.face_mesh import FRONT_CORNERS, PROFILE_CORNERS, WIDTH, Corners

Points = Sequence[tuple[float, float]]

# drawn once and mirrored into the other half
_FRONT_HALF: Final = (
    ("fine", "te2 142:432 128:462 136:530 152:588 ea2"),
    ("fine", "150:462 146:480 152:520 160:556"),
    ("line", "ja3 262:822 ne1 ne2 226:950 ne3 ne4"),
    ("brow", "br1 br2 br3 br4 br5 br6 br7"),
    ("line", "244:408 la2 ul1 ul2 ul3 me5 352:414"),
    ("fine", "262:426 256:434"),
    ("fine", "280:432 276:442"),
    ("fine", "300:436 300:447"),
    ("fine", "320:433 324:443"),
    ("fine", "242:396 268:378 302:371 334:382 352:402"),
    ("fine", "262:462 300:478 338:466"),
    ("fine", "366:404 378:440 374:494 366:540"),
    ("line", "342:578 324:592 321:612 334:630 348:628"),
    ("line", "352:634 366:630 380:640"),
    ("fine", "312:618 296:652 286:690"),
)
_FRONT_WHOLE: Final = (
    ("line", "te1 te2 ea1 ea2 ja1 ja2 ja3 ja4 ja5 ja6"),
    ("line", "380:640 390:650 400:652"),
    ("line", "mo1 344:688 372:690 388:687 mo3"),
    ("fine", "mo1 346:678 382:664 400:671"),
    ("fine", "mo1 344:714 374:726 400:728"),
    ("fine", "366:754 384:749 400:748"),
)
_FRONT_HAIR: Final = "te1 sk5 sk4 sk3 sk2 sk1 sk0"
_FRONT_HAIRLINE: Final = "ha0 ha1 ha2 ha3 te1"

_PROFILE: Final = (
    (
        "line",
        "fo1 fo2 fo3 fo4 fo5 no1 no2 no3 ti5 ti4 ti3 li1 li2 li3 li4 li5 ch4 ch5 ch6 ne1 ne2 ne3",
    ),
    ("line", "sk8 ne6 ne5 ne4"),
    ("fine", "ea7 ja1 ja2 ja3 ja4 ch6"),
    ("line", "ea2 ea3 ea4 ea5 ea6 ea7 ea8 ea9 ea0 ea1 ea2"),
    ("fine", "312:452 340:442 356:468 350:508 336:530 340:566 330:590"),
    ("fine", "318:486 336:488 330:520 316:540"),
    ("brow", "br1 br2 br3 br4 br5 br6 br7"),
    ("line", "488:410 la2 ul1 ul2 me5 584:418"),
    ("fine", "504:428 498:438"),
    ("fine", "522:435 519:446"),
    ("fine", "546:437 548:449"),
    ("fine", "484:396 512:378 548:374 580:392"),
    ("fine", "508:466 546:480 576:466"),
    ("line", "602:574 586:588 584:608 600:624 620:618"),
    ("line", "626:624 640:616 656:622"),
    ("fine", "578:610 562:644 552:690"),
    ("line", "li3 612:697 mo1"),
    ("fine", "li1 618:670 mo1"),
    ("fine", "630:738 606:724 mo1"),
)
_PROFILE_HAIR: Final = "fo1 sk1 sk2 sk3 sk4 sk5 sk6 sk7 sk8"
_PROFILE_HAIRLINE: Final = "sk8 po4 po3 po2 po1 ea1 ea2 ha4 ha3 ha2 ha1 fo1"


@dataclass(frozen=True, slots=True)
class Line:
    """One path; `kind` is its class, `d` its data."""

    kind: str
    d: str


@cache
def lines_of(view: str) -> tuple[Line, ...]:
    """What is drawn of a view, the hair first."""
    if view == "front":
        return tuple(_front())
    turned = view == "left"
    own = tuple(
        Line(kind, _curve(_turn(_places(PROFILE_CORNERS, chain), turned), closed=kind == "brow"))
        for kind, chain in _PROFILE
    )
    hair = [_places(PROFILE_CORNERS, chain) for chain in (_PROFILE_HAIR, _PROFILE_HAIRLINE)]
    return (_filled(*(_turn(part, turned) for part in hair)), *own)


def _front() -> Iterable[Line]:
    hair, hairline = (_places(FRONT_CORNERS, chain) for chain in (_FRONT_HAIR, _FRONT_HAIRLINE))
    crown = [*hair, *reversed(_turn(hair[:-1], True))]
    brow = [*_turn(list(reversed(hairline))[:-1], True), *hairline]
    yield _filled(crown, brow)
    for kind, chain in _FRONT_WHOLE:
        half = _places(FRONT_CORNERS, chain)
        yield Line(kind, _curve([*half, *reversed(_turn(half[:-1], True))]))
    for kind, chain in _FRONT_HALF:
        half = _places(FRONT_CORNERS, chain)
        for turned in (False, True):
            yield Line(kind, _curve(_turn(half, turned), closed=kind == "brow"))


def _places(corners: Corners, chain: str) -> list[tuple[float, float]]:
    return [corners[name] if ":" not in name else _place(name) for name in chain.split()]


def _place(text: str) -> tuple[float, float]:
    x, y = text.split(":")
    return float(x), float(y)


def _turn(points: Points, turned: bool) -> list[tuple[float, float]]:
    return [(WIDTH - x, y) if turned else (x, y) for x, y in points]


def _filled(*parts: Points) -> Line:
    """A closed shape of several curves, each beginning where the last one ended."""
    first, *rest = (_curve(part) for part in parts)
    return Line("hair", first + "".join(each[each.index("C") :] for each in rest) + "Z")


def _curve(points: Points, closed: bool = False) -> str:
    """Path data of a Catmull-Rom curve through the points, as cubic Béziers."""
    around = [points[-1], *points, points[0], points[1]] if closed else None
    chain = around or [points[0], *points, points[-1]]
    found = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, start, end, after in zip(chain, chain[1:], chain[2:], chain[3:], strict=False):
        found.append(
            f"C{_bend(start, end, before)} {_bend(end, start, after)} {end[0]:g} {end[1]:g}"
        )
    return "".join(found) + ("Z" if closed else "")


def _bend(at: tuple[float, float], on: tuple[float, float], off: tuple[float, float]) -> str:
    """The control point beside `at`, towards `on`, on the direction from `off` to `on`."""
    return f"{at[0] + (on[0] - off[0]) / 6:.1f} {at[1] + (on[1] - off[1]) / 6:.1f}"
