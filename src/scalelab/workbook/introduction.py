"""Checks of the introduction's workbook: each prints that all is well, or raises a hint.

Goals are checked on several seeds or settings, most of them not those of the notebook, so an
answer has to be right for the reason asked for. A hint says what is wrong, not what is right.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, inf, isclose
from typing import Any

import numpy as np

from scalelab.labs.introduction.speedup import lab as speedup_lab
from scalelab.models.introduction.elasticity import STRATEGIES, Elasticity, simulate
from scalelab.models.introduction.usl import DATA_SETS, Law, fit
from scalelab.theory.introduction.usl import limit, throughput
from scalelab.workbook.day import Bill, Day, Rule, day, run
from scalelab.workbook.hint import NotYet, answered, expect, number
from scalelab.workbook.machines import Size, catalogue
from scalelab.workbook.readings import readings

READ_OFF = 0.6  # the summary has whole numbers

MOST_MACHINES = 5000  # of one size

TRUSTED = 2.0  # times the largest size measured

READS = 1000.0  # that one server does in a second
WRITE_WORK = 2.0  # in reads
APPLY_WORK = 1.0
SCATTERED = 0.02  # of the reads ask all shards

MOST_REFUSED = 0.001  # of the requests
LEAST_USED = 0.7  # of what is paid for

FIXED, ELASTIC, TOLD = STRATEGIES[1:]
TARGETS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
TELLING = 40.0  # machine-hours that an hour of somebody's time is worth; an assumption
SEEDS = (21, 22, 23, 24)  # 20 days each
DEARER = 1.02  # times the least cost


def task_1(prediction: Any, sixty_four: Any, waiting: Any, talking: Any, best: Any) -> None:
    """What 32 more machines add, and what less waiting and less talking are worth."""
    guess = number("prediction", prediction)
    _read_from_lab("sixty_four", sixty_four, "twice", machines=32)
    _read_from_lab("waiting", waiting, "now", machines=32, contention=0.015)
    _read_from_lab("talking", talking, "now", machines=32, coherency=0.0002)
    _read_from_lab("best", best, "best", coherency=0.0002, most=128)
    print(f"Right. Your prediction was {abs(guess - float(sixty_four)):.0f} requests/s off.")


def _read_from_lab(name: str, given: Any, reading: str, **settings: float) -> None:
    value = number(name, given)
    read = readings(speedup_lab, **settings)
    if abs(value - read[reading]) <= READ_OFF:
        return
    seen = f"{name} = {value:g}"
    for other, what in (
        ("now", "what the machines that the shop has do"),
        ("twice", "what twice as many machines do"),
        ("best", "a number of machines"),
        ("best_does", "what the best number of machines does"),
    ):
        expect(
            other == reading or abs(value - read[other]) > READ_OFF,
            f"{seen} is {what}. Read again what is asked for.",
        )
    for moved in settings:
        rest = {key: kept for key, kept in settings.items() if key != moved}
        control = next(one.label for one in speedup_lab.controls if one.name == moved)
        expect(
            abs(value - readings(speedup_lab, **rest)[reading]) > READ_OFF,
            f'{seen} is what the lab says if "{control}" is as it opens.',
        )
    raise NotYet(
        f"{seen} is not what the lab says. Press Reset, set only what the question asks for, and "
        "read the sentence below the chart."
    )


def _two(name: str, said: Any, first: str, second: str) -> tuple[Any, Any]:
    if not (isinstance(said, tuple | list) and len(said) == 2):
        raise NotYet(f"{name} should return two things: {first}, and {second}.")
    return said[0], said[1]


def task_2(how_many: Callable[..., Any]) -> None:
    """What waiting alone leaves, and what it takes to come near it."""
    for sigma, part in ((0.03, 0.91), (0.03, 0.5), (0.1, 0.76), (0.004, 0.35), (0.2, 0.97)):
        said = answered(how_many, sigma, part)
        most, machines = _two("how_many", said, "the limit", "the number of machines")
        _is_limit(sigma, part, number("how_many(...)", most), number("how_many(...)", machines))
    print("Right, for five programs.")


def _is_limit(sigma: float, part: float, most: float, machines: float) -> None:
    case = f"They wait for {sigma:.1%}"
    right = limit(sigma, 1.0)
    if not isclose(most, right, rel_tol=1e-6):
        expect(
            not isclose(most, 1.0 / (1.0 - sigma), rel_tol=1e-6),
            f"{case}: {most:.4g} times one machine would be the limit if all but {sigma:.1%} were "
            "done one at a time.",
        )
        raise NotYet(
            f"{case}, and your limit is {most:.4g} times one machine. What does the law come to "
            "when n is very large?"
        )
    case = f"{case}, {part:.0%} of the limit, {machines:g} machines"
    exact = part * (1.0 - sigma) / (sigma * (1.0 - part))
    if machines == ceil(exact):
        return
    expect(
        machines.is_integer(),
        f"{case}: there are no parts of a machine.",
    )
    for wrong, hint in (
        (int(exact), "do a little less than that."),
        (ceil(exact) + 1, "are more than it takes. Begin with one machine, not with none?"),
        (ceil(part / sigma), "would do if they did not wait for each other."),
        (ceil(part / (sigma * (1.0 - part))), "count one machine too many among those that wait."),
        (ceil((1.0 - part) * (1.0 - sigma) / (part * sigma)), f"leave {part:.0%} of it out."),
    ):
        expect(machines != wrong, f"{case} {hint}")
    expect(machines >= 1, f"{case}? One is the least.")
    expect(machines < exact, f"{case}: fewer of them would be enough.")
    does = throughput(machines, sigma, 0.0, 1.0) / right
    raise NotYet(f"{case} do only {does:.1%} of it.")


def task_3(last_worth: Callable[..., Any]) -> None:
    """The last machine that still adds enough."""
    for law, least in (
        ((0.02, 0.0005, 100.0), 20.0),
        ((0.05, 0.0, 100.0), 1.0),
        ((0.08, 0.0002, 50.0), 3.0),
        ((0.05, 0.001, 200.0), 0.0),
        ((0.03, 0.00001, 1000.0), 0.0),
    ):
        said = answered(last_worth, *law, least)
        machines, does = _two("last_worth", said, "the number of machines", "what they do")
        n, rate = number("last_worth(...)", machines), number("last_worth(...)", does)
        _is_last(law, least, n, rate)
    print("Right, for five programs; for two of them every machine counts that adds anything.")


def _last(does: Callable[[int], float], least: float) -> int:
    """The last machine that adds ``least``, where each adds less than the one before it."""
    n = 1
    while n < MOST_MACHINES and does(n + 1) - does(n) >= least:
        n += 1
    return n


def _is_last(law: tuple[float, float, float], least: float, n: float, rate: float) -> None:
    sigma, kappa, one = law

    def does(machines: int) -> float:
        return throughput(machines, *law)

    right = _last(does, least)
    case = f"sigma {sigma:g}, kappa {kappa:g}, at least {least:g} requests/s: {n:g} machines"
    if n != right:
        _not_last(law, least, n, right, case)
    case = f"{case}, {rate:,.1f} requests/s"
    if isclose(rate, does(right), rel_tol=1e-6):
        return
    expect(
        not isclose(rate, does(right + 1), rel_tol=1e-6), f"{case}. So many does one machine more."
    )
    expect(not isclose(rate * one, does(right), rel_tol=1e-6), f"{case}? That is in machines.")
    raise NotYet(f"{case}. So many machines are right, but this is not what they do.")


def _not_last(
    law: tuple[float, float, float], least: float, n: float, right: int, case: str
) -> None:
    sigma, kappa, one = law
    expect(n.is_integer() and n >= 1.0, f"{case}? Whole machines are asked for, from 1 on.")

    def one_more(machines: int) -> float:
        return one * machines / (1.0 + sigma * machines + kappa * machines * machines)

    def talks_once(machines: int) -> float:
        others = machines - 1
        return one * machines / (1.0 + sigma * others + kappa * others)

    def pairs(machines: int) -> float:
        return throughput(machines, sigma, kappa / 2.0, one)

    def silent(machines: int) -> float:
        return throughput(machines, sigma, 0.0, one)

    many = range(MOST_MACHINES, 0, -1)
    average = next(m for m in many if throughput(m, *law) / m >= least)
    for wrong, hint in (
        (right + 1, "is one too many: what does the last of them add?"),
        (right - 1, "is one too few: what would one more add?"),
        (_last(lambda m: throughput(m, *law), 0.0), "do the most, and the last add too little."),
        (average, "do so much each on average. What does the *last* of them add?"),
        (_last(one_more, least), "are right if a machine waits for itself and talks to itself."),
        (_last(talks_once, least), "are right if talking grows as waiting does."),
        (_last(pairs, least), "are right with half of the talking: n (n - 1), not half of it."),
        (_last(silent, least), "are right if nobody talks."),
    ):
        expect(n != wrong, f"{case} {hint}")
    step = throughput(n, *law) - throughput(n - 1.0, *law) if n > 1.0 else one
    raise NotYet(f"{case}. The last of them adds {step:.2f} requests/s; go on, or go back.")


@dataclass(frozen=True)
class Question:
    """Will so many ``machines`` do what is ``needed``, by the measurements ``n`` and ``rates``?"""

    n: tuple[float, ...]
    rates: tuple[float, ...]
    machines: float
    needed: float


def task_4(verdict: Callable[..., Any]) -> None:
    """What measurements say about a number of machines, and when they say nothing."""
    for question in questions():
        said = answered(
            verdict, list(question.n), list(question.rates), question.machines, question.needed
        )
        expect(
            isinstance(said, str) and said in ("yes", "no", "measure"),
            f'verdict returns {said!r}; it should be "yes", "no" or "measure".',
        )
        _is_verdict(said, question)
    print(f"Right, for {len(questions())} questions about six sets of measurements.")


@cache
def measured_sets() -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Three that were published, cut short, and three that follow the law but for noise."""
    found = []
    for name, used in zip(tuple(DATA_SETS)[:3], (7, 5, 9), strict=True):
        pairs = DATA_SETS[name]
        found.append((pairs[: 2 * used : 2], pairs[1 : 2 * used : 2]))
    for seed in range(3):
        chance = np.random.default_rng(seed)
        n = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
        law = (chance.uniform(0.02, 0.08), chance.uniform(0.001, 0.004), 100.0)
        noise = chance.normal(0.0, 6.0, len(n))
        rates = (throughput(one, *law) + off for one, off in zip(n, noise, strict=True))
        found.append((n, tuple(round(float(one), 1) for one in rates)))
    return found


