"""The lesions of a draft: carried from the last assessment, placed, numbered, taken away.

A lesion that a signed assessment names is settled: its place stands, and it is answered, not
deleted. Others belong to the draft that made them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from treatments.actions.drafts import DraftRefused
from treatments.face_chart import OutsideTheFace, Place, Spot, View, check, place_at, spots
from treatments.models import Assessment, Finding, Lesion
from treatments.queries.assessments import THERE

_State = Finding.State
_CARRIED: Final = (*THERE, _State.TREATED)
# enough for a full face; clusters hold up to 200 each
MOST: Final = 60
_WRITTEN: Final = ("state", "count", "size_mm", "depth", "view", "x", "y", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One lesion as entered. `row` is the name of its row on the page; `lesion` the pk of a known
    one, `number` the one that the page shows. Without `spot` it was named and not pointed at."""

    row: str
    lesion: int | None = None
    number: int | None = None
    site: str
    side: str
    spot: Spot | None = None
    state: str = _State.NEW
    count: int = 1
    size_mm: Decimal | None = None
    depth: str = Finding.Depth.SUPERFICIAL
    note: str = ""


def carry(before: Assessment, draft: Assessment) -> None:
    """Ask about what was there, or healing, in a signed assessment; what the draft knows stays."""
    known = set(draft.findings.values_list("lesion_id", flat=True))
    Finding.objects.bulk_create(
        Finding(
            assessment=draft,
            lesion_id=each.lesion_id,
            state=_State.ASKED,
            count=max(each.count, 1),
            **{
                name: getattr(each, name) for name in ("size_mm", "depth", "view", "x", "y", "note")
            },
        )
        for each in before.findings.all()
        if each.state in _CARRIED and each.lesion_id not in known
    )


def write(draft: Assessment, entries: Sequence[Entry]) -> dict[str, Lesion]:
    """Make the draft hold these lesions and no others, except settled ones that were there before.

    Answers which lesion each row of the page is.
    """
    if len(entries) > MOST:
        raise DraftRefused(
            _("An assessment holds %(n)d entries. Enter the rest as counted clusters.")
            % {"n": MOST}
        )
    desk = _Desk(draft)
    rows = {entry.row: desk.place(entry) for entry in entries}
    desk.close()
    return rows


