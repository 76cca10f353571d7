"""Short ways to enter assessments in tests."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from clinic.accounts.models import User
from tests.conftest import Cast
from treatments.actions import assessments as act
from treatments.actions.assessments import FIELDS, Entered
from treatments.actions.drafts import Seen
from treatments.actions.lesions import Entry
from treatments.face_chart import Spot
from treatments.models import Assessment, Lesion

# a point that lies on each of these, in the front view
ON = {
    "cheek:right": Spot("front", 280, 560),
    "cheek:left": Spot("front", 720, 560),
    "lower_eyelid:left": Spot("front", 625, 450),
    "chin:middle": Spot("front", 500, 800),
}


def entry(place: str = "cheek:left", row: int = 0, **more: Any) -> Entry:
    site, _colon, side = place.partition(":")
    return Entry(row=f"lesions-{row}", site=site, side=side, **more)


def known(lesion: Lesion, state: str, row: int = 0, **more: Any) -> Entry:
    """A lesion of an earlier assessment, answered."""
    return entry(f"{lesion.site}:{lesion.side}", row, lesion=lesion.pk, state=state, **more)


def start(cast: Cast, now: datetime, by: User | None = None) -> Assessment:
    return act.start(patient=cast.ada, by=by or cast.cole, now=now)


def save(
    draft: Assessment,
    *entries: Entry,
    by: User,
    now: datetime,
    seen: Seen | None = None,
    **said: Any,
) -> act.Saved:
    """Save these lesions, and what is said of the face beside what the draft holds."""
    draft.refresh_from_db()
    entered = Entered(
        fields={name: getattr(draft, name) for name in FIELDS} | said,
        entries=entries,
        treatments=said.pop("treatments", ()),
    )
    seen = seen or Seen(draft.version)
    return act.save(assessment=draft, seen=seen, entered=entered, by=by, now=now)


def signed(cast: Cast, now: datetime, *entries: Entry, by: User | None = None) -> Assessment:
    """Ada's face with these lesions, signed."""
    by = by or cast.cole
    draft = start(cast, now, by)
    save(draft, *entries, by=by, now=now, kind="primary", arrangement="discrete", skin_type=3)
    return act.sign(assessment=draft, by=by, now=now)


def posted(draft: Assessment, *rows: dict[str, Any], **said: Any) -> dict[str, Any]:
    """What the page posts: rows of lesions by the names of their fields."""
    data: dict[str, Any] = {
        "version": draft.version,
        "tab": "",
        "skin_type": "3",
        "kind": "primary",
        "arrangement": "discrete",
        "diagnosis": "clear",
        "symptoms": "none",
        "accepts_downtime": "on",
        "lesions-TOTAL_FORMS": len(rows),
        "lesions-INITIAL_FORMS": 0,
        "before-TOTAL_FORMS": 0,
        "before-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        data |= {f"lesions-{number}-{name}": value for name, value in row.items()}
    return data | said


ONE = {"place": "cheek:left", "spot": "front:720:560", "count": 1, "number": 1, "state": "new"}
SIZE = Decimal("1.5")
