"""The lights beside a visit: what must be right before it begins.

The apps above know what that is and register a source; lists, calendar and panel draw what comes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from clinic.models import Appointment


@dataclass(frozen=True, slots=True)
class Light:
    """One thing that must be right. `level` is "ok", "warn" (see to it) or "missing" (it stops the
    visit); `text` are a few words, `detail` a sentence or ""."""

    level: str
    text: str
    detail: str = ""

    @property
    def is_loud(self) -> bool:
        return self.level != "ok"


Lights = Mapping[int, tuple[Light, ...]]
"""By the number of the appointment; a visit for which nothing is needed has none."""

Source = Callable[[Sequence[Appointment]], Mapping[int, Iterable[Light]]]

sources: list[Source] = []


def register_source(source: Source) -> None:
    """Ask this source for every list of visits, once a list; twice changes nothing.

    The appointments come with patient, service and location loaded.
    """
    if source not in sources:
        sources.append(source)


def of(appointments: Sequence[Appointment]) -> Lights:
    """The lights of all these visits, in a fixed number of queries."""
    found: dict[int, tuple[Light, ...]] = {}
    for source in sources if appointments else ():
        for pk, lights in source(appointments).items():
            found[pk] = (*found.get(pk, ()), *lights)
    return found
