"""Drafts that save themselves from a page: which window saved last, and which is too old.

The counterpart of static/js/drafts.js.
"""

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _


class DraftStale(Exception):
    """Another window saved since this page was opened; the sentence says so."""


class DraftOver(Exception):
    """The draft is signed or gone; the sentence says which."""


class DraftRefused(Exception):
    """Nothing was written; the sentence says why. `name` is the field of the page, if one."""

    def __init__(self, sentence: str, name: str = "") -> None:
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page knows: the version that it was drawn from or got last, and
    `tab`, "<token of the window>.<number of the change>"."""

    version: int
    tab: str = ""

    @property
    def window(self) -> str:
        return self.tab.partition(".")[0]

    @property
    def change(self) -> int:
        return _number(self.tab)


class SavesItself(Protocol):
    version: int
    saved_from: str


def check_seen(draft: SavesItself, seen: Seen) -> bool:
    """Whether the draft holds this change already. Raises DraftStale when another window saved
    since; the same window may go on although the answer to its last save was lost."""
    last = Seen(draft.version, draft.saved_from)
    if seen.window and seen.window == last.window:
        return 0 < seen.change <= last.change
    if seen.version != draft.version:
        raise DraftStale(
            _(
                "This was saved in another window meanwhile. This page is older and saves nothing "
                "more; what you entered here is kept. Open it again to see what is saved."
            )
        )
    return False


def _number(tab: str) -> int:
    digits = tab.partition(".")[2]
    return int(digits) if digits.isdecimal() else 0