@cache
def questions() -> list[Question]:
    """At sizes near and far; what is needed is in the bands, near their ends and outside."""
    asked = []
    for n, rates in measured_sets():
        law, most = fit(n, rates), max(n)
        for times in (1.25, 2.0, 3.0):
            at = law.at(round(times * most))
            assert at.confidence is not None
            assert at.predicted is not None
            inner, outer = at.confidence, at.predicted
            for needed in (
                1.001 * at.throughput,
                0.999 * at.throughput,
                *((inner[end] + outer[end]) / 2.0 for end in (0, 1)),
                outer[0] - 0.05 * at.throughput,
                outer[1] + 0.05 * at.throughput,
            ):
                if needed > 0.0:
                    asked.append(Question(n, rates, at.n, round(needed, 1)))
    return asked


def _by_band(law: Law, question: Question) -> str:
    predicted = law.at(question.machines).predicted
    assert predicted is not None
    if question.needed <= predicted[0]:
        return "yes"
    return "no" if question.needed > predicted[1] else "measure"


def right_verdict(question: Question) -> str:
    """As the task says."""
    if question.machines > TRUSTED * max(question.n):
        return "measure"
    return _by_band(fit(question.n, question.rates), question)


def _is_verdict(said: str, question: Question) -> None:
    right = right_verdict(question)
    if said == right:
        return
    law = fit(question.n, question.rates)
    at = law.at(question.machines)
    assert at.confidence is not None
    assert at.predicted is not None
    low, high = at.predicted
    case = (
        f"Measured with 1 to {max(question.n):g} machines. Do {question.machines:g} do "
        f'{question.needed:,.0f}? You say "{said}"'
    )
    expect(
        question.machines <= TRUSTED * max(question.n),
        f"{case}, by a law that nobody has seen at half of this size.",
    )
    expect(
        said == "measure" or right == "measure",
        f"{case}, and the whole band is on the other side: {low:,.0f} to {high:,.0f}.",
    )
    expect(
        said != "measure",
        f"{case}. The band is {low:,.0f} to {high:,.0f}, and no size here is too far from what was "
        "measured. What is there left to doubt?",
    )
    expect(
        not at.confidence[0] < question.needed < at.confidence[1],
        f"{case}, by the law's curve. Some of the band is on the other side of what is needed.",
    )
    raise NotYet(
        f"{case}. So says the band in which the *curve* is. The shop's next day is a measurement, "
        "and wobbles itself."
    )


