"""Call graphs against transforms turned back, Erlang's law, fractions and a published rule."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.models.patterns.call_graph import ORDERS, REMEDIES, page, time_for, wasted
from scalelab.theory.patterns import call_graph as theory
from scalelab.validation.row import Row, Topic, exact

TURN, ONCE = ORDERS
PRODUCT = "all are up, in fractions"
INVERTED = "its transform, inverted numerically as in {cite:t}`v-abate1995`"
ERLANG = "exponential times in a row: Erlang's law"
LATEST = "latest of exponential times"
TREYNOR = "{cite:t}`v-treynor2017`"
MONTH = 43_830
UP = Fraction(999, 1000)


def _late(share_of_one: float, times: int) -> float:
    return 1.0 - (1.0 - share_of_one) ** times


def _up() -> Iterator[Row]:
    for optional in (0, 5):
        found = page(optional=optional)
        needed = 6 - optional
        where = f"30 services, {5 * needed} of them needed"
        for name, up in (
            (REMEDIES[1], theory.all_up(5 * needed, UP)),
            (REMEDIES[2], theory.kept(needed, 5, UP, Fraction(4, 5))),
            (REMEDIES[3], theory.two_copies(5 * needed, UP, Fraction(1, 4))),
            (REMEDIES[4], theory.all_up(5 * needed, theory.extra_nine(UP))),
        ):
            yield exact(
                f"Down (minutes a month): {name.lower()}", where, PRODUCT,
                float(MONTH * (1 - up)), found.minutes_by_remedy[name],
            )  # fmt: skip
    yield Row(
        "Each has to be up", "ten services, to be up 99.9% of the time", "published", TREYNOR,
        0.9999, page(branches=10, depth=1).each_up, 1e-6, ".4%",
    )  # fmt: skip


def _times() -> Iterator[Row]:
    for order, services, lines in ((TURN, 30, 1), (ONCE, 5, 6)):
        found = page(order=order).p99_ms - 0.5 * services
        yield exact(
            "Share of the pages later than p99", f"six branches of five, {order.lower()}", INVERTED,
            _late(theory.later(services, 0.02, 5.0, 50.0, found), lines), 0.01, ".8f", 1e-5,
        )  # fmt: skip
    yield exact(
        "p99 (ms)", "six services one after the other, no call slow", ERLANG,
        theory.erlang_quantile(6, 5.0, 0.99) + 3.0, time_for(6, slow=0.0).p99_turn_ms,
    )  # fmt: skip
    fan = time_for(50, slow=0.0)
    yield exact(
        "p99 (ms)", "fifty services at once, no call slow", LATEST,
        theory.fan_quantile(50, 5.0, 0.99) + 0.5, fan.p99_once_ms,
    )  # fmt: skip
    yield exact(
        "Mean (ms)", "fifty services at once, no call slow", LATEST,
        theory.fan_mean(50, 5.0) + 0.5, fan.mean_once_ms, digits=1e-6,
    )  # fmt: skip


def _work() -> Iterator[Row]:
    """A chain of six with a time-out of 300 ms, behind a queue of 250 ms."""
    left = 300.0 - 250.0
    excess = [theory.excess(n, 0.02, 5.0, 50.0, left - 0.5 * max(n, 1)) for n in range(1, 7)]
    later = [theory.later(n, 0.02, 5.0, 50.0, left - 0.5 * (n + 1)) for n in range(1, 6)]
    useful = 6 * 5.9 - excess[5] - (left - 3.0) * theory.later(6, 0.02, 5.0, 50.0, left - 3.0)
    found = wasted(250.0, branches=1, depth=6, limit_ms=300.0)
    where = "a chain of six, queue of 250 ms, time-out of 300 ms"
    yield exact(
        "Work for nobody: time-outs only", where, INVERTED, 1.0 - useful / 35.4, found.fixed,
        ".6f", 1e-6,
    )  # fmt: skip
    begun = 5.9 * (1.0 + sum(1.0 - each for each in later))
    yield exact(
        "Work for nobody: deadline passed on", where, INVERTED, (begun - useful) / 35.4,
        found.passed, ".6f", 1e-6,
    )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _up()
    yield from _times()
    yield from _work()


TOPIC = Topic(
    "Chains of calls",
    "Six branches of five services, each up 99.9% of the time. A call takes 0.5 ms in the network "
    "and 5 ms of work on average, or 50 ms in one call of fifty.",
    _rows,
)
