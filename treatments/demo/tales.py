"""The courses of the demo clinic that show something in particular. Plain data.

Days count from today at the patient's location: -21 was three weeks ago. A session in the past was
done unless its fate says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from treatments.demo.places import BRANDT, COLE, LUCIA, NORA, NWOSU, PRIYA

Fate = Literal["missed", "cancelled", "forgotten"]


@dataclass(frozen=True, kw_only=True)
class Tale:
    """`agreed` is the day of the assessment at which the course was agreed; without it, nine days
    before the first session. `moved` is (session, its new day). `booked_now` leaves the
    confirmation to the worker. `stopped` is the day on which the course was ended early, for `why`.
    An `ordinary` course is nobody's tale: it fills the calendar."""

    family: str
    modality: str
    sessions: int
    days: tuple[int, ...] = ()
    who: str = ""
    near: str = "10:00"
    agreed: int | None = None
    fates: Mapping[int, Fate] = field(default_factory=dict)
    moved: tuple[int, int] | None = None
    override: str = ""
    booked_now: bool = False
    stopped: int | None = None
    why: str = ""
    uses_retinoid: bool | None = None
    antiviral: bool = False
    priming: bool = False
    ordinary: bool = False

    @property
    def ended(self) -> int | None:
        """The day on which the course was stopped, or its last session was done."""
        if self.stopped is not None:
            return self.stopped
        is_done = len(self.days) == self.sessions and not self.fates and self.days[-1] < 0
        return self.days[-1] + 1 if is_done else None

    @property
    def first_day(self) -> int:
        if self.agreed is not None:
            return self.agreed
        return self.days[0] - 9


UNKNOWN_MAILBOX: Final = "MacAllister"
BUSY_MAILBOX: Final = "Benali"

# whose pages should show their course and nothing else
KEPT_FREE: Final = {
    *("Lindqvist", "Fontaine-Mbeki", "Demirtaş", "Park", "O’Connell", "Krishnamurthy"),
    *("Wiśniewska", "D’Angelo", "Al-Zahrani", "Llewellyn", UNKNOWN_MAILBOX, BUSY_MAILBOX),
}

