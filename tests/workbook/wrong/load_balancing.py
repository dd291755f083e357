"""Wrong answers to the workbook on load balancing, and the hint each of them has to get.

Those of the tasks that have a module of their own are in one of the same name here.
"""

import math
from collections.abc import Callable
from itertools import product
from typing import Any

from tests.workbook.wrong import balancers, instances, probes, shutdown, tokens

from scalelab.workbook import load_balancing as check

# --- 1 ---


def fleet(
    enough: Callable[[check.Load, float], float] | None = None,
    rented: Callable[[int, int], float] | None = None,
    left: Callable[[check.Load, float, int], float] | None = None,
) -> Callable[..., Any]:
    """Told the load and the exact number; or those enough and the zones; or busy ones and each."""

    def answer(*given: Any) -> Any:
        of = check.Load(*given)
        k, each = check.enough_of(of), check.each_zone(of)
        busy = of.rate_per_s * of.work_ms / 1000 / of.vcpus
        return (
            enough(of, busy / of.most_busy) if enough else k,
            rented(k, of.zones) if rented else of.zones * each,
            left(of, busy, each) if left else busy / (each * (of.zones - 1)),
        )

    return answer


# --- 8 ---


def right_of(of: check.Goal) -> check.Design | None:
    """Any of the cheapest."""
    usd = check.least_usd(of)
    fleets = [
        each
        for each in product(check.ZONES, check.PER_ZONE)
        if usd and math.isclose(check.arranged(of, *each).usd_per_month, usd)
        if check.arranged(of, *each).busy < 0.99
    ]
    for fleet, interval_s, failures, drain_s in product(
        fleets, check.INTERVALS_S, check.FAILURES, reversed(check.DRAINS_S)
    ):
        found = check.Design(*fleet, interval_s, failures, drain_s)
        if check.is_met(of, found):
            return found
    return None


def cheapest(
    other: Callable[[check.Goal], check.Goal] = lambda of: of,
    change: Callable[[check.Design], Any] = lambda design: design,
    if_none: Any = None,
) -> Callable[..., Any]:
    """The right answer to another goal, or with a change."""

    def answer(*given: float) -> Any:
        found = right_of(other(check.Goal(*given)))
        return change(found) if found else if_none

    return answer


def where(pick: Callable[[check.Goal, list[check.Design]], Any]) -> Callable[..., Any]:
    """Of all designs that are not too busy."""

    def answer(*given: float) -> Any:
        of = check.Goal(*given)
        every = (
            check.Design(*each)
            for each in product(check.ZONES, check.PER_ZONE, (1.0,), (3,), (0.0,))
        )
        return pick(of, [one for one in every if not check.is_too_busy(of, one)])

    return answer


def rent(of: check.Goal, design: check.Design) -> float:
    return check.arranged(of, design.zones, design.per_zone).usd_per_month