@dataclass(frozen=True)
class Offer:
    """A load, what can be had for it, and what the machines lose to each other."""

    load: float
    seed: int
    sigma: float
    kappa: float

    @property
    def sizes(self) -> list[Size]:
        return catalogue(self.seed)


OFFERS = (
    Offer(5000.0, 3, 0.01, 1e-5),
    Offer(1000.0, 8, 0.002, 2e-6),
    Offer(20_000.0, 2, 0.002, 2e-6),
    Offer(20_000.0, 7, 0.01, 1e-5),
    Offer(80_000.0, 1, 0.02, 1e-4),
    Offer(2_000_000.0, 5, 0.02, 1e-4),
)


def task_5(cheapest: Callable[..., Any]) -> None:
    """The size of machine that carries a load for the least money, when any one may die."""
    for offer in OFFERS:
        said = answered(cheapest, offer.load, list(offer.sizes), offer.sigma, offer.kappa)
        vcpus, machines = _two("cheapest", said, "the vCPUs of a machine", "how many machines")
        choice = number("cheapest(...)", vcpus), number("cheapest(...)", machines)
        _is_cheapest(choice, offer)
    print(f"Right, for {len(OFFERS)} shops; one of them is too large for any number of machines.")


def _alive(offer: Offer, size: Size, divided: bool = True) -> float:
    """Machines that carry the load, infinite if no number does."""
    sigma, kappa = (offer.sigma, offer.kappa) if divided else (0.0, 0.0)
    # Beyond the best number of them, more do less.
    most = _last(lambda n: throughput(n, sigma, kappa, size.requests), 0.0)
    enough = (
        n for n in range(1, most + 1) if throughput(n, sigma, kappa, size.requests) >= offer.load
    )
    return next(enough, inf)


