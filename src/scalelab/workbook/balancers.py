"""Servers behind a balancer: whose turn it is by weight, and who gets a request by what is seen.

The checks of two tasks. For the second one requests are simulated one by one, with real errors, and
with counts that are old.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from heapq import heappop, heappush
from itertools import count, pairwise
from numbers import Integral
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, answered, expect

# --- 2: in turn by weight ---

# What nginx gives to servers with the weights 5, 1 and 1, by the message of the commit that brought
# it (52327e0627f49dbda1e8db695e63a4b0af4448b1 of 2012). All others follow from its rule.
PUBLISHED = ({"a": 5, "b": 1, "c": 1}, "aabacaa")
WEIGHTS: tuple[Mapping[str, int], ...] = (
    PUBLISHED[0],
    {"a": 1, "b": 1, "c": 1},
    {"a": 1, "b": 2, "c": 5},
    {"a": 3, "b": 3, "c": 2},
    {"a": 7, "b": 2, "c": 4, "d": 3},
    {"z": 4, "m": 4, "b": 1},
)


def in_turn(
    weights: Mapping[str, int], ups: Sequence[Sequence[str]], down_gain: bool = False,
    down_pay: bool = False, afresh: bool = False, last_of_several: bool = False,
) -> list[str]:  # fmt: skip
    """Who gets one request after the other, by nginx's rule; or by a mistaken one."""
    credit = dict.fromkeys(weights, 0)
    order, before = list[str](), list(ups[0])
    for up in ups:
        if afresh and list(up) != before:
            credit = dict.fromkeys(weights, 0)
        before = list(up)
        for name in weights:
            credit[name] += weights[name] if name in up or down_gain else 0
        richest = max(credit[name] for name in up)
        several = [name for name in weights if name in up and credit[name] == richest]
        chosen = several[-1 if last_of_several else 0]
        credit[chosen] -= sum(weights[name] for name in weights if name in up or down_pay)
        order.append(chosen)
    return order


def task_2(turns: Callable[..., Any]) -> None:
    """Smooth weighted round robin: the published order, other weights, servers that are away."""
    for weights in WEIGHTS:
        _is_smooth(turns, weights)
    _two_of_them(turns)
    for weights in WEIGHTS[1:]:
        _with_some_away(turns, weights)
    print(f"Right, for {len(WEIGHTS)} sets of weights, also with servers that do not answer.")


def _made(turns: Callable[..., Any], weights: Mapping[str, int]) -> Any:
    made = answered(turns, dict(weights))
    expect(hasattr(made, "next"), "Turns should have a method next(up).")
    return made


def _next(made: Any, up: Sequence[str], case: str) -> str:
    """One turn, or a hint."""
    given = list(up)
    try:
        said = answered(made.next, given)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
    expect(given == list(up), f"{case}: the list of those that answer is changed afterwards.")
    expect(isinstance(said, str), f"{case}: {said!r} is no name of a server.")
    expect(said in up, f"{case}: {said!r} does not answer at present.")
    return str(said)


def _of_weights(weights: Mapping[str, int]) -> str:
    return "Weights " + ", ".join(f"{name} {weight}" for name, weight in weights.items())


