"""Figures with what they are held against, as a table and as JSON."""

import json
from collections.abc import Iterable
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


def write(figures: Iterable[Figure], folder: Path) -> bool:
    """Print the table, write results.json; answer whether everything holds."""
    listed = list(figures)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [asdict(each) | {"ratio": each.ratio} for each in listed]
    (folder / "results.json").write_text(json.dumps(rows, indent=2) + "\n")
    widths = max(len(each.name) for each in listed)
    for each in listed:
        beside = f"{each.reference:g}" if each.reference is not None else "-"
        ratio = f"{each.ratio:.2f}" if each.ratio is not None else "-"
        mark = "holds" if each.holds else "MISSED"
        ours = f"{each.ours:g} {each.unit}".strip()
        print(f"{each.name:<{widths}}  {ours:>12}  {beside:>8}  {ratio:>6}  {each.goal:<18} {mark}")
    return all(each.holds for each in listed)
