"""Checks of the workbook on architectural patterns: each prints that all is well, or hints.

Functions are called with several sets of data, most of them not those of the notebook, so an answer
has to be right for the reason asked for. A hint says what is wrong, not what is right. Tasks 2 to 8
have modules of their own.
"""

from typing import Any

from scalelab.labs.patterns import event_log, fan_out
from scalelab.web.lab import Slider
from scalelab.workbook.compensations import task_7
from scalelab.workbook.consumers import task_6
from scalelab.workbook.deadlines import task_4
from scalelab.workbook.hedges import task_3
from scalelab.workbook.hint import expect, number
from scalelab.workbook.lazy_lists import task_2
from scalelab.workbook.query_models import task_8
from scalelab.workbook.read_models import task_5
from scalelab.workbook.readings import expect_reading, readings

__all__ = ["task_1", "task_2", "task_3", "task_4", "task_5", "task_6", "task_7", "task_8"]

BUSIER = {"busy": 0.3}
BUDGET = 0.05
(DELAY,) = (one for one in fan_out.lab.controls if isinstance(one, Slider) and one.name == "delay")
DELAYS_MS = tuple(map(float, DELAY.values))
SEEN = {
    "leaf_p50": "the median of a leaf",
    "leaf_p99": "the p99 of a leaf",
    "page_p50": "the median of a page that waits for all",
    "page_p99": "the p99 of a page that waits for all",
    "hedged_p50": "the median of a page with hedges",
    "hedged_p99": "the p99 of a page with hedges",
    "enough_p50": "the median of a page that waits for most",
    "enough_p99": "the p99 of a page that waits for most",
    "cancelled": "a leaf's p99 at 80% busy, with hedges that are cancelled",
    "tied": "a leaf's p99 at 80% busy, with tied ones",
}
FIVE = {"consumers": 5}
SEEN_OF_LOG = {
    "free": "what it would be if any consumer could read any event",
    "half_hour": "the hour half way through the picture",
    "half_slowest": "how far the slowest is behind half way",
    "half_mean": "the mean half way",
}


def task_1(half_ms: Any, hedged_ms: Any, earliest_ms: Any, five_h: Any) -> None:
    """Busier servers: a page's median, its p99 with hedges, and the earliest within a budget. Five
    consumers: when the last partition is caught up.
    """
    expect_reading(fan_out.lab, "half_ms", half_ms, "page_p50", 0.51, SEEN, **BUSIER)
    expect_reading(fan_out.lab, "hedged_ms", hedged_ms, "hedged_p99", 0.51, SEEN, **BUSIER)
    _is_earliest(number("earliest_ms", earliest_ms))
    expect_reading(event_log.lab, "five_h", five_h, "slow", 0.051, SEEN_OF_LOG, **FIVE)
    print("Right: read off, and tried out.")


def sent_twice(delay_ms: float) -> float:
    """Share of the calls that are hedged; -1 where the servers cannot do them."""
    return readings(fan_out.lab, delay=delay_ms, **BUSIER)["hedges"]


def within_budget(delay_ms: float) -> bool:
    return 0.0 <= sent_twice(delay_ms) <= BUDGET


def _is_earliest(delay_ms: float) -> None:
    seen = f"earliest_ms = {delay_ms:g}"
    expect(delay_ms in DELAYS_MS, f"{seen} is no place of that slider: {DELAYS_MS}.")
    expect(
        within_budget(delay_ms),
        f"{seen}: {sent_twice(delay_ms):.1%} more calls are sent. Are the servers still as busy as "
        "asked for?",
    )
    expect(
        delay_ms == min(each for each in DELAYS_MS if within_budget(each)),
        f"{seen}: {sent_twice(delay_ms):.1%} more calls are sent. The slider has an earlier hedge "
        f"for at most {BUDGET:.0%}.",
    )
