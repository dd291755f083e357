"""One comparison: a figure of ours beside a figure from elsewhere."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from scalelab.models.queueing.estimate import Estimate

Kind = Literal["theory", "peer", "published"]
Verdict = Literal["agrees", "explained", "misses"]


@dataclass(frozen=True)
class Row:
    """``ours`` beside ``reference``, which are ``tolerance`` apart at most if all is well.

    ``source`` is Markdown, ``format`` a format specification for both figures. A difference
    beyond the tolerance counts as a failure unless an ``explanation`` says where it comes from.
    """

    quantity: str
    settings: str
    kind: Kind
    source: str
    reference: float
    ours: float
    tolerance: float
    format: str = ".4f"
    explanation: str = ""

    @property
    def difference(self) -> float:
        return abs(self.ours - self.reference)

    @property
    def verdict(self) -> Verdict:
        if self.difference <= self.tolerance:  # not so for NaN
            return "agrees"
        return "explained" if self.explanation else "misses"


def simulated(
    quantity: str, settings: str, source: str, reference: float, found: Estimate,
    format: str = ".4f", explanation: str = "",
) -> Row:  # fmt: skip
    """A simulation against theory: four standard errors apart at most."""
    return Row(
        quantity, settings, "theory", source, reference, found.mean, 4.0 * found.se, format,
        explanation,
    )  # fmt: skip


def exact(
    quantity: str, settings: str, source: str, reference: float, ours: float, format: str = ".4f",
    digits: float = 1e-9,
) -> Row:  # fmt: skip
    """What is computed against theory: ``digits`` of the reference apart at most."""
    return Row(
        quantity, settings, "theory", source, reference, ours, digits * abs(reference), format
    )  # fmt: skip


@dataclass(frozen=True)
class Topic:
    """Comparisons that share a table of the page.

    ``grid``, for rows of exact counts: what is counted. Then the table has one line for each
    quantity and one column for each of the settings; otherwise a line for each row.
    """

    title: str
    about: str
    rows: Callable[[], Iterable[Row]]
    grid: str = ""


@dataclass(frozen=True)
class Chapter:
    """The comparisons of one chapter of the book.

    ``not_checked`` is Markdown: which figures of the chapter nobody can run again, and why.
    """

    title: str
    topics: tuple[Topic, ...]
    not_checked: str = ""
