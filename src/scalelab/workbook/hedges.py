"""Pages that wait for all leaves, and second copies of calls that are late."""

from collections.abc import Callable, Sequence
from functools import cache
from math import ceil, floor, inf, isclose
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.calls import called
from scalelab.workbook.hint import NotYet, expect, number, share


class Leaf(NamedTuple):
    """Times of a leaf that were measured: so many, of which a share is slow."""

    seed: int
    calls: int
    fast_ms: float
    slow_share: float
    slow_ms: float


class Late(NamedTuple):
    leaf: Leaf
    t_ms: float
    delay_ms: float


class Delay(NamedTuple):
    leaf: Leaf
    budget: float


class Page(NamedTuple):
    leaf: Leaf
    leaves: int
    q: float
    delay_ms: float


SEARCH = Leaf(1, 997, 5.0, 0.03, 100.0)
PRICES = Leaf(2, 499, 20.0, 0.1, 80.0)
STEADY = Leaf(3, 251, 10.0, 0.0, 1.0)
PAUSES = Leaf(4, 613, 2.0, 0.01, 500.0)
EQUAL = Leaf(5, 300, 0.0, 0.0, 1.0)  # times on a grid, so that many are alike
LEAVES = (SEARCH, PRICES, STEADY, PAUSES, EQUAL)

LATE = (
    Late(SEARCH, 72.5, 30.5), Late(SEARCH, 20.5, 30.5), Late(SEARCH, 8.25, inf),
    Late(PRICES, 100.25, 40.5), Late(PRICES, 44.0, 40.5), Late(STEADY, 15.75, 12.25),
    Late(PAUSES, 200.25, 0.0), Late(PAUSES, 12.125, 10.0), Late(EQUAL, 9.5, 4.5),
    Late(EQUAL, 9.0, 4.0), Late(SEARCH, 9999.0, 30.5), Late(STEADY, 0.0, 5.25),
)  # fmt: skip
DELAYS = (
    Delay(SEARCH, 0.05), Delay(SEARCH, 0.5), Delay(SEARCH, 0.011), Delay(PRICES, 0.05),
    Delay(STEADY, 0.0501), Delay(PAUSES, 0.02), Delay(EQUAL, 0.101), Delay(PRICES, 1.0),
    Delay(PAUSES, 0.0), Delay(STEADY, 0.2503),
)  # fmt: skip
PAGES = (
    Page(SEARCH, 100, 0.5, inf), Page(SEARCH, 100, 0.5, 14.25), Page(SEARCH, 100, 0.99, 14.25),
    Page(SEARCH, 1, 0.99, inf), Page(PRICES, 20, 0.5, 71.5), Page(PRICES, 20, 0.95, 71.5),
    Page(STEADY, 50, 0.5, 20.25), Page(PAUSES, 300, 0.5, 9.5), Page(PAUSES, 300, 0.5, inf),
    Page(EQUAL, 10, 0.5, 8.0), Page(SEARCH, 1, 0.5, 2.0),
)  # fmt: skip


@cache
def times_ms(of: Leaf) -> tuple[float, ...]:
    """In the order in which they came."""
    chance = Random(of.seed)
    if of.fast_ms == 0.0:
        return tuple(float(min(ceil(chance.expovariate(0.3)), 12)) for _ in range(of.calls))
    return tuple(
        _exact(
            chance.expovariate(1.0 / of.slow_ms)
            if chance.random() < of.slow_share
            else 0.2 * of.fast_ms + chance.expovariate(1.25 / of.fast_ms)
        )
        for _ in range(of.calls)
    )


def _exact(t_ms: float) -> float:
    """A time whose sums and differences have no rounding, so that all ways to add agree."""
    return (floor(64.0 * t_ms) + 1) / 64.0


def above(times: Sequence[float], t_ms: float) -> float:
    """Share of the times that are longer."""
    return sum(each > t_ms for each in times) / len(times)


def late_of(of: Late) -> float:
    times = times_ms(of.leaf)
    first = above(times, of.t_ms)
    return first if of.t_ms < of.delay_ms else first * above(times, of.t_ms - of.delay_ms)


def delay_of(of: Delay) -> float:
    times = times_ms(of.leaf)
    return min(each for each in (0.0, *times) if above(times, each) <= of.budget)


@cache
def page_of(of: Page) -> float:
    times = times_ms(of.leaf)
    ends = set(times)
    if of.delay_ms < inf:
        ends |= {of.delay_ms + each for each in times}
    # The first that is enough, found by halving: more time never makes it less.
    every = sorted(ends)
    low, high = 0, len(every) - 1
    while low < high:
        middle = (low + high) // 2
        if in_time(of, every[middle]) >= of.q:
            high = middle
        else:
            low = middle + 1
    return every[low]


def in_time(of: Page, t_ms: float) -> float:
    """Share of the pages that are there by then."""
    return (1.0 - late_of(Late(of.leaf, t_ms, of.delay_ms))) ** of.leaves


def _near(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)


def _leaf(of: Leaf) -> str:
    return f"{of.calls} times with a mean of {sum(times_ms(of)) / of.calls:.1f} ms"


