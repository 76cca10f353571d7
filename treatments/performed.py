"""What was really done at a visit, as the letters after it depend on it. Pure.

Known once the record of the visit is signed; until then letters go by what is booked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from treatments.protocol_data.model import Modality
from treatments.protocol_data.step import Step

LATE: Final = timedelta(hours=2)
"""A visit that is closed later than this after its booked end was closed from memory: practice,
unsourced."""


@dataclass(frozen=True, slots=True)
class Performed:
    """`modality` is what was given, whatever was booked: the agent of a peel counts. `applied` is
    false when the visit was broken off before anything was put on the skin. `ended_at` is aware.
    `handed_out` are the names of products taken home. Not `signed`, it may still be changed."""

    modality: Modality
    ended_at: datetime
    applied: bool = True
    broken_off: bool = False
    eye_area: bool = False
    blister: bool = False
    plaster: bool = False
    handed_out: tuple[str, ...] = ()
    signed: bool = True


def was_applied(kind: str, *, broken_off: bool, contact_seconds: int | None, treated: int) -> bool:
    """Whether anything was put on, or done to, the skin. A peel that was not applied has a contact
    time of 0; a treatment of single lesions that was broken off may have reached none."""
    if kind == "peel":
        return contact_seconds != 0
    return not broken_off or treated > 0 or kind == "retinoid"


def real_end(
    starts: datetime, ends: datetime, begun_at: datetime | None, closed_at: datetime | None
) -> datetime:
    """When the treatment ended: as it was closed, if that was done on the spot; else as long after
    it was begun as it was booked for; else as booked. `starts` and `ends` are the booked ones."""
    if closed_at is not None and starts <= closed_at <= ends + LATE:
        return closed_at
    if begun_at is not None and starts <= begun_at <= ends + LATE:
        return begun_at + (ends - starts)
    return ends


def doubt(done: Performed, *, tells: bool) -> str:
    """Why a letter about what was done waits for the signature; empty when it need not. `tells`:
    whether what was done has such a letter at all."""
    if done.signed:
        return ""
    if not done.applied:
        return "the record says that nothing was applied, and is not signed yet"
    return "" if tells else "the record names another treatment, and is not signed yet"


def steps_after(
    own: Iterable[Step], done: Performed | None, others: Iterable[Step]
) -> tuple[Step, ...]:
    """The steps of a visit by what was done: its own before it; after it those of the treatment
    given (`others`, where that was another one than its own), none where nothing was applied."""
    steps = tuple(own)
    if done is None:
        return steps
    before = tuple(step for step in steps if not _is_after(step))
    if not done.applied:
        return before
    given = tuple(others) or steps
    return (*before, *(step for step in given if _is_after(step)))


def _is_after(step: Step) -> bool:
    return step.anchor == "session" and step.needs_attendance
