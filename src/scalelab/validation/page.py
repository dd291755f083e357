"""The page of the book, from the rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from scalelab.validation.row import Chapter, Row, Topic

COMMAND = "make validation"
KINDS = {
    "theory": "Theory",
    "peer": "Another program",
    "published": "Published",
}
# Two lines to a cell: three columns fit a phone.
HEADER = (
    "Quantity",
    "<small>Reference<br>Ours</small>",
    "<small>Apart<br>Allowed</small>",
)
OPENING = """\
# Validation

Each model of the course is held here against figures that do not come from it: closed forms from
the literature, other programs run on the same input, and numbers that somebody has published. The
page is made by `{command}`; a test computes it anew and fails when a figure has moved.

**{total:,} comparisons: {agrees:,} agree, {explained} {differ} and {are} explained, {misses} {fail}
without an explanation.**

How to read the tables: *Reference* is the figure from elsewhere and, below it, *Ours* what the
model gives. The last column has the distance between the two and the most that is allowed:
0.02% ≤ 0.50% is an agreement and **0.70% > 0.50%** [1] is not; its reason is in the note of that
number below the table. Distances between percentages are in percentage points. Counts have to be
equal. Where chance or an approximation comes in, what is allowed is about what a run of
that length cannot resolve, and half a percentage point for closed forms that are approximations.
"""
NOT_CHECKED = """\
## Not checked here

Some figures that the course quotes cannot be run again from what was published.
"""
REFERENCES = """\
## References

```{bibliography}
:filter: docname in docnames
:keyprefix: v-
```
"""


@dataclass(frozen=True)
class Section:
    """A topic and its rows, computed."""

    topic: Topic
    rows: tuple[Row, ...]

    def text(self) -> str:
        shape = grid_of(self.topic.grid, self.rows) if self.topic.grid else list_of(self.rows)
        return f"### {self.topic.title}\n\n{self.topic.about}\n\n{sources(self.rows)}\n\n{shape}\n"


@dataclass(frozen=True)
class Part:
    """A chapter and its topics, computed."""

    chapter: Chapter
    sections: tuple[Section, ...]


def number(value: float, specification: str) -> str:
    """``value`` as the page prints it; never a negative zero."""
    text = format(value, specification)
    return text.removeprefix("-") if not any(c in "123456789" for c in text) else text


def distance(row: Row, note: int) -> str:
    apart = number(row.difference, row.format)
    allowed = number(row.tolerance, row.format)
    if row.verdict == "agrees":
        return f"{apart}<br>≤ {allowed}"
    return f"**{apart}**<br>**> {allowed}**" + (f" [{note}]" if note else "")


def sources(rows: Sequence[Row]) -> str:
    """Each source of the rows once, in order, by kind."""
    lines = []
    for kind, name in KINDS.items():
        found = dict.fromkeys(row.source for row in rows if row.kind == kind)
        if found:
            lines.append(f"*{name}:* {'; '.join(found)}.")
    return "\n".join(f"{line}\\" for line in lines).removesuffix("\\")


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    align = [":--", *["--:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, align, *lines))


def list_of(rows: Sequence[Row]) -> str:
    notes: list[str] = []
    lines = []
    for row in rows:
        if row.verdict == "explained":
            notes.append(row.explanation)
        lines.append(
            [
                f"{row.quantity}<br><small>{row.settings}</small>",
                f"{number(row.reference, row.format)}<br>{number(row.ours, row.format)}",
                distance(row, len(notes) if row.verdict == "explained" else 0),
            ]
        )
    below = "".join(f"\n\n[{place}] {note}" for place, note in enumerate(notes, 1))
    return table(HEADER, lines) + below


def grid_of(counted: str, rows: Sequence[Row]) -> str:
    """Quantity by setting; a cell is our figure, with the reference's only where they differ."""
    settings = list(dict.fromkeys(row.settings for row in rows))
    cells: dict[str, list[str]] = {}
    for row in rows:
        ours = number(row.ours, row.format)
        if row.verdict != "agrees":
            ours = f"**{ours} for {number(row.reference, row.format)}**"
        cells.setdefault(row.quantity, []).append(ours)
    lines = [[quantity, *found] for quantity, found in cells.items()]
    agree = sum(row.verdict == "agrees" for row in rows)
    said = (
        f"All {len(rows)} counts are equal to the reference's, so each is given once."
        if agree == len(rows)
        else f"{agree} of {len(rows)} counts are equal to the reference's; bold ones are not."
    )
    return f"{said}\n\n{table((counted, *settings), lines)}"


def opening(rows: Sequence[Row]) -> str:
    verdicts = [row.verdict for row in rows]
    explained, misses = verdicts.count("explained"), verdicts.count("misses")
    return OPENING.format(
        command=COMMAND, total=len(verdicts), agrees=verdicts.count("agrees"),
        explained=explained, differ="differs" if explained == 1 else "differ",
        are="is" if explained == 1 else "are", misses=misses or "none",
        fail="differ" if misses > 1 else "differs",
    )  # fmt: skip


def page(parts: Sequence[Part]) -> str:
    """The whole page, in MyST Markdown; a chapter without comparisons is not on it."""
    shown = [part for part in parts if part.sections]
    texts = [opening([row for part in shown for section in part.sections for row in section.rows])]
    for part in shown:
        texts.append(f"## {part.chapter.title}\n")
        texts += [section.text() for section in part.sections]
    not_checked = [
        f"*{part.chapter.title}.* {part.chapter.not_checked}"
        for part in shown
        if part.chapter.not_checked
    ]
    if not_checked:
        texts += [NOT_CHECKED, *not_checked]
    return "\n".join([*texts, REFERENCES])
