"""What messages are about, and where their facts come from.

A message names its subject by a key such as "session:12". The app that owns sessions registers,
at start-up, how to look at one: the facts of this moment, or why nothing should be sent. So this
app delivers messages about things it does not know, and renders them from live facts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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
class LinkWanted:
    """A link that the letter should have: made when it is written, not when it is looked at.
    `route` is the name of the address that takes its token; the rest is as in `Link`."""

    route: str
    purpose: str
    subject_key: str
    expires_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter is rendered from; see docs/messages.md for the names in `context`.

    `links` are addresses for the context, by their names there. `files` are attachments that take
    their time to make: made when the letter is sent, not whenever somebody looks at what it would
    say.

    `secrets` are texts that stand in the letter and nowhere else: tokens of links. What is kept of
    the letter, or shown to staff, has dots in their place.
    """

    context: Mapping[str, object]
    attachments: tuple[Attachment, ...] = field(default=())
    secrets: tuple[str, ...] = field(default=())
    links: Mapping[str, LinkWanted] = field(default_factory=dict)
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


@dataclass(frozen=True, slots=True)
class Broken:
    """It could not be looked at: a fault of ours, that must not hold up the others."""

    error: Exception


Seen = Facts | Hold | Stop
Look = Callable[[Message, datetime], Seen]
LookMany = Callable[[Sequence[Message], datetime], Mapping[int, Seen]]

# primary keys of subjects -> what staff call them, for example "Glycolic peel, session 2"
Describe = Callable[[Iterable[int]], Mapping[int, str]]

_looks: dict[str, LookMany] = {}
_describes: dict[str, Describe] = {}
_labels: dict[str, str] = {}
_purposes: dict[str, str] = {}
_leading: set[str] = set()


def register(name: str, look: Look, labels: Mapping[str, str], describe: Describe) -> None:
    """Make `name` (as in "session:12") a subject; `labels` are its kinds in words for staff."""
    register_many(name, _one_by_one(look), labels, describe)


def register_many(name: str, look: LookMany, labels: Mapping[str, str], describe: Describe) -> None:
    """As `register`, for a subject that looks at many messages at once, answering by their keys."""
    _looks[name] = look
    _describes[name] = describe
    _labels.update(labels)


def _one_by_one(look: Look) -> LookMany:
    return lambda messages, now: {each.pk: look(each, now) for each in messages}


def register_purposes(purposes: Mapping[str, str]) -> None:
    """Which kinds a patient may do without, and under which purpose (`MessagePreference`). A kind
    that is not named here is about a visit or about safety, and always sent."""
    _purposes.update(purposes)


def purpose(kind: str) -> str:
    """The purpose that a patient may refuse this kind under; empty when it is always sent."""
    return _purposes.get(kind, "")


def register_leading(kinds: Iterable[str]) -> None:
    """Which kinds are for the patient's safety: a letter of several messages begins with them and
    has their subject."""
    _leading.update(kinds)


def leads(kind: str) -> bool:
    return kind in _leading


def registered() -> frozenset[str]:
    return frozenset(_looks)


def look(message: Message, now: datetime) -> Seen:
    """The facts of this moment for one message."""
    seen = look_at([message], now)[message.pk]
    if isinstance(seen, Broken):
        raise seen.error
    return seen


def look_at(messages: Iterable[Message], now: datetime) -> dict[int, Seen | Broken]:
    """The facts of this moment for all of these, asking each owner once.

    Where an owner fails it is asked again for each message alone: one bad row harms only itself.
    """
    by_name: defaultdict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_name[message.subject_key.partition(":")[0]].append(message)
    seen: dict[int, Seen | Broken] = {}
    for name, own in by_name.items():
        if name not in _looks:
            seen |= {each.pk: Stop(f"nobody knows what “{name}” is") for each in own}
            continue
        try:
            seen.update(_looks[name](own, now))
        except Exception as error:
            alone = len(own) == 1
            seen.update({own[0].pk: Broken(error)} if alone else _each_alone(own, now))
    return seen


def _each_alone(messages: Iterable[Message], now: datetime) -> dict[int, Seen | Broken]:
    return {each.pk: look_at([each], now)[each.pk] for each in messages}


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