@cache
def _choices(offer_at: int) -> dict[str, tuple[float, float]]:
    """What is right, and what it is with a slip."""
    offer = OFFERS[offer_at]
    alive = {size: _alive(offer, size) for size in offer.sizes}
    apart = {size: _alive(offer, size, divided=False) for size in offer.sizes}

    def least(
        needed: dict[Size, float], spare: int, cost: Callable[[Size, float], float]
    ) -> tuple[float, float]:
        can = [size for size in offer.sizes if needed[size] < inf]
        if not can:
            return 0.0, 0.0
        best = min(can, key=lambda size: cost(size, needed[size]))
        return float(best.vcpus), needed[best] + spare

    return {
        "right": least(alive, 1, lambda size, n: (n + 1) * size.usd),
        "carry it as long as all of them live": least(alive, 0, lambda size, n: n * size.usd),
        "carry it if they lose nothing to each other": least(
            apart, 1, lambda size, n: (n + 1) * size.usd
        ),
        "are cheapest before the spare is paid for": least(alive, 1, lambda size, n: n * size.usd),
        "are the fewest that can do it, and not the cheapest": least(
            alive, 1, lambda size, n: n + size.vcpus / 1e6
        ),
        "are the smallest that can do it": least(alive, 1, lambda size, n: size.usd),
    }