def _is_smooth(turns: Callable[..., Any], weights: Mapping[str, int]) -> None:
    made, names, total = _made(turns, weights), list(weights), sum(weights.values())
    case = _of_weights(weights)
    said = [_next(made, names, case) for _ in range(2 * total)]
    right = in_turn(weights, [names] * (2 * total))
    if said == right:
        return
    seen = f"{case}: {' '.join(said[:total])}"
    expect(len(set(said)) > 1, f"{seen}. Always the same one.")
    counts = Counter(said[:total])
    expect(
        counts != Counter(dict.fromkeys(names, total // len(names)))
        or len(set(weights.values())) < 2,
        f"{seen}. Each gets as many; what are the weights for?",
    )
    expect(
        counts == Counter(weights),
        f"{seen}. In {total} requests each should have as many as its weight.",
    )
    expect(
        said[total:] == said[:total],
        f"{seen}, and then {' '.join(said[total:])}. After {total} requests all begins again.",
    )
    expect(
        _longest_run(said) <= _longest_run(right),
        f"{seen}. The right numbers, but {_longest_run(said)} in a row; that is not smooth.",
    )
    expect(
        said != in_turn(weights, [names] * (2 * total), last_of_several=True)
        and said[0] == right[0],
        f"{seen}. Of several that are as rich, which one has the request?",
    )
    at = next(i for i, (one, other) in enumerate(zip(said, right, strict=True)) if one != other)
    raise NotYet(
        f"{seen}. Up to request {at} it is right. How much does each have then, and who has most "
        "after the next gain?"
    )


def _longest_run(order: Sequence[str]) -> int:
    longest = here = 1
    for one, other in pairwise(order):
        here = here + 1 if one == other else 1
        longest = max(longest, here)
    return longest


def _two_of_them(turns: Callable[..., Any]) -> None:
    weights, order = PUBLISHED
    one, other = _made(turns, weights), _made(turns, weights)
    case = "Two balancers with the same weights"
    said = [[_next(made, list(weights), case) for made in (one, other)] for _ in order]
    expect(
        all("".join(each) == order for each in zip(*said, strict=True)),
        f"{case}: they take each other's turns. What does each of them remember?",
    )


def _with_some_away(turns: Callable[..., Any], weights: Mapping[str, int]) -> None:
    """One server after the other is away for a while, in the middle of a round."""
    names = list(weights)
    ups: list[list[str]] = []
    for i, name in enumerate(names):
        left = [other for other in names if other != name]
        ups += [names] * (3 + i) + [left] * (4 + 2 * i) + [names] * 4
    ups += [names[-1:]] * 3 + [names] * 6
    made, case = _made(turns, weights), f"{_of_weights(weights)}, one of them away for a while"
    said = [_next(made, up, case) for up in ups]
    right = in_turn(weights, ups)
    if said == right:
        return
    expect(
        said != in_turn(weights, ups, down_gain=True),
        f"{case}: when it is back it gets what it missed, in a burst. Who takes no part does not "
        "gain.",
    )
    expect(
        said != in_turn(weights, ups, down_pay=True),
        f"{case}: whoever has the request pays for those who gained, and only for them.",
    )
    expect(
        said != in_turn(weights, ups, afresh=True),
        f"{case}: all begin from nothing again. Each keeps what it has.",
    )
    at = next(i for i, (one, other) in enumerate(zip(said, right, strict=True)) if one != other)
    raise NotYet(
        f"{case}: request {at + 1}, with {', '.join(ups[at])} answering, goes to {said[at]}. What "
        "has each of these by then?"
    )


# --- 3: by what is seen ---

SERVICE_S, ERROR_S = 0.010, 0.001
UTILISATION = 0.7
REQUESTS, SEEDS = 4000, range(4)
MEMORY_S = 1.0  # for so long answers count


class Servers(NamedTuple):
    """``n`` servers, some half as fast; or one that fails at once for the first half of the time.

    A share ``errors`` of all answers is wrong on any of them. Servers say every ``age_s`` how many
    requests they have; 0: the balancer knows it.
    """

    name: str
    n: int
    slow: int = 0
    fails: bool = False
    errors: float = 0.0
    age_s: float = 0.0


class Balanced(NamedTuple):
    """Mean of good answers in ms; share of errors; part of a fair share after the repair."""

    mean_ms: float
    errors: float
    back: float


class Fleet:
    """The servers, and what a balancer can know of them."""

    def __init__(self, of: Servers, speeds: Sequence[float]) -> None:
        self.of, self.speeds = of, speeds
        self.free_s = [0.0] * of.n
        self.in_work = [0] * of.n
        self.said = [0] * of.n
        self.answers = [0] * of.n
        self.errors = [0] * of.n
        self._says_s = 0.0
        self._ends: list[tuple[float, int, bool]] = []
        self._recent: deque[tuple[float, int, bool]] = deque()

    def pass_until(self, now_s: float) -> None:
        """All that ends by then; answers that are too old are forgotten."""
        while self._ends and self._ends[0][0] <= now_s:
            end = heappop(self._ends)
            self.in_work[end[1]] -= 1
            self.answers[end[1]] += 1
            self.errors[end[1]] += end[2]
            self._recent.append(end)
        while self._recent and self._recent[0][0] <= now_s - MEMORY_S:
            _, i, wrong = self._recent.popleft()
            self.answers[i] -= 1
            self.errors[i] -= wrong
        if now_s >= self._says_s:
            self.said = list(self.in_work)
            self._says_s = now_s + self.of.age_s

    def send(self, now_s: float, i: int, work_s: float, wrong: bool) -> float:
        """Seconds until it is answered."""
        self.free_s[i] = max(self.free_s[i], now_s) + work_s
        self.in_work[i] += 1
        heappush(self._ends, (self.free_s[i], i, wrong))
        return self.free_s[i] - now_s


def balanced(choose: Callable[..., Any], of: Servers, seed: int) -> Balanced:
    """What a policy makes of them: requests come at random and wait in the line of a server."""
    chance, own = Random(seed), Random(seed + 1000)
    speeds = [0.5 if (i + seed) % of.n < of.slow else 1.0 for i in range(of.n)]
    failing = (3 * seed + 1) % of.n if of.fails else -1
    fleet, rate_per_s = Fleet(of, speeds), UTILISATION * sum(speeds) / SERVICE_S
    now_s, good_s, good, wrongs = 0.0, 0.0, 0, 0
    late = [0] * of.n
    for k in range(REQUESTS):
        now_s += chance.expovariate(rate_per_s)
        work_s, luck = chance.expovariate(1.0 / SERVICE_S), chance.random()
        fleet.pass_until(now_s)
        i = _chosen(choose, fleet, own)
        broken = i == failing and k < REQUESTS // 2
        wrong = broken or luck < of.errors
        took_s = fleet.send(now_s, i, ERROR_S if broken else work_s / speeds[i], wrong)
        wrongs += wrong
        good_s += 0.0 if wrong else took_s
        good += not wrong
        late[i] += k >= REQUESTS - REQUESTS // 3
    back = late[failing] * of.n / sum(late) if of.fails else 1.0
    return Balanced(1000.0 * good_s / max(1, good), wrongs / REQUESTS, back)


def _chosen(choose: Callable[..., Any], fleet: Fleet, own: Random) -> int:
    said = choose(list(fleet.said), list(fleet.answers), list(fleet.errors), own)
    expect(said is not None, "choose returns nothing. Is there a return statement?")
    expect(
        isinstance(said, Integral) and not isinstance(said, bool),
        f"choose returned {said!r}; it should be the place of a server in the lists.",
    )
    expect(
        0 <= int(said) < fleet.of.n,
        f"choose returned {said!r}, of {fleet.of.n} servers. The first is 0.",
    )
    return int(said)


def over_seeds(choose: Callable[..., Any], of: Servers) -> Balanced:
    """Means of what `balanced` finds."""
    found = [balanced(choose, of, seed) for seed in SEEDS]
    return Balanced(*(sum(each) / len(found) for each in zip(*found, strict=True)))


def in_turns() -> Callable[..., int]:
    """Round robin."""
    turn = count()
    return lambda in_work, answers, errors, chance: next(turn) % len(in_work)


@cache
def round_robin(of: Servers) -> Balanced:
    return over_seeds(in_turns(), of)


ALIKE = (Servers("All alike", 5), Servers("All alike", 10))
UNEQUAL = Servers("Half are half as fast, counts are 0.1 s old", 10, slow=5, age_s=0.1)
FAILING = (
    Servers("One fails at once", 8, fails=True),
    Servers("One fails at once", 10, fails=True),
)
UNLUCKY = Servers("Of all servers 2 % of the answers are errors", 10, errors=0.02)
QUICKER, MUCH_QUICKER = 0.9, 1.0 / 3.0  # of round robin's mean
FEWER_ERRORS, AT_LEAST_BACK = 0.2, 0.5


def task_3(choose: Callable[..., Any]) -> None:
    """Quicker than round robin, also with old counts; and not drawn to a server that fails."""
    try:
        answered(choose, [0, 0, 0], [0, 0, 0], [0, 0, 0], Random(1))
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"Three servers of which nothing is known yet: it raised {error!r}.") from None
    for of in ALIKE:
        _is_quick(choose, of, QUICKER)
    _is_quick(choose, UNEQUAL, MUCH_QUICKER)
    for of in FAILING:
        _avoids(choose, of)
    _is_quick(choose, UNLUCKY, QUICKER)
    many = len(ALIKE) + len(FAILING) + 2
    print(f"Right, in {many} situations with {len(SEEDS)} seeds each.")


def _measured(choose: Callable[..., Any], of: Servers) -> Balanced:
    try:
        return over_seeds(choose, of)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{of.name} ({of.n} servers): it raised {error!r}.") from None


def _is_quick(choose: Callable[..., Any], of: Servers, allowed: float) -> None:
    said, usual = _measured(choose, of), round_robin(of)
    if said.mean_ms <= allowed * usual.mean_ms:
        return
    seen = (
        f"{of.name} ({of.n} servers): {said.mean_ms:.1f} ms, round robin {usual.mean_ms:.1f} ms, "
        f"and it should be {allowed:.0%} of that at most"
    )
    expect(of is not UNLUCKY, f"{seen}. Some errors are the customers'. Which part of a server's "
                              "answers would make it suspect?")  # fmt: skip
    expect(
        of is not UNEQUAL or said.mean_ms > 0.8 * usual.mean_ms,
        f"{seen}. For a tenth of a second all requests see the same counts. Where do they all go?",
    )
    expect(
        said.mean_ms < 5.0 * usual.mean_ms,
        f"{seen}. Some servers are sent more than they can do, or some get nothing.",
    )
    expect(said.mean_ms < 1.2 * usual.mean_ms, f"{seen}. Taking turns is better than that.")
    raise NotYet(f"{seen}. Does it look at what is in work?")


def _avoids(choose: Callable[..., Any], of: Servers) -> None:
    said, usual = _measured(choose, of), round_robin(of)
    seen = f"{of.name} ({of.n} servers): {said.errors:.2%} errors, round robin {usual.errors:.2%}"
    expect(
        said.errors <= 1.3 * usual.errors,
        f"{seen}. Who fails at once has little in work, and looks idle.",
    )
    expect(
        said.errors <= FEWER_ERRORS * usual.errors,
        f"{seen}, and it should be {FEWER_ERRORS:.0%} of that at most. The errors that it gives "
        "are known.",
    )
    expect(
        said.back >= AT_LEAST_BACK,
        f"{of.name} ({of.n} servers), and is then repaired: it gets {said.back:.0%} of a fair "
        "share at the end. Its errors are forgotten after a second; what else keeps it out?",
    )
