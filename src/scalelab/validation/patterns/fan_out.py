"""Fan-out against transforms, integrals, binomial terms, one published measurement, and runs."""

import math
from collections.abc import Iterator

from scalelab.facts import fan_out as facts
from scalelab.kernels.patterns import fan_out as kernels
from scalelab.models.patterns.fan_out import (
    ALL,
    FAST_MS,
    HEDGED,
    SLOW_MS,
    SLOW_SHARE,
    ask,
    simulate,
)
from scalelab.theory.patterns import fan_out as theory
from scalelab.validation.row import Row, Topic, exact

DEAN = "{cite:t}`v-dean2013`"
EULER = "transform of the wait, inverted as {cite:t}`v-abate1995`"
SIMPSON = "the same, integrated over the work"
TERMS = "binomial terms"
RUN = "one event after another"
FAST, SLOW = 1.0 / FAST_MS, 1.0 / SLOW_MS
MEAN = FAST_MS + SLOW_SHARE * (SLOW_MS - FAST_MS)


def _published() -> Iterator[Row]:
    for n, p, fact in ((100, 0.01, facts.SLOW_OF_100), (2000, 0.0001, facts.SLOW_OF_2000)):
        ours = 1.0 - float(kernels.page_in_time(p, n, 0))
        where = f"{n:,} leaves, slow for {p:.2%}"
        yield Row("A leaf is slow", where, "published", DEAN, fact.value, ours, 0.005, ".3f")
    tail = theory.lognormal(
        (facts.HEDGED_AFTER.value, facts.HEDGES.value),
        (facts.UNHEDGED.value, 1.0 - theory.leaf_quantile(0.999, int(facts.KEYS.value))),
    )
    ours = theory.time_at(
        theory.hedged(tail, facts.HEDGED_AFTER.value),
        1.0 - theory.leaf_quantile(0.999, int(facts.KEYS.value)),
    )
    # Independent calls and a law through two of its points are ours: a tenth is near.
    yield Row(
        "p99.9 of 1,000 keys, hedged after 10 ms (ms)",
        "lognormal through 2% over 10 ms, and p99.9 of 1,800 ms without hedges", "published", DEAN,
        facts.HEDGED.value, ours, 7.4, ".0f",
    )  # fmt: skip


def _exponential() -> Iterator[Row]:
    late = -math.log(0.05)
    found = ask(1, slow_share=0.0, slow_ms=10.0, busy=0.0, delay_ms=late, fast_ms=1.0)
    hedged = found.leaf_ms[HEDGED]
    assert hedged is not None
    for name, s, ours in (("p99", 0.01, hedged.p99), ("p99.9", 0.001, hedged.p999)):
        yield exact(
            f"{name}, in means", "exponential, hedged after its p95", "half of delay and logarithm",
            theory.exponential_hedged(s, late), ours,
        )  # fmt: skip


def _queues() -> Iterator[Row]:
    for busy in (0.05, 0.2, 0.8):
        leaf, _, _ = kernels.settled(busy, FAST_MS, SLOW_SHARE, SLOW_MS, 0.0, 30.0, 0.0)
        for t in (5.0, 200.0):
            yield exact(
                f"Calls over {t:.0f} ms", f"servers {busy:.0%} busy", EULER,
                theory.time_tail(busy / MEAN, SLOW_SHARE, FAST, SLOW, SLOW_SHARE, t),
                float(kernels.slower(leaf, t)), ".6f", 1e-5,
            )  # fmt: skip
    leaf, _, _ = kernels.settled(0.3, FAST_MS, SLOW_SHARE, SLOW_MS, 1.0, 30.0, 0.0)

    def wait(t: float) -> float:
        return theory.wait_tail(0.3 / MEAN, SLOW_SHARE, FAST, SLOW, t)

    for t in (20.0, 150.0):
        yield exact(
            f"Heavy calls over {t:.0f} ms, sent twice", "servers 30% busy", SIMPSON,
            theory.same_work(wait, SLOW, 30.0, t), float(kernels.heavy_twice(leaf, t)), ".6f", 1e-4,
        )  # fmt: skip
    for leaves, missing in ((100, 1), (1000, 10)):
        yield exact(
            "Pages in time", f"{leaves:,} leaves without {missing}, late for 0.5%", TERMS,
            theory.in_time(0.005, leaves, missing),
            float(kernels.page_in_time(0.005, leaves, missing)),
        )  # fmt: skip


def _runs() -> Iterator[Row]:
    for means, busy, shared in (
        (ALL, 0.2, 0.0), (HEDGED, 0.2, 0.0), (HEDGED, 0.4, 0.0), (HEDGED, 0.2, 0.5),
    ):  # fmt: skip
        where = f"{means}, servers {busy:.0%} busy, {shared:.0%} slow everywhere"
        ran = simulate(means, busy=busy, shared=shared, servers=200, calls=300_000)
        ours = ask(busy=busy, shared=shared).leaf_ms[means]
        assert ours is not None
        # Slow calls are few and come in groups; of finitely many servers queues know of each other.
        yield Row("p99 of a leaf (ms)", where, "peer", RUN, ran.leaf_ms.p99, ours.p99,
                  0.08 * ours.p99, ".1f")  # fmt: skip
        yield Row("p50 of a leaf (ms)", where, "peer", RUN, ran.leaf_ms.p50, ours.p50,
                  0.02 * ours.p50, ".2f")  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _published()
    yield from _exponential()
    yield from _queues()
    yield from _runs()


TOPIC = Topic(
    "Fan-out and the tail",
    "Calls take 5 ms on average and 1% of them 100 ms; hedges after 30 ms.",
    _rows,
)
