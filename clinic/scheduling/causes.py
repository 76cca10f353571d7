"""What is known of why somebody or something is shut, or the skin has to rest: for the words only.

The search itself needs no causes. They are looked up once it has failed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from clinic.scheduling.intervals import Interval, Timeline, merge


class Note(NamedTuple):
    """A stretch of time and the cause of it, in words: "leave", "Christmas", "maintenance"."""

    during: Interval
    text: str


@dataclass(frozen=True, slots=True)
class Causes:
    """`shut` by resource: closures and absences. `rests`: a sentence for each rest of the skin."""

    shut: Mapping[int, tuple[Note, ...]] = field(default_factory=dict)
    rests: tuple[Note, ...] = ()

    def shut_time(self, resource: int) -> Timeline:
        return merge(note.during for note in self.shut.get(resource, ()))

    def of_closing(self, resources: Iterable[int], during: Interval) -> str:
        """What keeps these shut at some time of the interval: "leave, maintenance"."""
        notes = [note for one in resources for note in self.shut.get(one, ())]
        return ", ".join(_texts(notes, during))

    def of_rest(self, during: Interval) -> str:
        """The sentences about rests that touch the interval, without the last full stop."""
        return ". ".join(_texts(self.rests, during))


def _texts(notes: Iterable[Note], during: Interval) -> list[str]:
    """Each text once, in order."""
    touching = (note for note in notes if _overlap(note.during, during))
    return list(dict.fromkeys(note.text for note in touching))


def _overlap(one: Interval, other: Interval) -> bool:
    return one.start < other.end and other.start < one.end
