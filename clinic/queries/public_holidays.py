"""Public holidays, as the package `holidays` knows them: by country and part of it.

Countries and their parts are ISO 3166 codes. A holiday that is moved or observed on another day
appears on each day that the package gives.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

from clinic.models import Closure, Location, OpenHoliday

# a year and a half: what is decided early can be planned around
AHEAD = timedelta(days=548)


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str


def known(country: str, subdivision: str) -> bool:
    """Whether the package knows the country, and the part of it unless that is empty."""
    parts = _parts().get(country)
    return parts is not None and (not subdivision or subdivision in parts)


@lru_cache(maxsize=1)
def _parts() -> dict[str, list[str]]:
    """The codes of parts by country. The package knows some parts that have none, such as one town:
    those are left out."""
    supported = holidays.list_supported_countries(include_aliases=False)
    return {
        country: [each for each in parts if re.fullmatch(r"[A-Z0-9]{1,3}", each)]
        for country, parts in supported.items()
    }


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    """(code, name) of every country, by name."""
    named = ((code, _spaced(name)) for name, code, *_others in COUNTRIES.values())
    return tuple(sorted((each for each in named if each[0] in _parts()), key=lambda each: each[1]))


def subdivisions(country: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every part of a country with holidays of its own; the code where the package
    has no name."""
    if not known(country, ""):
        return ()
    found = holidays.country_holidays(country)
    aliases: dict[str, str] = getattr(found, "subdivisions_aliases", {})
    names = {code: name for name, code in reversed(aliases.items())}
    named = ((code, names.get(code, code)) for code in _parts()[country])
    return tuple(sorted(named, key=lambda each: each[1]))


def between(country: str, subdivision: str, first: date, until: date) -> tuple[Holiday, ...]:
    """The public holidays on the days `[first, until)`, in English where the package has it."""
    if not known(country, subdivision):
        return ()
    languages = getattr(holidays.country_holidays(country), "supported_languages", ())
    english = sorted(each for each in languages if each.startswith("en"))
    found = holidays.country_holidays(
        country,
        subdiv=subdivision or None,
        years=range(first.year, until.year + 1),
        language=english[0] if english else None,
    )
    days = sorted(each for each in found.items() if first <= each[0] < until)
    return tuple(Holiday(day, name[:100]) for day, name in days)


def undecided(location: Location, today: date) -> tuple[Holiday, ...]:
    """The next public holidays of a location that are neither closed nor kept open."""
    until = today + AHEAD
    decided = set(_closed(location, today, until))
    kept_open = OpenHoliday.objects.filter(location=location, day__gte=today)
    decided |= set(kept_open.values_list("day", flat=True))
    found = between(location.country, location.subdivision, today, until)
    return tuple(each for each in found if each.day not in decided)


def kept_open(location: Location, today: date) -> list[OpenHoliday]:
    """Those that lie ahead and were decided against."""
    return list(OpenHoliday.objects.filter(location=location, day__gte=today).order_by("day"))


def _closed(location: Location, first: date, until: date) -> Iterator[date]:
    rows = Closure.objects.filter(location=location, starts_on__lt=until, ends_on__gte=first)
    for start, end in rows.values_list("starts_on", "ends_on"):
        for day in range(max(start, first).toordinal(), min(end, until).toordinal() + 1):
            yield date.fromordinal(day)


def _spaced(name: str) -> str:
    """ "UnitedKingdom" as "United Kingdom", "IsleOfMan" as "Isle of Man"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r" (Of|And|The)\b", lambda small: small[0].lower(), words)
