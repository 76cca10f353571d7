"""Texts of one line, such as names, without what nobody can see. Pure.

The same rule for what is typed and for what is imported.
"""

import re
import unicodedata

# what ends lines, moves the cursor or cannot be stored: NUL, ESC, half of a surrogate pair
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# these join letters in Persian and Indic names; every other format character only hides
_JOINERS = "\u200c\u200d"
# letters to Unicode, blank to the eye
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"


def one_line(text: str) -> str:
    """The text with single spaces and nothing invisible; empty if nothing in it can be seen."""
    shown = "".join(each for each in _CONTROL.sub(" ", text) if not _hides(each))
    line = " ".join(shown.split())
    return line if line.strip(_JOINERS + _BLANKS + " ") else ""


def _hides(character: str) -> bool:
    return unicodedata.category(character) == "Cf" and character not in _JOINERS
