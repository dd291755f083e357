"""Tables of measurements, as text for a terminal and as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float


@dataclass(frozen=True)
class Column:
    """``format`` is a format specification for the column's numbers; words stay as they are."""

    name: str
    format: str = ",.1f"

    def text(self, cell: Cell) -> str:
        return cell if isinstance(cell, str) else format(cell, self.format)


@dataclass(frozen=True)
class Report:
    """One table. ``goal`` says what was aimed at, ``missed`` what fell short of it."""

    title: str
    about: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    goal: str
    missed: Sequence[str] = ()

    def text(self) -> str:
        cells = [[column.name for column in self.columns]]
        cells += [
            [column.text(cell) for column, cell in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(_aligned(line, widths)).rstrip() for line in cells]
        verdict = f"missed: {'; '.join(self.missed)}" if self.missed else "met"
        return "\n".join(
            [f"== {self.title}", self.about, "", *lines, "", f"Goal: {self.goal}: {verdict}."]
        )

    def data(self) -> dict[str, Any]:
        names = [column.name for column in self.columns]
        return {
            "title": self.title,
            "about": self.about,
            "goal": self.goal,
            "missed": list(self.missed),
            "rows": [dict(zip(names, row, strict=True)) for row in self.rows],
        }


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The first column to the left, the others to the right."""
    padded = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
    return [line[0].ljust(widths[0]), *padded[1:]]
