"""Rows of a page that templates read quickly."""

from typing import Any


class Fields:
    """What a template asks for by name, found at once.

    For `row.name` a template tries `row["name"]` first. Where there is none, that raises and is
    caught, for each of the many hundred names of a page that lists forty dates.
    """

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)