def _is_cheapest(choice: tuple[float, float], offer: Offer) -> None:
    choices = _choices(OFFERS.index(offer))
    right = choices["right"]
    if choice == right:
        return
    vcpus, machines = choice
    case = f"{offer.load:,.0f} requests/s, sigma {offer.sigma:g}, kappa {offer.kappa:g}: "
    case = f"{case}{machines:g} machines of {vcpus:g} vCPUs"
    expect(choice != (0.0, 0.0), f"{case}? There are sizes that can do it.")
    sizes = {size.vcpus: size for size in offer.sizes}
    expect(
        vcpus in sizes and machines >= 1.0 and machines.is_integer(),
        f"{case}? Take a size of the list and whole machines, or say (0, 0) if none can do it.",
    )
    for slip, wrong in choices.items():
        expect(choice != wrong, f"{case} {slip}.")
    size = sizes[int(vcpus)]
    alive = _alive(offer, size)
    expect(
        right != (0.0, 0.0),
        f"{case} do {throughput(machines, offer.sigma, offer.kappa, size.requests):,.0f}.",
    )
    expect(machines > alive, f"{case}. When one of them is dead, the others do not carry the load.")
    expect(machines == alive + 1.0, f"{case}. Fewer of this size would do.")
    raise NotYet(f"{case} can do it, for {machines * size.usd:,.0f} USD; another size costs less.")


def task_6(servers: Callable[..., Any]) -> None:
    """How many servers a mix of reads and writes takes, as replicas and as shards."""
    for load, write_share in (
        (800.0, 0.1),
        (9000.0, 0.05),
        (7500.0, 0.03),
        (1900.0, 0.25),
        (21_000.0, 0.01),
        (6000.0, 0.1),
        (30_000.0, 0.05),
        (70_000.0, 0.02),
    ):
        said = answered(servers, load, write_share)
        replicas, shards = _two("servers", said, "servers as replicas", "servers as shards")
        _is_number("replicas", replicas, _replicas(load, write_share), load, write_share)
        _is_number("shards", shards, _shards(load, write_share), load, write_share)
    print("Right, for eight mixes; for three no number of replicas is enough, for one no shards.")


def _needed(work: float, free: float) -> float:
    """Servers for ``work`` that can be divided, if each has so much free for it."""
    return float(max(1, ceil(work / free * (1.0 - 1e-12)))) if free > 0.0 else inf


def _replicas(load: float, write_share: float) -> dict[str, float]:
    writes, reads = load * write_share, load * (1.0 - write_share)
    divided = reads + writes * (WRITE_WORK - APPLY_WORK)
    right = _needed(divided, READS - writes * APPLY_WORK)
    full = writes * WRITE_WORK > READS
    alone = _needed(reads, READS - writes * APPLY_WORK)
    return {
        "right": inf if full else right,
        "but the primary is full of writes alone": right,
        "as if a write were done once, and not on every server": _needed(
            reads + writes * WRITE_WORK, READS
        ),
        "as if a replica did all the work of a write": _needed(reads, READS - writes * WRITE_WORK),
        "as if a write were no more work than a read": _needed(load, READS),
        "as if the primary did no more for a write than a replica does": alone,
        "as if the primary did not read": inf if full else alone + 1.0,
    }


def _shards(load: float, write_share: float) -> dict[str, float]:
    writes, reads = load * write_share, load * (1.0 - write_share)
    asks_one = writes * WRITE_WORK + reads * (1.0 - SCATTERED)
    return {
        "right": _needed(asks_one, READS - reads * SCATTERED),
        "as if every read asked one shard": _needed(writes * WRITE_WORK + reads, READS),
        "as if every write went to every shard": _needed(reads, READS - writes * WRITE_WORK),
        "as if a write were no more work than a read": _needed(
            writes + reads * (1.0 - SCATTERED), READS - reads * SCATTERED
        ),
        "as if a read that asks all shards did so besides asking its own": _needed(
            writes * WRITE_WORK + reads, READS - reads * SCATTERED
        ),
    }