SIX = check.Design(3, 2, 2.0, 3, 60.0)
SPARE = "a false alarm every"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("one number", check.task_1, (lambda *_: 4,), "return three things"),
    ("nothing", check.task_1, (lambda *_: None,), "returns nothing"),
    ("a part of one", check.task_1, (fleet(lambda f, x: x),), "no part of a machine"),
    ("rounded down", check.task_1, (fleet(lambda f, x: math.floor(x)),), "Round the other way"),
    ("rounded", check.task_1, (fleet(lambda f, x: round(x)),), "Round the other way"),
    ("one more", check.task_1, (fleet(lambda f, x: math.floor(x) + 1),), "one fewer is exactly"),
    ("never idle", check.task_1, (fleet(lambda f, x: math.ceil(x * f.most_busy)),),
     "busy all the time"),
    ("room makes more", check.task_1, (fleet(lambda f, x: math.ceil(x * f.most_busy**2)),),
     "does less, not more"),
    ("one vCPU", check.task_1, (fleet(lambda f, x: math.ceil(x * f.vcpus)),), "several requests"),
    ("milliseconds", check.task_1, (fleet(lambda f, x: math.ceil(1000 * x)),), "1,000 ms"),
    ("idle share", check.task_1,
     (fleet(lambda f, x: math.ceil(x * f.most_busy / (1 - f.most_busy))),), "in which it rests"),
    ("with the reserve", check.task_1, (fleet(lambda f, x: f.zones * check.each_zone(f)),),
     "First those that"),
    ("twice", check.task_1, (fleet(lambda f, x: 2 * math.ceil(x) + 1),), "how many ms of work"),
    ("of one zone", check.task_1, (fleet(rented=lambda k, z: math.ceil(k / (z - 1))),),
     "How many in all"),
    ("of those left", check.task_1,
     (fleet(rented=lambda k, z: (z - 1) * math.ceil(k / (z - 1))),), "what is left when"),
    ("no reserve", check.task_1, (fleet(rented=lambda k, z: k),), "left when|they are too few"),
    ("no reserve, even zones", check.task_1,
     (fleet(rented=lambda k, z: k if k % (z - 1) else z * k // (z - 1)),), "they are too few"),
    ("n + 1", check.task_1, (fleet(rented=lambda k, z: k + 1),), "fails alone"),
    ("spread only", check.task_1, (fleet(rented=lambda k, z: z * math.ceil(k / z)),),
     "without one they are not"),
    ("one more in each", check.task_1, (fleet(rented=lambda k, z: z * (math.ceil(k / z) + 1)),),
     "is a guess"),
    ("each alone", check.task_1, (fleet(rented=lambda k, z: z * k),), "All but one are left"),
    ("double", check.task_1, (fleet(rented=lambda k, z: 2 * k),), "second one of each"),
    ("not whole zones", check.task_1, (fleet(rented=lambda k, z: math.ceil(k * z / (z - 1))),),
     "same number each"),
    ("half as much again", check.task_1, (fleet(rented=lambda k, z: math.ceil(1.5 * k)),),
     "for three zones|same number each"),
    ("parts rented", check.task_1, (fleet(rented=lambda k, z: k * z / (z - 1)),), "no part of a"),
    ("many", check.task_1, (fleet(rented=lambda k, z: 10 * k * z),), "fewer do, too"),
    ("one zone less", check.task_1,
     (fleet(rented=lambda k, z: z * (math.ceil(k / (z - 1)) - 3)),), "are left, and"),
    ("percent", check.task_1, (fleet(left=lambda f, b, e: 100 * b / e / (f.zones - 1)),),
     "not a percentage"),
    ("all zones", check.task_1, (fleet(left=lambda f, b, e: b / e / f.zones),), "with all zones"),
    ("one machine less", check.task_1, (fleet(left=lambda f, b, e: b / (e * f.zones - 1)),),
     "A zone is lost"),
    ("one zone left", check.task_1, (fleet(left=lambda f, b, e: b / e),), "not all but one"),
    ("exactly enough", check.task_1, (fleet(left=lambda f, b, e: b / check.enough_of(f)),),
     "come whole"),
    ("of what is allowed", check.task_1,
     (fleet(left=lambda f, b, e: b / e / (f.zones - 1) / f.most_busy),), "parts of what is"),
    ("what is allowed", check.task_1, (fleet(left=lambda f, b, e: f.most_busy),), "really"),
    ("from what is allowed", check.task_1,
     (fleet(left=lambda f, b, e: f.most_busy * f.zones / (f.zones - 1)),), "less busy than"),
    ("vCPUs", check.task_1, (fleet(left=lambda f, b, e: f.vcpus * b / e / (f.zones - 1)),),
     "of its vCPUs"),
    ("idle", check.task_1, (fleet(left=lambda f, b, e: 1 - b / e / (f.zones - 1)),), "how idle"),
    ("upside down", check.task_1, (fleet(left=lambda f, b, e: e * (f.zones - 1) / b),),
     "the other way round"),
    ("work", check.task_1, (fleet(left=lambda f, b, e: b),), "what have they to do"),

    *balancers.WRONG,
    *tokens.WRONG,
    *instances.WRONG,
    *probes.WRONG,
    *shutdown.WRONG,

    ("a number", check.task_8, (lambda *_: 6,), "five things"),
    ("three things", check.task_8, (lambda *_: (3, 2, 5.0),), "five things"),
    ("a text", check.task_8, (lambda *_: (3, "two", 5.0, 3, 30.0),), "should be a number"),
    ("a choice that there is not", check.task_8, (lambda *_: (3, 2, 7.0, 3, 30.0),), "none of \\("),
    ("zones and machines swapped", check.task_8, (lambda *_: (6, 2, 5.0, 3, 30.0),),
     "none of \\("),
    ("never", check.task_8, (lambda *_: None,), "there is a design"),
    ("six machines", check.task_8, (lambda *_: SIX,), "There is a cheaper one"),
    ("always the most", check.task_8, (lambda *_: (4, 12, 1.0, 3, 0.0),), "a deploy takes"),
    ("too few", check.task_8, (lambda *_: (1, 3, 2.0, 3, 30.0),), "cannot do the load"),
    ("for a goal without changes", check.task_8,
     (cheapest(lambda g: g._replace(changes_per_year=0.0)),), "Deploys fail|Too few are up"),
    ("deploys forgotten", check.task_8,
     (cheapest(lambda g: g._replace(deploys_per_year=0.0, most_deploy_min=1e9)),),
     "a deploy takes|Deploys fail"),
    ("the longest drain", check.task_8, (cheapest(change=lambda d: d._replace(drain_s=300.0)),),
     "a deploy takes"),
    ("no drain", check.task_8, (cheapest(change=lambda d: d._replace(drain_s=0.0)),),
     "what is cut it would do"),
    ("alarms forgotten", check.task_8,
     (cheapest(lambda g: g._replace(least_alarm_h=0.0)),), SPARE),
    ("one failure", check.task_8, (cheapest(change=lambda d: d._replace(failures=1)),), SPARE),
    ("the laziest check", check.task_8,
     (cheapest(change=lambda d: d._replace(interval_s=30.0, failures=5)),),
     "gets requests for too long"),
    ("half a promise", check.task_8,
     (cheapest(lambda g: g._replace(promised=1 - 2 * (1 - g.promised))),), "Too few are up"),
    ("percent", check.task_8, (cheapest(lambda g: g._replace(promised=g.promised / 100)),),
     "Too few are up"),
    ("a promise too many", check.task_8,
     (cheapest(lambda g: g._replace(promised=1 - (1 - g.promised) / 2)),),
     "there is a design|There is a cheaper one"),
    ("impossible, and six", check.task_8, (cheapest(if_none=SIX),), "Too few are up"),
    ("impossible, and all", check.task_8,
     (cheapest(if_none=check.Design(4, 12, 1.0, 3, 60.0)),), "a deploy takes|Too few"),
    ("the fewest that do the load", check.task_8,
     (where(lambda of, all_: min(all_, key=lambda d: (rent(of, d), d))),), "Too few are up"),
    ("three zones always", check.task_8,
     (where(lambda of, all_: min(d for d in all_ if d.zones == 3)),),
     "There is a cheaper one|Too few"),
    ("survives a zone", check.task_8,
     (where(lambda of, all_: min((d for d in all_ if check.arranged(
         of, d.zones, d.per_zone).survives_zone), key=lambda d: rent(of, d))),),
     "There is a cheaper one"),
]  # fmt: skip
