"""A drawn signature as text: "M10 90L14 80 20 71M200 40L210 60".

Each stroke begins with M and goes on with L, in whole units of a field of 600 by 200. That is
compact, can be drawn by any browser as it is, and a rule of the database can read it.
"""

import re
import unicodedata
from itertools import pairwise
from math import hypot
from typing import Final

WIDTH: Final = 600
HEIGHT: Final = 200
MAX_LENGTH: Final = 20_000
PATTERN: Final = r"^(M\d{1,3} \d{1,3}(L\d{1,3} \d{1,3}( \d{1,3} \d{1,3})*)?)+$"
# less ink than this, in units of the field, is a slip of the pen
LEAST_INK: Final = 150.0
LEAST_POINTS: Final = 8

# letters that no decomposition makes plain
_PLAIN: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})

Point = tuple[int, int]
Strokes = tuple[tuple[Point, ...], ...]


def read(path: str) -> Strokes | None:
    """The strokes of a path; None for anything that is not one, or leaves the field."""
    if len(path) > MAX_LENGTH or not re.fullmatch(PATTERN, path):
        return None
    strokes = tuple(_points(part) for part in path.split("M")[1:])
    inside = all(x <= WIDTH and y <= HEIGHT for stroke in strokes for x, y in stroke)
    return strokes if inside else None


def _points(part: str) -> tuple[Point, ...]:
    numbers = [int(each) for each in re.findall(r"\d+", part)]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def write(strokes: Strokes) -> str:
    return "".join(_stroke(stroke) for stroke in strokes if stroke)


def _stroke(points: tuple[Point, ...]) -> str:
    (x, y), *rest = points
    line = f"L{' '.join(f'{a} {b}' for a, b in rest)}" if rest else ""
    return f"M{x} {y}{line}"


def is_a_signature(strokes: Strokes) -> bool:
    """Whether there is enough ink to be somebody's hand rather than a slip."""
    points = sum(len(stroke) for stroke in strokes)
    ink = sum(hypot(b[0] - a[0], b[1] - a[1]) for stroke in strokes for a, b in pairwise(stroke))
    return points >= LEAST_POINTS and ink >= LEAST_INK


def is_name_of(typed: str, given: str, family: str) -> bool:
    """Whether somebody typed this person's name: the family name and a given name, in any order,
    with or without accents and capitals; more given names are no harm, other words are."""
    words, first, last = (_words(each) for each in (typed, given, family))
    has_given = bool(first & words) or not first
    return bool(words) and last <= words and has_given and words <= first | last


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return set(re.findall(r"\w+", bare.replace("’", "").replace("'", "")))
