"""What messages are about, and where their facts come from.

A message names its subject by a key such as "session:12". The app that owns sessions registers,
at start-up, how to look at one: the facts of this moment, or why nothing should be sent. So this
app delivers messages about things it does not know, and renders them from live facts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from patients.models import Message


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes
    mimetype: str


MakeFile = Callable[[], Attachment | None]
"""Makes a file at the moment of sending; None when it cannot: the letter goes without it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter is rendered from; see docs/messages.md for the names in `context`.

    `files` are attachments that take their time to make: made when the letter is sent, not whenever
    somebody looks at what it would say.

    `secrets` are texts that stand in the letter and nowhere else: tokens of links. What is kept of
    the letter, or shown to staff, has dots in their place.
    """

    context: Mapping[str, object]
    attachments: tuple[Attachment, ...] = field(default=())
    secrets: tuple[str, ...] = field(default=())
    files: tuple[MakeFile, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Hold:
    """Not yet: look again at `until` (aware). `facts` are those it would go out with."""

    until: datetime
    reason: str
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """No longer true: never send it. The reason is shown to staff."""

    reason: str


Look = Callable[[Message, datetime], Facts | Hold | Stop]

# primary keys of subjects -> what staff call them, for example "Glycolic peel, session 2"
Describe = Callable[[Iterable[int]], Mapping[int, str]]

_looks: dict[str, Look] = {}
_describes: dict[str, Describe] = {}
_labels: dict[str, str] = {}


def register(name: str, look: Look, labels: Mapping[str, str], describe: Describe) -> None:
    """Make `name` (as in "session:12") a subject; `labels` are its kinds in words for staff."""
    _looks[name] = look
    _describes[name] = describe
    _labels.update(labels)


def registered() -> frozenset[str]:
    return frozenset(_looks)


def look(message: Message, now: datetime) -> Facts | Hold | Stop:
    """The facts of this moment for one message."""
    name = message.subject_key.partition(":")[0]
    if name not in _looks:
        return Stop(f"nobody knows what “{name}” is")
    return _looks[name](message, now)


def describe(subject_keys: Iterable[str]) -> dict[str, str]:
    """What staff call these subjects; asks each owner once."""
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for key in subject_keys:
        name, _, pk = key.partition(":")
        by_name[name].append(int(pk))
    return {
        f"{name}:{pk}": words
        for name, pks in by_name.items()
        if name in _describes
        for pk, words in _describes[name](pks).items()
    }


def subject_pk(message: Message) -> int:
    return int(message.subject_key.partition(":")[2])


def label(kind: str) -> str:
    """The kind in words for staff, for example "Day before"."""
    return _labels.get(kind, kind.replace("_", " ").capitalize())
