"""The kernel against requests that are drawn and sorted, fractions, and what always holds."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.principles.percentiles_reference import (
    by_buckets,
    by_powers,
    count,
    exact,
    fleet,
    own_percentile,
    two_digits,
)

from scalelab.kernels.jit import Table
from scalelab.kernels.principles import percentiles as kernels
from scalelab.theory.principles import percentiles as theory

STORY: dict[str, Any] = {
    "slow_share": 0.05, "factor": 20.0, "misses": 0.02, "hit_ms": 10.0, "miss_ms": 40.0,
    "spread": 0.3, "quantile": 0.99, "bucketing": 0, "scale": 3, "per_minute": 120_000.0,
}  # fmt: skip
MODES = {"factor": 1.0, "misses": 0.1, "miss_ms": 270.0, "spread": 0.1}
WIDE = {"misses": 0.2, "miss_ms": 300.0, "spread": 0.8, "factor": 5.0}


def table_of(**changed: Any) -> Table:
    return kernels.percentiles(*{**STORY, **changed}.values())


def world_of(world: dict[str, Any]) -> kernels.World:
    return kernels.World(
        world["slow_share"], world["factor"], world["misses"], world["hit_ms"], world["miss_ms"],
        world["spread"],
    )  # fmt: skip


@pytest.mark.parametrize("changed", [{}, MODES, WIDE, {"slow_share": 0.005}])
@pytest.mark.parametrize("quantile", [0.5, 0.95, 0.99])
def test_requests_drawn_and_sorted(changed: dict[str, Any], quantile: float) -> None:
    """Within what chance does to 400,000 of them: a few standard errors of their number."""
    world = {**STORY, **changed}
    table = table_of(**changed, quantile=quantile)
    times = fleet(400_000, world, np.random.default_rng(1))
    error = 4.0 * math.sqrt(quantile * (1.0 - quantile) / len(times))
    truth = table[kernels.TRUE, kernels.VALUE]
    assert exact(times, quantile - error) <= truth <= exact(times, quantile + error)
    edges = kernels.edges_of(0).tolist()
    buckets = count(times.tolist()[::8], edges)
    error *= math.sqrt(8.0)
    fixed = table[kernels.FIXED, kernels.VALUE]
    low, high = (by_buckets(buckets, edges, quantile + sign * error) for sign in (-1.0, 1.0))
    assert low <= fixed <= high
    powers = table[kernels.EXPONENTIAL, kernels.VALUE]
    error /= math.sqrt(8.0)
    low, high = (by_powers(times, 2.0**0.125, quantile + sign * error) for sign in (-1.0, 1.0))
    assert low <= powers <= high
    mean = table[kernels.MEAN, kernels.VALUE]
    assert mean == pytest.approx(times.mean(), abs=5.0 * times.std() / math.sqrt(len(times)))


@pytest.mark.parametrize("changed", [{}, MODES, {**WIDE, "spread": 0.05}, {"quantile": 0.5}])
@pytest.mark.parametrize("m", [1, 6, 30, 400])
@pytest.mark.parametrize("slow", [False, True])
def test_what_few_requests_say(changed: dict[str, Any], m: int, slow: bool) -> None:
    world = {**STORY, **changed}
    machine = kernels.of_one(slow, world_of(world))
    mean, low, high = kernels.of_few(world["quantile"], m, machine)
    drawn = own_percentile(m, world["quantile"], world, slow, 20_000, np.random.default_rng(2))
    assert mean == pytest.approx(drawn.mean(), abs=5.0 * drawn.std() / math.sqrt(len(drawn)))
    inside = ((drawn >= low) & (drawn <= high)).mean()
    assert inside == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize(("k", "m"), [(30, 30), (297, 300), (15, 30), (5940, 6000)])
def test_the_mean_of_the_kth_by_its_binomial_tail(k: int, m: int) -> None:
    expected = theory.mean_of_kth(k, m, theory.parts(*list(STORY.values())[:6]))
    mean, _, _ = kernels.of_few(k / m, m, world_of(STORY))
    assert mean == pytest.approx(expected, rel=1e-4)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 1000), min_size=12, max_size=12).filter(lambda c: sum(c) > 0),
    st.fractions(0, 1, max_denominator=1000),
)
def test_prometheus_rules(counts: list[int], quantile: Fraction) -> None:
    edges = kernels.edges_of(kernels.GO)
    found = kernels.histogram_quantile(float(quantile), edges, np.array(counts, np.float64))
    # Where the rank is just a whole number, one more or less digit decides the bucket.
    nearby = [quantile - Fraction(1, 10**9), quantile, quantile + Fraction(1, 10**9)]
    expected = [
        float(
            theory.interpolated(
                min(max(q, Fraction(0)), Fraction(1)),
                [Fraction(edge) for edge in edges.tolist()],
                np.cumsum(counts).tolist(),
            )
        )
        for q in nearby
    ]
    assert min(expected) - 1e-4 <= found <= max(expected) + 1e-4


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(0.5, 20_000.0), min_size=1, max_size=60),
    st.lists(st.floats(0.5, 20_000.0), max_size=60),
    st.sampled_from([0.01, 0.5, 0.9, 0.99]),
)
def test_merged_counts_are_those_of_merged_requests(
    one: list[float], other: list[float], quantile: float
) -> None:
    """Nothing is lost by adding up, in any order; and the error is within the bucket."""
    edges = kernels.edges_of(kernels.ADVICE)
    bounds = edges.tolist()

    def counts(times: list[float]) -> np.ndarray:
        found = count(times, bounds)
        return np.array([found[bound] for bound in (*bounds, math.inf)], np.float64)

    np.testing.assert_array_equal(counts(one) + counts(other), counts(other + one))
    found = kernels.histogram_quantile(quantile, edges, counts(one) + counts(other))
    assert found == pytest.approx(by_buckets(count(one + other, bounds), bounds, quantile))
    ordered = sorted(one + other)
    true = ordered[max(math.ceil(quantile * len(ordered) - 1e-9), 1) - 1]
    end = next((bound for bound in bounds if true <= bound), bounds[-1])
    start = max((bound for bound in bounds if bound < true), default=0.0)
    if true > bounds[-1]:
        assert found == bounds[-1]
    else:
        assert start <= found * (1.0 + 1e-9)
        assert found <= end * (1.0 + 1e-9)


@settings(max_examples=200, deadline=None)
@given(st.floats(0.001, 1e7), st.sampled_from(kernels.ACCURACIES))
def test_a_sketch_keeps_its_promise(time_ms: float, accuracy: float) -> None:
    found = kernels.sketch_value(time_ms, accuracy)
    assert abs(found / time_ms - 1.0) <= accuracy * (1.0 + 1e-6)


@settings(max_examples=200, deadline=None)
@given(st.floats(0.001, 1e7), st.integers(1, 3))
def test_digits(time_ms: float, digits: int) -> None:
    found = kernels.digital_value(time_ms, digits)
    assert found == pytest.approx(two_digits(time_ms, digits), rel=1e-12)
    assert kernels.digital_low(time_ms, digits) <= time_ms
    assert found + 0.001 + 1e-9 > time_ms
    assert (found - kernels.digital_low(time_ms, digits)) / found <= 10.0**-digits


def test_coarser_buckets_are_whole_finer_ones() -> None:
    """What OpenTelemetry calls perfect subsetting."""
    for time_ms in np.geomspace(0.3, 90_000.0, 400):
        for scale in range(kernels.LARGEST_SCALE):
            fine, coarse = (
                kernels.power_bucket(time_ms, kernels.LN2 / 2.0**s) for s in (scale + 1, scale)
            )
            assert coarse == -(-fine // 2)


def test_sizes() -> None:
    sizes = table_of()[-kernels.SIZES :]
    assert sizes[:, kernels.KIND].tolist() == [kernels.SIZE] * kernels.SIZES
    sketches = sizes[sizes[:, kernels.NAME] == kernels.SKETCHED]
    assert sketches[1, kernels.BUCKETS] == math.ceil(theory.buckets(6e4, 1.02 / 0.98))
    powers = sizes[sizes[:, kernels.NAME] == kernels.EXPONENTIAL]
    assert powers[3, kernels.BUCKETS] == math.ceil(theory.buckets(6e4, theory.base(3)))
    fixed = sizes[sizes[:, kernels.NAME] == kernels.FIXED]
    assert fixed[:, kernels.BUCKETS].tolist() == [12, 15, 15, 15]


def test_the_average_can_be_far_too_low_and_without_limit_too_high() -> None:
    """Machines that are nearly always as fast as they are: the two bounds are come near to."""
    narrow = {"misses": 0.0, "spread": 0.02, "factor": 1000.0}
    low = table_of(**narrow, slow_share=0.05)[kernels.AVERAGE, kernels.ERROR] + 1.0
    high = table_of(**narrow, slow_share=0.005)[kernels.AVERAGE, kernels.ERROR] + 1.0
    few, truth = theory.two_kinds(20, 10.0, 10_000.0, 0.05, 0.99)
    assert low == pytest.approx(few / truth, rel=0.05)
    many, truth = theory.two_kinds(20, 10.0, 10_000.0, 0.005, 0.99)
    assert high == pytest.approx(many / truth, rel=0.05)
    assert low > 1.0 / theory.most_understated(20)


worlds = st.fixed_dictionaries({
    "slow_share": st.sampled_from([0.0001, 0.005, 0.05, 0.2, 0.9999]),
    "factor": st.sampled_from([1.0, 2.0, 50.0, 1000.0]),
    "misses": st.sampled_from([0.0, 0.01, 0.5, 1.0]), "hit_ms": st.sampled_from([0.01, 10.0, 1e5]),
    "miss_ms": st.sampled_from([0.01, 270.0, 1e5]), "spread": st.sampled_from([0.02, 0.3, 2.0]),
    "quantile": st.sampled_from([0.01, 0.5, 0.99, 0.9999]), "bucketing": st.integers(0, 3),
    "scale": st.integers(0, 8), "per_minute": st.sampled_from([100.0, 600.0, 120_000.0, 1e8]),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    rows = table[: kernels.METHODS]
    truth = rows[kernels.TRUE, kernels.VALUE]
    mix = theory.parts(*list({**STORY, **world}.values())[:6])
    # In a gap between hits and misses nearly nothing decides where it is.
    part = 1.0 - world["quantile"]
    assert theory.slower(truth * (1.0 + 1e-7), mix) <= part + 1e-11
    assert theory.slower(truth * (1.0 - 1e-7), mix) >= part - 1e-11
    # All that is in buckets is within them, and exponential ones keep their promise.
    for method in (kernels.EXPONENTIAL, kernels.SKETCHED, kernels.DIGITAL):
        low, value, high = rows[method, [kernels.LOW, kernels.VALUE, kernels.HIGH]]
        assert low * (1.0 - 1e-9) <= value <= high * (1.0 + 1e-9)
    growth = 2.0 ** (2.0 ** -world["scale"])
    assert rows[kernels.EXPONENTIAL, kernels.VALUE] / truth < growth * (1.0 + 1e-6)
    assert truth / rows[kernels.EXPONENTIAL, kernels.VALUE] < growth * (1.0 + 1e-6)
    assert abs(rows[kernels.SKETCHED, kernels.ERROR]) <= kernels.SKETCH * (1.0 + 1e-6)
    fixed = rows[kernels.FIXED]
    assert fixed[kernels.LOW] <= fixed[kernels.VALUE] <= fixed[kernels.HIGH]
    if fixed[kernels.ENDLESS] == 0.0:
        within = fixed[kernels.LOW] * (1.0 - 1e-9) <= truth <= fixed[kernels.HIGH] * (1.0 + 1e-9)
        # Just as many are slower than the bound: then any time from there to the next is right.
        assert within or abs(theory.slower(fixed[kernels.HIGH], mix) - part) <= 1e-11
    else:
        assert truth >= fixed[kernels.VALUE] == kernels.edges_of(world["bucketing"])[-1]
    # The average is between the lowest and the highest machine.
    average = rows[kernels.AVERAGE]
    assert average[kernels.LOW] * (1 - 1e-9) <= average[kernels.VALUE]
    assert average[kernels.VALUE] <= rows[kernels.HIGHEST, kernels.VALUE] * (1 + 1e-9)
    curve = table[table[:, kernels.KIND] == kernels.CURVE]
    assert (np.diff(curve[:, kernels.SLOWER]) <= 1e-12).all()