def _is_late(late: Callable[..., Any], of: Late) -> None:
    case = f"{_leaf(of.leaf)}, hedged after {of.delay_ms:g} ms, over {of.t_ms:g} ms"
    times = times_ms(of.leaf)
    said = share("what late returned", called(case, late, list(times), of.t_ms, of.delay_ms))
    right = late_of(of)
    if _near(said, right):
        return
    seen = f"{case}: {said:.5f}"
    one = above(times, of.t_ms)
    rest_ms = of.t_ms - of.delay_ms if of.delay_ms < inf else -inf
    n = len(times)
    wrong = (
        (1.0 - right, "that is the share that is in time."),
        (one, "that is without a second copy."),
        (one**2, "both copies are as if sent at once. When does the second one begin?"),
        (above(times, rest_ms), "what of the first copy, which is still under way?"),
        (above(times, of.delay_ms), "that is the share of the calls that are hedged."),
        (above(times, of.delay_ms) * above(times, rest_ms),
         "that is as if the first copy was given up. It may still be the first to answer."),
        (above(times, of.delay_ms) * one * above(times, rest_ms),
         "who is late at the end was late at the delay, too: that chance is counted twice."),
        ((one + above(times, rest_ms)) / 2, "a call is late if both of its copies are."),
        (one * sum(each >= rest_ms for each in times) / n, "who answers just then is in time."),
        (sum(each >= of.t_ms for each in times) / n * above(times, rest_ms),
         "who answers just then is in time."),
        (sum(each >= of.t_ms for each in times) / n * sum(each >= rest_ms for each in times) / n,
         "who answers just then is in time."),
        (100.0 * right, "a share from 0 to 1 was asked for, not a percentage."),
        (right * n, "that is a number of calls. A share was asked for."),
    )  # fmt: skip
    for value, hint in wrong:
        expect(not _near(said, value), f"{seen}: {hint}")
    raise NotYet(f"{seen}: what has to be true of the first copy, and what of the second?")


def _is_delay(delay_ms: Callable[..., Any], of: Delay) -> None:
    case = f"{_leaf(of.leaf)}, at most {of.budget:g} more calls"
    times = times_ms(of.leaf)
    said = number("what delay_ms returned", called(case, delay_ms, list(times), of.budget))
    right = delay_of(of)
    if _near(said, right):
        return
    seen = f"{case}: {said:g} ms"
    expect(said >= 0.0, f"{seen}. Before the call itself?")
    if above(times, said) > of.budget:
        expect(
            not any(_near(said, each) for each in times) or of.budget >= 0.5
            or above(times, said) <= 0.5,
            f"{seen}: {above(times, said):.2%} of the calls are still under way then. From which "
            "end are the times counted, and are they in their order?",
        )  # fmt: skip
        raise NotYet(f"{seen}: {above(times, said):.2%} of the calls are still under way then.")
    expect(
        of.budget < 1.0,
        f"{seen}: each call may be sent twice. How early can a second copy be sent?",
    )
    raise NotYet(
        f"{seen}: {above(times, said):.2%} of the calls are sent twice. It can be earlier within "
        "the budget."
    )


def _is_page(page_ms: Callable[..., Any], of: Page) -> None:
    case = (
        f"{_leaf(of.leaf)}, {of.leaves} leaves, hedged after {of.delay_ms:g} ms, "
        f"a share {of.q:g} of the pages"
    )
    times = times_ms(of.leaf)
    said = number(
        "what page_ms returned", called(case, page_ms, list(times), of.leaves, of.q, of.delay_ms)
    )
    right = page_of(of)
    if _near(said, right):
        return
    seen = f"{case}: {said:g} ms"
    wrong = (
        (of._replace(delay_ms=inf), "that is without hedges."),
        (of._replace(leaves=1), "that is for one leaf. The page waits for all."),
        (of._replace(delay_ms=0.0), "that is with both copies sent at once."),
        (of._replace(q=1.0 - of.q), "that is for the share that is late."),
        (of._replace(leaves=1, q=of.q**of.leaves),
         "is a leaf in time more often than its page, or less?"),
        (of._replace(leaves=1, delay_ms=inf), "that is for one leaf, without hedges."),
    )  # fmt: skip
    for other, hint in wrong:
        expect(not _near(said, page_of(other)), f"{seen}: {hint}")
    expect(
        of.delay_ms == inf or not _near(said, right + of.delay_ms),
        f"{seen}: the second copy's time already counts from when the call began.",
    )
    there = in_time(of, said)
    if there < of.q and not _near(there, of.q):
        raise NotYet(f"{seen}: {there:.1%} of the pages are there by then.")
    raise NotYet(f"{seen}: {there:.1%} of the pages are there by then; earlier is enough.")


def task_3(
    late: Callable[..., Any], delay_ms: Callable[..., Any], page_ms: Callable[..., Any]
) -> None:
    """How often a hedged call is late, the earliest hedge for a budget, and the page's quantile."""
    for one in (late, delay_ms, page_ms):
        expect(callable(one), f"expected a function, got {one!r}.")
    for of in LATE:
        _is_late(late, of)
    for budget in DELAYS:
        _is_delay(delay_ms, budget)
    for page in PAGES:
        _is_page(page_ms, page)
    print(f"Right, for {len(LATE)} times, {len(DELAYS)} budgets and {len(PAGES)} pages.")