def _is_number(
    what: str, given: Any, choices: dict[str, float], load: float, write_share: float
) -> None:
    value = inf if given is None else number(what, given)
    right = choices["right"]
    if value == right:
        return
    case = f"{load:,.0f} requests/s, {write_share:.0%} of them writes, {what}: "
    case = f"{case}{given}"
    expect(value >= 1.0, f"{case}? One is the least.")
    expect(value == inf or value.is_integer(), f"{case}. There are no parts of a server.")
    for slip, wrong in choices.items():
        expect(value != wrong, f"{case}, {slip}.")
    expect(value < inf, f"{case}? There is a number that is enough.")
    expect(
        right < inf, f"{case}? Ask of each server what it has to do that nobody can take off it."
    )
    verb = "too few" if value < right else "more than it takes"
    raise NotYet(f"{case} is {verb}. Add up what each server has to do in a second.")


# Boot time, evening over night, height of the sale, and how long it takes to rise (minutes).
DAYS = (
    (5, 4.0, 3.0, 30),
    (10, 4.0, 2.0, 45),
    (5, 8.0, 2.0, 20),
    (1, 4.0, 2.0, 20),
    (15, 3.0, 2.0, 60),
    (2, 4.0, 4.0, 30),
    (8, 4.0, 4.0, 60),
    (10, 6.0, 3.0, 30),
)


def task_7(rule: Callable[..., Any]) -> None:
    """A rule that follows demand before it is too late, and pays for little that is idle."""
    for i, (boot_min, peak_to_trough, sale, rise_min) in enumerate(DAYS):
        today = day(100 + i, boot_min, peak_to_trough, sale, rise_min)
        paid: list[int] = []
        _is_good(run(_noting(rule, paid), today), today, paid)
    print(
        f"Right: on {len(DAYS)} days at most {MOST_REFUSED:.1%} refused, and at least "
        f"{LEAST_USED:.0%} used of what is paid for."
    )


def _noting(rule: Callable[..., Any], paid: list[int]) -> Rule:
    """The rule, whose every wish is a number of machines and goes to ``paid``."""

    def wanted(measured: list[float], boot_min: int) -> int:
        machines = number("rule(...)", answered(rule, measured, boot_min))
        expect(
            machines.is_integer() and machines >= 1.0,
            f"rule wants {machines:g} machines. Whole ones are asked for, from 1 on.",
        )
        paid.append(int(machines))
        return paid[-1]

    return wanted


def _is_good(bill: Bill, today: Day, paid: Sequence[int]) -> None:
    case = (
        f"A day on which a machine takes {today.boot_min} min to boot: {bill.refused:.2%} refused, "
        f"{bill.used:.0%} used of what is paid for"
    )
    few, idle = bill.refused > MOST_REFUSED, bill.used < LEAST_USED
    if not few and not idle:
        return
    expect(max(paid) > min(paid), f"{case}. As many machines at night as in the sale?")
    expect(
        not idle or bool(np.any(np.diff(paid) < 0)),
        f"{case}. Nothing that was wanted once is ever given back.",
    )
    expect(not few or not idle, f"{case}. Too little when it counts, and too much all day.")
    expect(
        not idle,
        f"{case}. Demand rises for a few hours of the day; room to spare is paid for in all.",
    )
    into = bill.worst - today.sale.start
    then = f"{case}, most of them in minute {into} of the sale"
    expect(
        not 0 <= into <= today.boot_min + 1,
        f"{then}. The machines that served then were wanted before anybody saw it rise. What is "
        "left to help until others serve?",
    )
    expect(
        bill.worst not in today.sale,
        f"{then}. The machines that served then were wanted {today.boot_min} min before. What "
        "could be seen by then?",
    )
    raise NotYet(f"{case}, most of them outside of the sale. Is there any room for chance?")


