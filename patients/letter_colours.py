"""The clinic's colour in letters: what can be read on it, and its shades. Pure.

Contrast as WCAG 2.2 counts it: 1 for the same colour, 21 for black on white.
"""

import re
from dataclasses import dataclass
from typing import Final

PATTERN: Final = r"^#[0-9A-F]{6}$"
ACCENT: Final = "#0E6B6B"
"""What letters have without a colour of the clinic's own."""
LEAST: Final = 4.5
"""Contrast that text of this size needs (WCAG 2.2, 1.4.3)."""

_PAPER, _NIGHT, _NIGHT_INK = "#FFFFFF", "#1B2528", "#0B2424"

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shades:
    """`fill` and `line` are the pale ground and border of a visit; `night` is the colour for dark
    screens, where it is text and the ground of buttons."""

    accent: str
    fill: str
    line: str
    night: str


SHIPPED: Final = Shades(ACCENT, "#E3F1F0", "#C9E0DE", "#6FC7C2")


def shades(accent: str) -> Shades:
    """Of a colour such as "#0E6B6B"; the shipped ones when it is empty or that one."""
    if accent in ("", ACCENT):
        return SHIPPED
    return Shades(accent, mix(accent, _PAPER, 0.88), mix(accent, _PAPER, 0.76), _at_night(accent))


def is_colour(text: str) -> bool:
    return re.fullmatch(PATTERN, text) is not None


def can_be_read(accent: str) -> bool:
    """Whether it does as text on white, and white as text on it."""
    return contrast(accent, _PAPER) >= LEAST


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """So much of the second in the first."""
    parts = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in parts)


def _at_night(accent: str) -> str:
    """The first lighter shade that is read on the dark ground and carries dark text."""
    lighter = (mix(accent, _PAPER, step / 20) for step in range(21))
    return next(each for each in lighter if _does_at_night(each))


def _does_at_night(colour: str) -> bool:
    return min(contrast(colour, _NIGHT), contrast(colour, _NIGHT_INK)) >= LEAST


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
