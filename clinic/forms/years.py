"""The years that a day in an address may lie in."""

from datetime import date

FIRST, UNTIL = 2000, 2200


def can_be_meant(day: date) -> bool:
    """Whether anybody could mean a day of this year: near the ends of what dates can count, it
    could not even be put on the clock of every time zone."""
    return FIRST <= day.year < UNTIL
