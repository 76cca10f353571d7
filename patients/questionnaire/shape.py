"""The shapes of questions and answers."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from patients.marked_text import gettext_noop as _

Kind = Literal["yes_no", "date", "choice"]
YES: Final = "yes"
NO: Final = "no"
UNSURE: Final = "unsure"
ON: Final = "on"
"""The answer is a day."""
STILL: Final = "still"
UNKNOWN: Final = "unknown"

TREATMENTS: Final = ("extraction", "glycolic", "salicylic", "retinoid", "cryo", "laser")
"""What can be cleared one by one; the app above knows what each of them is."""

YES_NO: Final = ((YES, _("Yes")), (NO, _("No")), (UNSURE, _("Not sure")))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `value` is yes, no or unsure, a choice of the question, or for a date `on` with
    the day, `still` (it goes on) or `unknown`; `detail` what the patient named."""

    value: str
    on: date | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `name` stands in lists, `text` is read out.

    A follow-up has `after`, the key of the question it belongs to, and is asked when that was
    answered with one of `when`. `rows` are those of the fact base that the answer feeds.
    `lifelong` answers hold longer. `still` is the label of "it goes on" for a date; a date `ahead`
    lies in the future. `choices` are (value, label); `detail` asks for a word more after a yes.
    """

    key: str
    rows: tuple[int, ...]
    name: str
    text: str
    help: str = ""
    kind: Kind = "yes_no"
    after: str = ""
    when: tuple[str, ...] = (YES, UNSURE)
    lifelong: bool = False
    pregnancy: bool = False
    still: str = ""
    ahead: bool = False
    choices: tuple[tuple[str, str], ...] = YES_NO
    detail: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        if self.kind == "date":
            return (ON, STILL, UNKNOWN) if self.still else (ON, UNKNOWN)
        return tuple(value for value, _label in self.choices)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are read out together."""

    key: str
    title: str
    questions: tuple[Question, ...]


def date_of(
    after: str, row: int, name: str, text: str, still: str = "", ahead: bool = False
) -> Question:
    """The follow-up that asks for the day of what `after` asks about."""
    key = f"{after}_on"
    return Question(key, (row,), name, text, kind="date", after=after, still=still, ahead=ahead)