@dataclass
class _Desk:
    """Sorts entries into what is made, changed and removed; writes in a fixed number of queries."""

    draft: Assessment
    findings: dict[int, Finding] = field(init=False)
    lesions: dict[int, Lesion] = field(init=False)
    settled: dict[int, str] = field(init=False)
    numbers: set[int] = field(init=False)
    seen: set[int] = field(default_factory=set)
    made: list[Finding] = field(default_factory=list)
    changed: list[Finding] = field(default_factory=list)
    moved: list[Lesion] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = self.draft.findings.select_related("lesion")
        self.findings = {each.lesion_id: each for each in rows}
        self.lesions = {each.pk: each for each in Lesion.objects.filter(patient=self.draft.patient)}
        signed = Finding.objects.filter(
            assessment__patient_id=self.draft.patient_id, assessment__signed_at__isnull=False
        ).order_by("lesion_id", "-assessment__signed_at")
        newest = signed.distinct("lesion_id").values_list("lesion_id", "state")
        self.settled = dict(newest)
        self.numbers = {each.number for each in self.lesions.values()}

    def place(self, entry: Entry) -> Lesion:
        """Take one entry in."""
        place = _place(entry)
        lesion = self._lesion(entry, place)
        if lesion.pk in self.seen:
            raise DraftRefused(
                _("Lesion %(n)d is entered twice.") % {"n": lesion.number}, entry.row
            )
        self.seen.add(lesion.pk)
        self._check_state(entry, lesion)
        self._move(entry, lesion, place)
        finding = self.findings.get(lesion.pk)
        spot = self._spot(entry, place, finding)
        values = {
            "state": entry.state, "count": entry.count, "size_mm": entry.size_mm,
            "depth": entry.depth, "note": entry.note,
            "view": spot.view, "x": spot.x, "y": spot.y,
        }  # fmt: skip
        if finding is None:
            self.made.append(Finding(assessment=self.draft, lesion=lesion, **values))
        elif any(getattr(finding, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(finding, name, value)
            self.changed.append(finding)
        return lesion

    def _lesion(self, entry: Entry, place: Place) -> Lesion:
        if entry.lesion in self.lesions:
            return self.lesions[entry.lesion]
        # the answer with its key was lost on the way: its number tells which it is
        own = [self.lesions[pk] for pk in self.findings if pk not in self.settled]
        for lesion in own:
            if lesion.number == entry.number:
                return lesion
        if entry.lesion and Lesion.objects.filter(pk=entry.lesion).exists():
            raise DraftRefused(
                _("This lesion belongs to another patient. Nothing was saved."), entry.row
            )
        return self._new(entry, place)

    def _new(self, entry: Entry, place: Place) -> Lesion:
        number = entry.number
        if not number or number in self.numbers or number > 999:
            number = max(self.numbers, default=0) + 1
        lesion = Lesion.objects.create(
            patient=self.draft.patient, number=number, site=place.site, side=place.side
        )
        self.numbers.add(number)
        self.lesions[lesion.pk] = lesion
        return lesion

    def _check_state(self, entry: Entry, lesion: Lesion) -> None:
        is_known = lesion.pk in self.settled
        if is_known == (entry.state == _State.NEW):
            words = (
                _("Lesion %(n)d was seen before: it is still there, treated, gone or came back.")
                if is_known
                else _("Lesion %(n)d was not seen before: it is new.")
            )
            raise DraftRefused(words % {"n": lesion.number}, f"{entry.row}-state")

    def _move(self, entry: Entry, lesion: Lesion, place: Place) -> None:
        if (lesion.site, lesion.side) == (place.site, place.side):
            return
        if lesion.pk in self.settled:
            raise DraftRefused(
                _(
                    "Lesion %(n)d was signed at another place and stays there. Mark it gone and "
                    "add a new one."
                )
                % {"n": lesion.number},
                f"{entry.row}-place",
            )
        lesion.site, lesion.side = place.site, place.side
        self.moved.append(lesion)

    def _spot(self, entry: Entry, place: Place, finding: Finding | None) -> Spot:
        """Where it was pointed at; else where it was; else the next free place of the site."""
        pointed = entry.spot or (finding and Spot(_view(finding.view), finding.x, finding.y))
        if pointed and self._found(pointed, entry) == place:
            return pointed
        taken = {(each.view, each.x, each.y) for each in [*self.findings.values(), *self.made]}
        free = spots(place.site, place.side)
        return next((each for each in free if (each.view, each.x, each.y) not in taken), free[-1])

    def _found(self, spot: Spot, entry: Entry) -> Place:
        try:
            return place_at(spot.view, spot.x, spot.y)
        except OutsideTheFace as outside:
            raise DraftRefused(
                _("This lies outside the face. Press the face where the lesion is."), entry.row
            ) from outside

    def close(self) -> None:
        Lesion.objects.bulk_update(self.moved, ["site", "side"])
        Finding.objects.bulk_create(self.made)
        Finding.objects.bulk_update(self.changed, _WRITTEN)
        left = [pk for pk in self.findings if pk not in self.seen and not self._stays(pk)]
        _remove(self.draft, left)

    def _stays(self, pk: int) -> bool:
        """What was there or healing is answered, not left out; what was gone may stay so."""
        return self.settled.get(pk, _State.RESOLVED) != _State.RESOLVED


def _place(entry: Entry) -> Place:
    try:
        return check(entry.site, entry.side)
    except ValueError as unknown:
        raise DraftRefused(_("Choose the place from the list."), f"{entry.row}-place") from unknown


def _view(name: str) -> View:
    return "right" if name == "right" else "left" if name == "left" else "front"


def drop_all(draft: Assessment) -> None:
    """Take all lesions out of a draft that is thrown away."""
    _remove(draft, list(draft.findings.values_list("lesion_id", flat=True)))


def _remove(draft: Assessment, pks: Sequence[int]) -> None:
    """Take lesions out of the draft; those that nothing else knows are gone for good."""
    if not pks:
        return
    draft.findings.filter(lesion_id__in=pks).delete()
    Lesion.objects.filter(pk__in=pks, findings=None, treatments=None).delete()
