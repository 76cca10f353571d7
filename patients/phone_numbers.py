"""Telephone numbers as people write them, and as a telephone dials them. Pure."""

import re
from typing import Final

# "+44 (0)20 7946 0018": the zero is dialled at home alone
_AT_HOME_ALONE: Final = re.compile(r"^(\+[\d\s.-]*)\(0\)")
# "020 7946 0018 ext 4": what follows is asked for once somebody answers
_EXTENSION: Final = re.compile(r"[^\W\d_].*$|#.*$", re.DOTALL)


def dialled(phone: str) -> str:
    """The number for a link "tel:": digits, and a plus in front of those from abroad."""
    number = _EXTENSION.sub("", _AT_HOME_ALONE.sub(r"\1", phone.strip()))
    digits = "".join(each for each in number if each.isdecimal())
    return f"+{digits}" if number.startswith("+") and digits else digits
