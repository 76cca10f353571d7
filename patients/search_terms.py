"""What somebody typed to find a patient: parts of names, numbers and birth dates. Pure.

"ada 92", "lind 4581", "14 Mar 1992" and "+44 20 7946 0018" are all understood; every term has to
fit, in any order. Days stand before months unless that is no date.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

LONGEST_TEXT = 100
MOST_TERMS = 8

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?,?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        rf"(?<![\d./-])(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.]{_YEAR}(?![\d./-])",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s*{_MONTH}\s*{_YEAR}(?!\d)",
        rf"(?<![^\W\d_]){_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)",
    )
]
_NUMBER = re.compile(r"(?<![^\s,;])\+?\(?\d(?:[\d\s()./-]*\d)?(?![^\s,;])")
_BETWEEN_NAMES = re.compile(r"[\s,;-]+")
# a term of nothing else is empty once it is folded, and would fit everybody
_FOLDED_AWAY = "'’`´."
# numbers this long carry a country code or a trunk zero; the last digits tell people apart
_LONG_NUMBER = 10
_TELLING_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that may be part of a telephone number, and what else they may mean.

    `phone` is the part to look for, at the end of the number only if `at_end`. `years` are full
    years of birth, `days` full birth dates. `parts` are the pieces as they were typed, if several:
    all of them fitting by themselves counts as well.
    """

    phone: str
    at_end: bool = False
    years: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    parts: tuple["Number", ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that has to fit. Each entry of `births` holds the readings of one date."""

    names: tuple[str, ...] = ()
    births: tuple[tuple[date, ...], ...] = ()
    numbers: tuple[Number, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.births or self.numbers)


def understood(text: str) -> Terms:
    """The terms in a text; only its first LONGEST_TEXT characters and MOST_TERMS names count."""
    rest = text.replace("\x00", " ")[:LONGEST_TEXT]
    births: list[tuple[date, ...]] = []
    for pattern in _DATES:
        rest = pattern.sub(_taking(_days_of, births), rest)
    numbers: list[Number] = []
    rest = _NUMBER.sub(_taking(_number_of, numbers), rest)
    names = [name for name in _BETWEEN_NAMES.split(rest) if name.strip(_FOLDED_AWAY)]
    return Terms(tuple(names[:MOST_TERMS]), tuple(births), tuple(numbers[:MOST_TERMS]))


def _taking(
    read: Callable[[re.Match[str]], Any], into: list[Any]
) -> Callable[[re.Match[str]], str]:
    """A replacement that keeps what can be read and takes it out of the text."""

    def replace(match: re.Match[str]) -> str:
        found = read(match)
        if not found:
            return match[0]
        into.append(found)
        return " "

    return replace


def _days_of(match: re.Match[str]) -> tuple[date, ...]:
    found = match.groupdict()
    day = int(found["day"])
    month = _MONTHS.index(found["name"].lower()) + 1 if "name" in found else int(found["month"])
    years = _years(found["year"])
    return _valid(years, month, day) or _valid(years, day, month)


def _years(digits: str) -> tuple[int, ...]:
    """Both centuries a short year may mean: a patient is either born in it or not. There is no
    year 0: four zeros are only the end of a telephone number."""
    year = int(digits)
    if len(digits) == 4:
        return (year,) if year else ()
    return (1900 + year, 2000 + year)


def _valid(years: tuple[int, ...], month: int, day: int) -> tuple[date, ...]:
    return tuple(filter(None, (_day(year, month, day) for year in years)))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number_of(match: re.Match[str]) -> Number:
    pieces = re.findall(r"\d+", match[0])
    whole = "".join(pieces)
    if len(pieces) == 1:
        return _piece(whole)
    phone = whole[-_TELLING_DIGITS:] if len(whole) >= _LONG_NUMBER else whole
    return Number(phone, parts=tuple(_piece(each) for each in pieces))


def _piece(digits: str) -> Number:
    match len(digits):
        case 1 | 2:
            return Number(digits, at_end=True, years=_years(digits) if len(digits) == 2 else ())
        case 4:
            return Number(digits, years=_years(digits))
        case 8:
            return Number(digits, days=_compact(digits))
        case n if n >= _LONG_NUMBER:
            return Number(digits[-_TELLING_DIGITS:])
    return Number(digits)


def _compact(digits: str) -> tuple[date, ...]:
    """14031992 and 19920314 without anything between."""
    day_first = _day(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    year_first = _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return tuple(filter(None, (day_first, year_first)))
