"""The demo clinic's own words in letters: a signature, two letters, and a draft of Mina's."""

from datetime import timedelta
from typing import Final

from patients.actions import letter_texts
from patients.actions.letter_texts import Parts
from treatments.demo.desk import Desk
from treatments.demo.places import MINA

_PUBLISHED: Final[tuple[tuple[str, int, Parts], ...]] = (
    (
        "letterhead",
        120,
        {"signature": "Warm regards\nDr Cole, Nora and Fern\n{clinic_name}, {clinic_phone}"},
    ),
    (
        "booked",
        110,
        {
            "opening": "Thank you for booking with us, {first_name}. {seen_by} will see you on "
            "{visit_day} at {visit_time}."
        },
    ),
    (
        "booked",
        40,
        {
            "opening": "Thank you for booking with us, {first_name}. {seen_by} will see you on "
            "{visit_day} at {visit_time}.",
            "closing": "The entrance is in the yard; ring twice.\n\n"
            "You need not remember all this: we write again before each visit.",
        },
    ),
)
_DRAFT: Final[Parts] = {
    "subject": "See you tomorrow at {visit_time}",
    "opening": "{seen_by} looks forward to seeing you at {visit_place}, {first_name}.",
    "closing": "The car park behind the house is free for two hours.",
}


def play(desk: Desk) -> None:
    mina = desk.house.users[MINA]
    for kind, days, parts in _PUBLISHED:
        at = desk.now - timedelta(days=days)
        draft = letter_texts.save_draft(kind=kind, language="en", parts=parts, by=mina, now=at)
        letter_texts.publish(draft=draft, seen_at=at, by=mina, now=at + timedelta(minutes=9))
    at = desk.now - timedelta(hours=20)
    letter_texts.save_draft(kind="tomorrow", language="en", parts=_DRAFT, by=mina, now=at)