TALES: Final = (
    # in the middle, the last session still to book
    Tale(
        family="Lindqvist",
        modality="glycolic",
        sessions=5,
        days=(-40, -19, 2, 23),
        who=COLE,
        near="15:30",
        uses_retinoid=True,
    ),
    # just agreed, nothing booked: where a series is best tried out
    Tale(family="Fontaine-Mbeki", modality="glycolic", sessions=5, who=COLE, agreed=-2),
    Tale(family="Demirtaş", modality="salicylic", sessions=5, who=NORA, agreed=-1),
    Tale(family="Park", modality="glycolic", sessions=6, who=LUCIA, agreed=-1),
    # completed
    Tale(
        family="O’Connell",
        modality="glycolic",
        sessions=4,
        days=(-118, -97, -76, -55),
        who=PRIYA,
        near="17:00",
        uses_retinoid=False,
    ),
    Tale(
        family="Washington",
        modality="salicylic",
        sessions=4,
        days=(-92, -71, -50, -29),
        who=LUCIA,
    ),
    # four of five done, the letter that asks for the fifth is due today
    Tale(
        family="Adeyemi",
        modality="salicylic",
        sessions=5,
        days=(-70, -49, -28, -7),
        who=NORA,
        near="09:30",
    ),
    # booked to the end
    Tale(
        family="Nguyễn",
        modality="glycolic",
        sessions=6,
        days=(-33, -12, 9, 30, 51, 72),
        who=PRIYA,
        near="11:00",
        uses_retinoid=True,
    ),
    # no e-mail wanted: every letter is held back, and says why
    Tale(family="Pemberton", modality="glycolic", sessions=4, days=(-21, 0, 21, 42), who=NORA),
    # stopped for a reason; what was booked is cancelled
    Tale(
        family="Wiśniewska",
        modality="glycolic",
        sessions=5,
        days=(-60, -39, -18, 3),
        who=COLE,
        fates={4: "cancelled"},
        stopped=-10,
        why="Redness for more than a week after session 3",
    ),
    # lapsed: cancelled the fourth session and never came back
    Tale(
        family="Krishnamurthy",
        modality="salicylic",
        sessions=5,
        days=(-92, -71, -50, -29),
        who=NORA,
        fates={4: "cancelled"},
    ),
    # did not come four days ago
    Tale(
        family="D’Angelo",
        modality="glycolic",
        sessions=5,
        days=(-46, -25, -4, 17, 38),
        who=PRIYA,
        near="16:00",
        fates={3: "missed"},
    ),
    # the next session is later than it should be
    Tale(family="Al-Zahrani", modality="glycolic", sessions=4, days=(-50, -29, 6), who=NORA),
    # the second session was earlier than usual, with a clinician's reason
    Tale(
        family="Dubois",
        modality="salicylic",
        sessions=4,
        days=(-24, -12, 9, 30),
        who=NWOSU,
        override="Travels from next week; skin calm on day 10",
    ),
    # moved this morning
    Tale(
        family="Chow",
        modality="glycolic",
        sessions=5,
        days=(-20, 1, 22, 43),
        who=PRIYA,
        near="14:00",
        moved=(2, 4),
    ),
    # booked a moment ago
    Tale(
        family="Deshpande",
        modality="glycolic",
        sessions=5,
        days=(8, 29, 50, 71, 92),
        who=COLE,
        near="15:00",
        agreed=-1,
        booked_now=True,
    ),
    # her mailbox does not exist, his is greylisted
    Tale(family=UNKNOWN_MAILBOX, modality="glycolic", sessions=5, days=(-23, -2, 19, 40), who=NORA),
    Tale(family=BUSY_MAILBOX, modality="salicylic", sessions=5, days=(-22, -1, 20, 41), who=PRIYA),
    # to begin soon, with priming before
    Tale(
        family="Ní Bhriain",
        modality="glycolic",
        sessions=4,
        days=(18, 39, 60, 81),
        who=NWOSU,
        near="09:00",
        agreed=-6,
        priming=True,
    ),
    # came yesterday, and nobody recorded it: the letters after the visit wait
    Tale(
        family="Kamau",
        modality="glycolic",
        sessions=5,
        days=(-22, -1, 20, 41),
        who=PRIYA,
        near="15:00",
        fates={2: "forgotten"},
    ),
    # the first session is today
    Tale(family="Mensah", modality="glycolic", sessions=5, days=(0, 21, 42, 63, 84), who=COLE),
    # the other treatments
    Tale(
        family="Sørensen",
        modality="laser",
        sessions=1,
        days=(6,),
        who=COLE,
        agreed=-15,
        antiviral=True,
    ),
    Tale(family="Haddad", modality="laser", sessions=1, days=(-16,), who=NWOSU, agreed=-50),
    Tale(family="Kourouma", modality="laser", sessions=1, days=(0,), who=COLE, near="14:00"),
    Tale(family="Dvořák", modality="cryo", sessions=2, days=(-14, 14), who=NWOSU),
    Tale(family="Bevan", modality="cryo", sessions=1, days=(0,), who=NORA, near="11:30"),
    Tale(family="Hartley-Shaw", modality="retinoid", sessions=1, days=(-30,), who=COLE),
    Tale(family="Goldberg", modality="extraction", sessions=1, days=(0,), who=NORA, near="09:15"),
    Tale(family="Volkov", modality="extraction", sessions=1, days=(-3,), who=PRIYA),
    Tale(family="Weiß", modality="extraction", sessions=1, days=(0,), who=PRIYA, near="15:00"),
    Tale(family="O’Rourke", modality="extraction", sessions=1, days=(0,), who=LUCIA, near="11:00"),
    # abroad, and in New York
    Tale(
        family="Echeverría",
        modality="glycolic",
        sessions=6,
        days=(-61, -40, -19, 2, 23),
        who=PRIYA,
        near="12:00",
    ),
    Tale(
        family="Gutiérrez",
        modality="glycolic",
        sessions=5,
        days=(-42, -21, 0, 21, 42),
        who=LUCIA,
        near="15:00",
    ),
    Tale(
        family="Peña",
        modality="salicylic",
        sessions=4,
        days=(-26, -5, 16),
        who=BRANDT,
        fates={2: "missed"},
    ),
    # died while the course was running
    Tale(
        family="Llewellyn",
        modality="salicylic",
        sessions=4,
        days=(-240, -219),
        who=NWOSU,
        stopped=-203,
        why="The patient has died",
    ),
)
