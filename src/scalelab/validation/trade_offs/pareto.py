"""All designs against definitions, fractions, published numbers and rules."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from scalelab.facts.pareto import DISK_1987, DISK_READS_1987, MEMORY_1987, PAGE_1987
from scalelab.kernels.load_balancing.zones import too_few
from scalelab.kernels.trade_offs import pareto as kernels
from scalelab.models.trade_offs.pareto import CONSTANTS, Design, compare
from scalelab.theory.load_balancing import zones
from scalelab.theory.queueing import erlang, mm1
from scalelab.theory.trade_offs import pareto as theory
from scalelab.validation.row import Row, Topic, exact

BINOMIAL = "all cases, in fractions, {cite:t}`v-barlow1975`"
BORST = "{cite:t}`v-borst2004`"
YEAR = Fraction(525_960)
MACHINE = zones.part_down(Fraction(365 * 1440), Fraction(10))
ZONE = zones.part_down(5 * YEAR, Fraction(360))


def _down(design: Design, needed: int, needed_copies: int) -> Fraction:
    """Minutes of a year, with copies in one zone or one in each of two."""
    if design.zones == 1:
        good = zones.enough(design.machines, needed, MACHINE)
        good *= zones.enough(design.copies, needed_copies, MACHINE) * (1 - ZONE)
    else:
        good = Fraction(0)
        for up, weight in ((2, (1 - ZONE) ** 2), (1, 2 * ZONE * (1 - ZONE))):
            machines = zones.enough(up * design.machines // 2, needed, MACHINE)
            good += weight * machines * zones.enough(up, needed_copies, MACHINE)
    if design.copies > 1:
        moves = Fraction(1, 365 * 1440) + (Fraction(1, 5) / YEAR if design.zones > 1 else 0)
        good *= 1 - moves
    return YEAR * (1 - good)


def _rows() -> Iterator[Row]:
    story = compare()
    found = [(one.rent_usd, one.p99_ms) for one in story.front]
    others = [(one.rent_usd, one.p99_ms) for one in story.named.values()]
    others += [(step.to.rent_usd, step.to.p99_ms) for step in (*story.greedy, *story.in_turn)]
    best = theory.front(found + others)
    yield exact(
        "Designs on the front of rent and p99", "each against each", "definition",
        float(len(best)), float(len(set(found) & set(best))), ".0f",
    )  # fmt: skip
    for name, needed, needed_copies in (
        ("Plain", 4, 3),
        ("Cheapest", 4, 1),
        ("Least in all", 4, 1),
    ):
        design = story.named[name]
        yield exact(
            "Down (minutes a year)", name, BINOMIAL, float(_down(design, needed, needed_copies)),
            design.down_min, ".4f",
        )  # fmt: skip
    rich = compare(hour_usd=10_000.0).named["Least in all"]
    yield exact(
        "Down (minutes a year)", "best at 10,000 USD an hour, two zones", BINOMIAL,
        float(_down(rich, 3, 1)), rich.down_min, ".4f",
    )  # fmt: skip
    for rho in (0.5, 0.9):
        mean, _ = kernels.station(rho, 1.0, 1)
        alone = kernels.Classes(np.ones(1), np.zeros(1), np.array([mean]))
        yield exact(
            "p99 of one M/M/1 (services)", f"busy {rho:.0%}", "exponential",
            mm1.response_quantile(rho, 0.99), float(kernels.p99(alone)), digits=1e-7,
        )  # fmt: skip
    mean, variance = kernels.station(3.5, 1.0, 4)
    waits = erlang.waits(3.5, 4)
    yield exact(
        "Mean time in M/M/4 (services)", "busy 88%", "Erlang", 1.0 + erlang.mean_wait(3.5, 4), mean
    )
    yield exact(
        "Variance of it", "busy 88%", "Erlang", 1.0 + waits * (2.0 - waits) / 0.25, variance
    )
    for load in (14.0, 100.0):
        cost = {
            n: n + load * (kernels.station(load, 1.0, n)[0] - 1.0)
            for n in range(int(load) + 1, int(load) + 40)
        }
        yield Row(
            "Servers that cost least with the waits", f"load {load:.0f}, a wait costs a server",
            "published", BORST, theory.staffing(load, 1.0), float(min(cost, key=lambda n: cost[n])),
            1.0, ".1f",
        )  # fmt: skip
    yield Row(
        "Keep a page that is read every so many seconds", "prices of 1987", "published",
        "{cite:t}`v-gray1987`", 204.8,
        theory.break_even_s(
            PAGE_1987.value, DISK_READS_1987.value, DISK_1987.value, MEMORY_1987.value
        ),
        0.05, ".1f",
    )  # fmt: skip
    usd = CONSTANTS["machine_usd"]
    cost = {n: n * usd + too_few(4 + n, 4, float(MACHINE)) * 7_300_000.0 for n in range(9)}
    yield exact(
        "Spare machines that cost least", "one zone, 10,000 USD an hour",
        "all tried, in fractions",
        float(theory.spares(4, MACHINE, Fraction(usd), Fraction(7_300_000))),
        float(min(cost, key=lambda n: cost[n])), ".0f",
    )  # fmt: skip


TOPIC = Topic(
    "Performance and cost",
    "960 designs of the shop with 2,000 requests/s, of which 95% read; a machine fails once a year "
    "for ten minutes, a zone every five years for six hours; an hour is worth 1,000 USD.",
    _rows,
)
