"""Sampling against requests that are drawn one by one, sums over all cases, and what must hold."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.principles.sampling_reference import (
    by_coins,
    estimates,
    kept_by_policy,
    poisson_tail,
    ring,
)

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.principles import sampling as kernels
from scalelab.kernels.principles.sampling import ALL, EACH, HEAD, LIMITED, TAIL, WAYS
from scalelab.theory.principles import sampling as theory

STORY: dict[str, Any] = {
    "rate_per_s": 2000.0, "services": 5, "share": 0.01, "one_in": 10_000.0, "endpoint": 0.01,
    "minutes": 5.0, "needed": 1, "shows": 0, "wait_s": 10.0, "spans_each": 4.0,
    "span_bytes": 500.0, "per_s": 1, "endpoints": 20, "other_errors": 0.001, "slow": 0.01,
    "room": 50_000, "usd_per_gb": 0.45,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.sampling(*{**STORY, **changed}.values())


def ways(**changed: Any) -> list[Floats]:
    table = table_of(**changed)
    return list(table[table[:, kernels.KIND] == kernels.WAY])


@pytest.mark.parametrize("mean", [1e-6, 0.3, 3.0, 60.0, 700.0])
@pytest.mark.parametrize("least", [1, 2, 10, 65, 800])
def test_tails(least: int, mean: float) -> None:
    expected = poisson_tail(least, mean)
    assert kernels.at_least(least, mean) == pytest.approx(expected, rel=1e-10, abs=1e-300)


def test_ends_of_tails() -> None:
    assert kernels.at_least(0, 5.0) == 1.0
    assert kernels.at_least(3, 0.0) == 0.0
    assert kernels.at_least(50_000, 20_000.0) < 1e-300
    assert kernels.at_least(50_000, 60_000.0) == 1.0
    assert kernels.at_least(50_000, 50_000.0) == pytest.approx(0.5, abs=0.002)


@pytest.mark.parametrize("least", [1, 3, 20])
def test_the_mean_for_a_chance(least: int) -> None:
    mean = kernels.mean_for(least, 0.95)
    assert poisson_tail(least, mean) == pytest.approx(0.95, rel=1e-10)
    if least == 1:
        assert mean == pytest.approx(math.log(20.0), rel=1e-12)


@pytest.mark.parametrize("most", [1, 2, 5])
@pytest.mark.parametrize("mean", [0.05, 2.0, 30.0])
def test_the_first_of_a_second(most: int, mean: float) -> None:
    assert kernels.first(most, mean) == pytest.approx(
        mean * theory.first_of_second(mean, most), rel=1e-10
    )
    expected = math.fsum(
        n * (n - min(n, most)) / min(n, most)
        * math.exp(n * math.log(mean) - mean - math.lgamma(n + 1.0))
        for n in range(1, 400)
    )  # fmt: skip
    assert kernels.lost(most, mean) == pytest.approx(expected, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(("services", "share"), [(1, 0.3), (2, 0.3), (3, 0.5)])
def test_coins_one_by_one(services: int, share: float) -> None:
    found = ways(services=services, share=share)
    for way, together in ((EACH, False), (HEAD, True)):
        failed, whole = by_coins(50.0, 0.2, services, share, together, 400, seed=way)
        q = found[way][kernels.KEPT]
        assert abs(whole / failed - q) < 4.0 * math.sqrt(q * (1.0 - q) / failed)


@pytest.mark.parametrize("needed", [1, 3])
def test_chances_in_time(needed: int) -> None:
    """Within two seconds, 3,000 times."""
    row = ways(
        rate_per_s=50.0, one_in=5.0, endpoint=1.0, services=2, share=0.1, needed=needed,
        minutes=2.0 / 60.0,
    )[HEAD]  # fmt: skip
    hits = sum(by_coins(50.0, 0.2, 2, 0.1, True, 2, seed)[1] >= needed for seed in range(3000))
    expected = row[kernels.CHANCE]
    assert abs(hits / 3000 - expected) < 4.0 * math.sqrt(expected * (1.0 - expected) / 3000)
    assert expected == pytest.approx(theory.seen_at_random(20.0, 0.1, needed, most=400), rel=1e-9)


@pytest.mark.parametrize("reservoir", [False, True])
@pytest.mark.parametrize("most", [1, 3])
def test_so_many_a_second(most: int, reservoir: bool) -> None:
    """The first of each second or as many at random: the same part, weights right on average."""
    rate, bad, seconds = 10.0, 0.1, 60
    # One endpoint has all requests: the others have none, and errors.
    row = ways(
        rate_per_s=rate, endpoint=1.0, one_in=1e9, other_errors=bad, per_s=most,
        minutes=seconds / 60.0,
    )[LIMITED]  # fmt: skip
    runs = [estimates(rate, bad, most, reservoir, seconds, seed) for seed in range(400)]
    kept = np.array([run[0] for run in runs]) / (rate * seconds)
    assert abs(kept.mean() - row[kernels.KEPT]) < 4.0 * kept.std() / math.sqrt(len(runs))
    told = np.array([run[2] for run in runs]) / (rate * seconds)
    assert abs(told.mean() - bad) < 4.0 * told.std() / math.sqrt(len(runs))
    # The range leaves out that errors themselves come at random: that variance is added.
    error = (row[kernels.HIGH] - row[kernels.TRUE]) / kernels.SPREAD
    assert told.std() == pytest.approx(math.sqrt(error**2 + bad / (rate * seconds)), rel=0.12)


def test_tail_sampling_one_by_one() -> None:
    bad, slow, share, requests = 0.02, 0.05, 0.1, 60_000
    row = ways(one_in=1e12, other_errors=bad, slow=slow, share=share)[TAIL]
    kept, errors, slow_ones, told = kept_by_policy(requests, bad, slow, share, seed=3)
    for found, expected in (
        (errors / kept, row[kernels.RAW]), (slow_ones / kept, row[kernels.SLOW_SEEN]),
    ):  # fmt: skip
        assert abs(found - expected) < 4.0 * math.sqrt(expected * (1.0 - expected) / kept)
    per_request = row[kernels.SPANS] / (2000.0 * 20.0)
    assert abs(kept / requests - per_request) < 4.0 * math.sqrt(per_request / requests)
    assert told == errors
    assert row[kernels.LOW] == row[kernels.HIGH] == row[kernels.TRUE]


@pytest.mark.parametrize(("room", "wait"), [(80, 10.0), (100, 10.0), (110, 10.0), (200, 10.0)])
def test_a_ring_of_traces(room: int, wait: float) -> None:
    row = ways(rate_per_s=10.0, room=room, wait_s=wait)[TAIL]
    runs = [ring(10.0, wait, room, 6000, seed) for seed in range(8)]
    decided = np.array([run[0] for run in runs])
    error = decided.std(ddof=1) / math.sqrt(len(runs))
    assert abs(decided.mean() - row[kernels.DECIDED]) < 4.0 * error + 1e-3
    # Those that came within the wait, Little's law, but no more than there is room for.
    held = np.mean([run[1] for run in runs])
    assert row[kernels.MEMORY] * 1e6 / (20.0 * 500.0) == pytest.approx(held, rel=0.02)


def test_a_ring_that_is_too_small_by_a_little_keeps_nothing() -> None:
    few, none = ways(wait_s=24.0)[TAIL], ways(wait_s=26.0)[TAIL]
    assert few[kernels.DECIDED] > 0.999999
    assert none[kernels.DECIDED] < 1e-6
    assert ways(wait_s=30.0)[TAIL][kernels.SPANS] == 0.0


def test_what_one_sees_of_a_hidden_fault_is_what_one_sees_of_anything() -> None:
    row = ways(shows=1)[TAIL]
    assert row[kernels.KEPT] == pytest.approx(row[kernels.SPANS] / 40_000.0, rel=1e-12)
    assert row[kernels.TRUE] == 0.001


def test_time_and_traffic_are_alike() -> None:
    """Ten times the requests for a tenth of the time: the same by coins."""
    a, b = ways()[HEAD], ways(rate_per_s=200.0, minutes=50.0)[HEAD]
    for column in (kernels.CHANCE, kernels.LOW, kernels.HIGH):
        assert a[column] == pytest.approx(b[column], rel=1e-12)
    assert b[kernels.SURE_MIN] == pytest.approx(10.0 * a[kernels.SURE_MIN], rel=1e-12)


worlds = st.fixed_dictionaries({
    "rate_per_s": st.sampled_from([0.01, 100.0, 2000.0, 20_000.0, 1e6]),
    "services": st.sampled_from([1, 5, 100]), "share": st.sampled_from([1e-6, 0.01, 0.5, 1.0]),
    "one_in": st.sampled_from([1.0, 1e4, 1e12]), "endpoint": st.sampled_from([1e-6, 0.01, 1.0]),
    "minutes": st.sampled_from([0.01, 5.0, 1e7]), "needed": st.sampled_from([1, 20, 1000]),
    "shows": st.integers(0, 1), "wait_s": st.sampled_from([0.1, 10.0, 3600.0]),
    "per_s": st.sampled_from([1, 7, 1000]), "endpoints": st.sampled_from([2, 10_000]),
    "other_errors": st.sampled_from([1e-9, 0.001, 0.5]), "slow": st.sampled_from([0.0, 0.01, 0.5]),
    "room": st.sampled_from([1, 50_000, 100_000_000]),
})  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    parts = (kernels.CHANCE, kernels.KEPT, kernels.RAW, kernels.TRUE, kernels.SLOW_SEEN)
    for column in parts:
        assert (table[:, column] <= 1.0 + 1e-9).all()
    for way in range(WAYS):
        mine = table[(table[:, kernels.SERIES] == way) & (table[:, kernels.KIND] == kernels.CURVE)]
        assert len(mine) == kernels.POINTS
        assert (np.diff(mine[:, kernels.CHANCE]) >= -1e-9).all()
    found = [row for row in table if row[kernels.KIND] == kernels.WAY]
    assert found[EACH][kernels.KEPT] <= found[HEAD][kernels.KEPT] <= found[ALL][kernels.KEPT] == 1.0
    for row in found:
        assert row[kernels.SPANS] <= found[ALL][kernels.SPANS] * (1.0 + 1e-9)
        assert row[kernels.LOW] <= row[kernels.HIGH]
        if row[kernels.POSSIBLE] == 1.0:
            assert row[kernels.SURE_MIN] >= row[kernels.MEAN_MIN] * 0.999
    # More coins never show less.
    if world["share"] <= 0.5:
        more = ways(**{**world, "share": 2.0 * world["share"]})
        for way in (EACH, HEAD, TAIL):
            assert more[way][kernels.CHANCE] >= found[way][kernels.CHANCE] - 1e-9
