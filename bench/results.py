"""Figures with what they are held against, as a table and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `ratio` is ours / reference where a reference was run beside it."""

    name: str
    ours: float
    goal: str
    holds: bool
    reference: float | None = None
    unit: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.reference if self.reference else None


def keep(figures: Sequence[Figure], folder: Path) -> None:
    """Write results.json."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [asdict(each) | {"ratio": each.ratio} for each in figures]
    (folder / "results.json").write_text(json.dumps(rows, indent=2) + "\n")


def show(figures: Sequence[Figure]) -> None:
    """Print them as a table."""
    widths = max(len(each.name) for each in figures)
    for each in figures:
        beside = f"{each.reference:g}" if each.reference is not None else "-"
        ratio = f"{each.ratio:.2f}" if each.ratio is not None else "-"
        mark = "holds" if each.holds else "MISSED"
        ours = f"{each.ours:g} {each.unit}".strip()
        print(f"{each.name:<{widths}}  {ours:>12}  {beside:>8}  {ratio:>6}  {each.goal:<18} {mark}")
