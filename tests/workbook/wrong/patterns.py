"""Wrong answers to the workbook on architectural patterns, and the hint each of them has to get.

Those of the tasks that have a module of their own are in one of the same name here.
"""

from collections.abc import Callable
from typing import Any

from tests.workbook.wrong import (
    compensations,
    consumers,
    deadlines,
    hedges,
    lazy_lists,
    query_models,
    read_models,
)

from scalelab.labs.patterns import event_log, fan_out
from scalelab.workbook import patterns as check
from scalelab.workbook.readings import readings

BUSIER = readings(fan_out.lab, **check.BUSIER)
OPENED = readings(fan_out.lab)
FIVE = readings(event_log.lab, **check.FIVE)
LOG_OPENED = readings(event_log.lab)
EARLIEST = min(each for each in check.DELAYS_MS if check.within_budget(each))
AS_OPENS, NOT_SAID = "as it opens", "is not what the lab says"


def read_off(name: str, value: Any) -> tuple[Any, ...]:
    right = {
        "half": BUSIER["page_p50"], "hedged": BUSIER["hedged_p99"], "earliest": EARLIEST,
        "five": FIVE["slow"],
    }  # fmt: skip
    return tuple({**right, name: value}.values())


WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    *((f"{name}: {what}", check.task_1, read_off(name, value), hint)
      for name, what, value, hint in (
        ("half", "none yet", None, "still None"),
        ("half", "a word", "long", "should be a number"),
        ("half", "as it opens", OPENED["page_p50"], AS_OPENS),
        ("half", "of a leaf", BUSIER["leaf_p50"], "the median of a leaf"),
        ("half", "the leaf's p99", BUSIER["leaf_p99"], "the p99 of a leaf"),
        ("half", "p99", BUSIER["page_p99"], "the p99 of a page that waits for all"),
        ("half", "with hedges", BUSIER["hedged_p50"], "the median of a page with hedges"),
        ("half", "good enough", BUSIER["enough_p50"], "a page that waits for most"),
        ("half", "in seconds", BUSIER["page_p50"] / 1000.0, NOT_SAID),
        ("half", "a guess", 240.0, NOT_SAID),
        ("hedged", "none yet", None, "still None"),
        ("hedged", "as it opens", OPENED["hedged_p99"], AS_OPENS),
        ("hedged", "the median", BUSIER["hedged_p50"], "the median of a page with hedges"),
        ("hedged", "without hedges", BUSIER["page_p99"], "the p99 of a page that waits for all"),
        ("hedged", "of a leaf", BUSIER["leaf_p99"], "the p99 of a leaf"),
        ("hedged", "good enough", BUSIER["enough_p99"], "the p99 of a page that waits for most"),
        ("hedged", "cancelled", BUSIER["cancelled"], "hedges that are cancelled"),
        ("hedged", "tied", BUSIER["tied"], "with tied ones"),
        ("hedged", "another delay",
         readings(fan_out.lab, delay=100.0, **check.BUSIER)["hedged_p99"], NOT_SAID),
        ("earliest", "none yet", None, "still None"),
        ("earliest", "no place", 75.0, "no place of that slider"),
        ("earliest", "as it opens", 30.0, "as busy as asked for"),
        *(("earliest", f"{ms:g} ms", ms, "more calls are sent. Are the servers")
          for ms in check.DELAYS_MS if not check.within_budget(ms) and ms != 30.0),
        *(("earliest", f"{ms:g} ms", ms, "has an earlier hedge")
          for ms in check.DELAYS_MS if check.within_budget(ms) and ms > EARLIEST),
        ("five", "none yet", None, "still None"),
        ("five", "as it opens", LOG_OPENED["slow"], AS_OPENS),
        ("five", "any could read any", FIVE["free"], "any consumer could read any event"),
        ("five", "half way", FIVE["half_hour"], "half way through the picture"),
        ("five", "how far behind", FIVE["half_slowest"], "how far the slowest"),
        ("five", "how far on average", FIVE["half_mean"], "the mean half way"),
        ("five", "in minutes", 60.0 * FIVE["slow"], NOT_SAID),
    )),
    *lazy_lists.WRONG,
    *hedges.WRONG,
    *deadlines.WRONG,
    *read_models.WRONG,
    *consumers.WRONG,
    *compensations.WRONG,
    *query_models.WRONG,
]  # fmt: skip