@dataclass(frozen=True)
class Plan:
    """A day as `simulate` takes it, and the share of its requests that may be refused."""

    day: dict[str, Any]
    allowed: float


PLANS = (
    Plan({"sale": 3.0, "rise_s": 60.0, "boot_s": 300.0}, 0.002),
    Plan({"sale": 3.0, "rise_s": 1800.0, "boot_s": 120.0}, 0.001),
    Plan({"sale": 2.0, "rise_s": 60.0, "boot_s": 600.0}, 0.0008),
    Plan({"sale": 2.0, "rise_s": 600.0, "boot_s": 60.0}, 0.0025),
    Plan({"sale": 1.0, "peak_to_trough": 1.0, "burst": 0.5, "boot_s": 1800.0}, 0.005),
    Plan({"sale": 4.0, "rise_s": 600.0, "boot_s": 60.0, "most": 20}, 0.001),
)


def task_8(design: Callable[..., Any]) -> None:
    """The strategy and the head-room that keep a promise for the least money."""
    for plan in PLANS:
        said = answered(design, dict(plan.day), plan.allowed)
        strategy, target = _two("design", said, "the strategy", "the target")
        _is_design(strategy, target, plan)
    print(f"Right, for {len(PLANS)} shops on days that you have not seen; one cannot be helped.")


def cost(strategy: str, hours: float) -> float:
    """Machine-hours a day, those included that it is worth to tell the machines of a sale."""
    return hours + (TELLING if strategy == TOLD else 0.0)


def outcome(
    plan: Plan, seeds: Sequence[int] = SEEDS
) -> dict[tuple[str, float], tuple[float, float]]:
    """By strategy and target: cost, and the share that is refused; means over all seeds."""
    found = {}
    for strategy in (FIXED, ELASTIC, TOLD):
        for target in TARGETS:
            days: list[Elasticity] = [
                simulate(strategy, target=target, seed=seed, **plan.day) for seed in seeds
            ]
            hours, refused = (
                float(np.mean([getattr(one, name) for one in days]))
                for name in ("machine_hours", "refused_share")
            )
            found[strategy, target] = cost(strategy, hours), refused
    return found


@cache
def _outcome(plan_at: int) -> dict[tuple[str, float], tuple[float, float]]:
    return outcome(PLANS[plan_at])


def _is_design(strategy: Any, target: Any, plan: Plan) -> None:
    found = _outcome(PLANS.index(plan))
    good = {one: paid for one, (paid, refused) in found.items() if refused <= plan.allowed}
    about = ", ".join(f"{name} {value:g}" for name, value in plan.day.items())
    case = f"{about}; {plan.allowed:.2%} may be refused. {strategy}, {target}"
    if strategy is None and target is None:
        expect(not good, f"{case}? There is a way.")
        return
    expect(
        (strategy, target) in found,
        f"{case}: take the strategy from check.FIXED, check.ELASTIC and check.TOLD, the target "
        "from check.TARGETS, or say (None, None) if nothing is good enough.",
    )
    paid, refused = found[strategy, target]
    seen = f"{case}: {paid:,.0f} machine-hours, {refused:.3%} refused"
    expect(bool(good), f"{seen}. And with more head-room, is it any better?")
    expect(refused <= plan.allowed, f"{seen} on average over {20 * len(SEEDS)} days.")
    least = min(good.values())
    if paid <= DEARER * least:
        return
    same = min(paid for one, paid in good.items() if one[0] == strategy)
    expect(
        paid <= DEARER * same, f"{seen}. With less head-room this strategy is still good enough."
    )
    expect(
        strategy != TOLD or paid - TELLING > DEARER * least,
        f"{seen}. Without the {TELLING:g} for telling it would be the cheapest.",
    )
    raise NotYet(f"{seen}. That is the most this strategy can do, and another costs less.")
