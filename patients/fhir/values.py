"""Values out of FHIR JSON, where nothing is trusted to have the type it should have. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from patients.fhir.files import Json, LineError
from patients.one_line import one_line

T = TypeVar("T")

PARTIAL_DATE = re.compile(r"\d{4}(-\d{2})?")


def objects(value: object) -> list[Json]:
    """The objects in a list; none if it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def strings(value: object) -> list[str]:
    """The texts in a list that are not blank; none if it is no list."""
    return (
        [each for each in value if isinstance(each, str) and each.strip()]
        if isinstance(value, list)
        else []
    )


def first(value: object) -> str:
    return next(iter(strings(value)), "")


def one_of(value: object, known: Collection[str], otherwise: str) -> str:
    return value if isinstance(value, str) and value in known else otherwise


def text_of(value: object, longest: int, what: str) -> str:
    """One line of what can be seen; empty if it is no text. LineError if too long."""
    if not isinstance(value, str):
        return ""
    text = one_line(value)
    if len(text) > longest:
        raise LineError(f"the {what} is longer than {longest} characters")
    return text


def id_of(resource: Json) -> str:
    value = text_of(resource.get("id"), 100, "id")
    if not value:
        raise LineError("it has no id, so a second import could not find it again")
    return value


def instant(value: object, what: str) -> datetime | None:
    """A FHIR dateTime in UTC. A year or a month alone stands for its first moment."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(_completed(value) if isinstance(value, str) else "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise LineError(f"the {what} is not a date") from None


def codings(concept: object) -> list[Json]:
    """The codings of a CodeableConcept."""
    return objects(concept.get("coding")) if isinstance(concept, dict) else []


def code_of(concept: object) -> str:
    """The first code of a CodeableConcept."""
    return text_of(next(iter(codings(concept)), {}).get("code"), 30, "status")


def in_order(found: Iterable[tuple[Json, T]], uses: Sequence[str | None]) -> list[tuple[Json, T]]:
    """By the "use" of each: those in `uses` in that order, others behind; otherwise as given."""
    return sorted(found, key=lambda each: _place(each[0].get("use"), uses))


def _place(use: object, uses: Sequence[str | None]) -> int:
    return uses.index(use) if use is None or (isinstance(use, str) and use in uses) else len(uses)


def _completed(value: str) -> str:
    return value + "-01-01"[len(value) - 4 :] if PARTIAL_DATE.fullmatch(value) else value
