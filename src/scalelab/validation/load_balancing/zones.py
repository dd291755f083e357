"""Zones against exact fractions, a chain, the arithmetic of a line, and a published rule."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.facts.machines import FAMILY, HOURS_PER_MONTH
from scalelab.models.load_balancing.zones import SWITCH_S, arrange
from scalelab.theory.load_balancing import zones as theory
from scalelab.validation.row import Row, Topic, exact

YEAR = Fraction(525_960)
BINOMIAL = "all cases, in fractions, {cite:t}`v-barlow1975`"
CHAIN = "chain of the pair's states"
LINE = "arrivals less what is served"
KELLY = "symmetric queues, {cite:t}`v-kelly1979`, section 3.3"
STATIC = "{cite:t}`v-weissfurr`"
MACHINE = theory.part_down(Fraction(365 * 1440), Fraction(10))
ZONE = theory.part_down(5 * YEAR, Fraction(360))
CHANGE = Fraction(120) / (YEAR + 120)
PAIR = theory.pair_down(Fraction(365 * 1440), Fraction(10), Fraction(SWITCH_S) / 60)


def _rows() -> Iterator[Row]:
    for zones, per_zone in ((1, 4), (1, 5), (2, 3), (2, 4), (3, 2), (4, 1), (4, 2)):
        where = f"{zones} x {per_zone} machines"
        few = theory.too_few(zones, per_zone, 4, MACHINE, ZONE)
        found = arrange(zones, per_zone)
        yield exact(
            "Too few by machines and zones (minutes a year)", where, BINOMIAL, float(YEAR * few),
            sum(list(found.minutes_by_cause.values())[:3]), ".6f",
        )  # fmt: skip
        yield exact(
            "Too few (minutes a year)", where, BINOMIAL,
            float(YEAR * theory.any_of(few, CHANGE, PAIR)), found.minutes,
        )  # fmt: skip
    yield exact(
        "Pair of balancers (minutes a year)", "address taken after 3.6 s", CHAIN,
        float(YEAR * PAIR), arrange(3, 2).minutes_by_cause["Balancer pair"], ".6f",
    )  # fmt: skip
    speed = Fraction(4000, 7)
    for zones, per_zone, lost in ((2, 3, 360), (2, 2, 10)):
        left, whole = (n * per_zone * speed for n in (zones - 1, zones))
        found = arrange(zones, per_zone, zone_min=float(lost))
        where = f"{zones} x {per_zone} machines, a zone lost for {lost} min"
        assert found.longest_wait_min is not None
        assert found.line_gone_min is not None
        yield exact(
            "Longest wait (min)", where, LINE,
            float(theory.longest_wait(left, Fraction(2000), Fraction(lost))),
            found.longest_wait_min,
        )  # fmt: skip
        yield exact(
            "Line gone after (min)", where, LINE,
            float(theory.line_gone(left, whole, Fraction(2000), Fraction(lost))),
            found.line_gone_min,
        )  # fmt: skip
    three = arrange(3, 2)
    assert three.response_ms is not None
    assert three.left_response_ms is not None
    for where, machines, ours in (
        ("3 x 2 machines", 6, three.response_ms),
        ("3 x 2 machines, a zone lost", 4, three.left_response_ms),
    ):
        yield exact(
            "Mean response (ms)", where, KELLY, theory.response(7.0, 2.0, machines, 4), ours
        )
    yield Row(
        "Machines over those needed", "three zones, one may be lost", "published", STATIC, 1.5,
        three.machines / three.needed, 1e-9, ".2f",
    )  # fmt: skip
    assert three.left_busy is not None
    yield Row(
        "Load of a zone over what it is tested for", "three zones, one may be lost", "published",
        STATIC, 0.66, three.busy / three.left_busy, 0.01, ".2f",
    )  # fmt: skip
    (machine,) = (each for each in FAMILY if each.vcpus == 4)
    yield exact(
        "Rent (USD a month)", "3 x 2 machines", "list price times hours",
        6 * machine.price.value * HOURS_PER_MONTH, three.usd_per_month, ".2f",
    )  # fmt: skip


TOPIC = Topic(
    "Failover and redundancy",
    "2,000 requests/s, for which four machines of 4 vCPUs are enough. A machine fails once a year "
    "for ten minutes, a zone every five years for six hours, and twice a year a change stops all "
    "for an hour.",
    _rows,
)
