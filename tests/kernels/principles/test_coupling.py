"""A fault against requests one by one, against closed forms, and what always holds."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.principles import coupling_reference as reference
from tests.kernels.principles.coupling_reference import CircuitBreaker, World, simulate

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.principles import coupling as kernels
from scalelab.kernels.principles.coupling import BREAKER, BROKER, BULKHEAD, NONE, TIME_OUT
from scalelab.theory.principles import coupling as theory
from scalelab.theory.queueing.erlang import lost

STORY: dict[str, Any] = {
    "fault": 0, "minutes": 2.0, "share": 0.05, "rate": 200.0, "workers": 200, "limit_s": 30.0,
    "own_calls": 25, "fallback": 0, "each": 0.999, "work_ms": 50.0, "call_ms": 50.0,
    "hand_over_ms": 5.0, "patience_s": 10.0, "threshold": 0.5, "window": 100.0, "wait_s": 60.0,
    "probes": 10.0,
}  # fmt: skip
RUNS = 10


def table_of(**changed: Any) -> Table:
    return kernels.coupling(*{**STORY, **changed}.values())


def way_of(way: int, **changed: Any) -> Floats:
    row: Floats = table_of(**changed)[kernels.BINS + way]
    return row


def bins_of(**changed: Any) -> Table:
    return table_of(**changed)[: kernels.BINS]


def near(value: float, found: list[float], at_least: float) -> None:
    """Within four standard errors of runs, and a hundredth that the means without chance cost."""
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(value - mean) < 4.0 * error + at_least


@pytest.mark.parametrize(
    "w",
    [
        World(),
        World(limit=20.0, seconds=120.0),
        World(fault=reference.SLOW_100, limit=3.0, seconds=120.0),
        World(fault=reference.SLOW_10),
        World(fault=reference.ERROR, seconds=120.0, rate=60.0, workers=40),
        World(rate=100.0, workers=60, limit=8.0, seconds=120.0, own=20, fallback=True),
    ],
)
def test_requests_one_by_one(w: World) -> None:
    table = table_of(
        fault=w.fault, minutes=w.seconds / 60.0, share=w.share, rate=w.rate, workers=w.workers,
        limit_s=w.limit, own_calls=w.own, fallback=int(w.fallback), work_ms=1000.0 * w.work,
        call_ms=1000.0 * w.call, hand_over_ms=1000.0 * w.hand_over, patience_s=w.patience,
    )  # fmt: skip
    for way in range(kernels.WAYS):
        row = table[kernels.BINS + way]
        seen = [simulate(way, w, seed) for seed in range(RUNS)]
        for each in seen:
            assert each.came == each.answered + each.refused + each.failed + each.left
        shares = [each.in_fault / each.came_in_fault for each in seen]
        near(row[kernels.SHARE], shares, 0.01)
        came = w.rate * w.seconds
        near(row[kernels.REFUSED], [each.refused for each in seen], 0.005 * came)
        near(row[kernels.FAILED], [each.failed for each in seen], 0.005 * came)
        opened = [each.opened for each in seen if each.opened is not None]
        assert row[kernels.HAS_OPEN] == (1.0 if way == BREAKER and opened else 0.0)
        if opened:
            near(row[kernels.OPEN_S], opened, 0.03 * float(np.mean(opened)))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(range(kernels.FAULTS)), st.floats(0.5, 5.0), st.floats(0.005, 1.0),
    st.floats(5.0, 1000.0), st.integers(1, 400), st.integers(2, 600), st.integers(1, 300),
    st.sampled_from([0, 1]),
)  # fmt: skip
def test_whatever_the_world(
    fault: int, minutes: float, share: float, rate: float, workers: int, tenths: int, own: int,
    fallback: int,
) -> None:  # fmt: skip
    table = table_of(
        fault=fault, minutes=minutes, share=share, rate=rate, workers=workers,
        limit_s=tenths / 10.0, own_calls=own, fallback=fallback,
    )  # fmt: skip
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.all(np.isfinite(table))
    assert np.all(table[:, kernels.BACK_S] >= 0.0)
    bins, ways = table[: kernels.BINS], table[kernels.BINS : kernels.BINS + kernels.WAYS]
    assert np.all((bins[:, 2:7] >= 0.0) & (bins[:, 2:7] <= 1.0))
    assert np.all((bins[:, 7:12] >= 0.0) & (bins[:, 7:12] <= workers + rate / 10.0))
    assert np.all(ways[:, kernels.ARRIVED : kernels.LEFT + 1] >= -1e-9)
    # Every request has one outcome, those that were there in the beginning included.
    for way, row in enumerate(ways):
        call_s = 0.005 if way == BROKER else 0.05
        there = rate * (0.05 + share * call_s)
        outcomes = row[kernels.ANSWERED : kernels.LEFT + 1].sum()
        assert outcomes == pytest.approx(row[kernels.ARRIVED] + there, rel=1e-9)
    assert ways[BROKER, kernels.SHARE] >= ways[:, kernels.SHARE].max() - 0.05
    if fault == kernels.HANG:
        assert ways[TIME_OUT, kernels.SHARE] >= ways[NONE, kernels.SHARE] - 0.02


@settings(max_examples=30, deadline=None)
@given(
    st.floats(0.01, 0.5), st.integers(10, 300), st.floats(0.3, 1.6), st.integers(10, 60),
)  # fmt: skip
def test_a_long_fault_settles_at_erlangs_formula(
    share: float, workers: int, load: float, tenths: int
) -> None:
    """The last minute of five, at most 200 time-outs long; waves have died out by then."""
    limit = tenths / 10.0
    rate = load * workers / (0.05 + share * limit)
    bins = bins_of(share=share, rate=rate, workers=workers, limit_s=limit, minutes=5.0)
    last = bins[(bins[:, kernels.AT_S] > 240.0) & (bins[:, kernels.AT_S] < 295.0)]
    found, busy = theory.served(rate, 0.05, share, limit, workers)
    assert last[:, kernels.OK + TIME_OUT].mean() == pytest.approx(found * (1.0 - share), abs=0.01)
    assert last[:, kernels.BUSY + TIME_OUT].mean() == pytest.approx(busy, rel=0.01)


@pytest.mark.parametrize(
    ("share", "limit", "own"), [(0.05, 5.0, 25), (0.2, 2.0, 10), (0.1, 4.0, 150)]
)
def test_a_bulkhead_settles_at_the_fixed_point(share: float, limit: float, own: int) -> None:
    bins = bins_of(share=share, limit_s=limit, own_calls=own, workers=100, minutes=5.0)
    last = bins[(bins[:, kernels.AT_S] > 240.0) & (bins[:, kernels.AT_S] < 295.0)]
    found, _ = theory.bulkhead(200.0, 0.05, share, limit, 100, min(own, 100))
    ok = last[:, kernels.OK + BULKHEAD].mean()
    assert ok == pytest.approx(found * (1.0 - share), abs=0.01)


def test_curve_is_erlangs_formula() -> None:
    known = kernels.curve(30)
    for k in range(1, kernels.NODES, 37):
        load = known[0, k] / known[1, k]
        assert known[1, k] == pytest.approx(1.0 - lost(load, 30), rel=1e-9)
    assert np.all(np.diff(known[0]) > 0.0)
    assert np.all(np.diff(known[1]) <= 0.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.floats(0.0, 1.5), st.floats(0.0, 3.0))
def test_a_share_and_the_number_go_together(places: int, base: float, gain: float) -> None:
    known = kernels.curve(places)
    share = kernels.admitted(known, places, base * places, gain * places)
    assert 0.0 <= share <= 1.0
    number = places * (base + share * gain)
    if gain > 0.0 and base < 0.99:
        assert share == pytest.approx(np.interp(number, known[0], known[1]), abs=1e-6)


@pytest.mark.parametrize("limit", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("rate", [100.0, 500.0])
def test_a_breaker_opens_and_closes_by_the_rules(limit: float, rate: float) -> None:
    """The same events, evenly spaced, given to the independent breaker."""
    calls_per_s = 0.05 * rate
    row = way_of(BREAKER, limit_s=limit, rate=rate, minutes=3.0)
    assert row[kernels.OPEN_S] == pytest.approx(
        theory.opens_after(0.5, 100.0, calls_per_s, limit), abs=0.3
    )
    breaker = CircuitBreaker()
    breaker.results.extend([False] * 100)
    pending: list[tuple[float, float]] = []
    opened = []
    rejected = 0.0
    for i in range(int(320.0 * calls_per_s)):
        now = (i + 1) / calls_per_s
        while pending and pending[0][0] <= now:
            at, begun = pending.pop(0)
            before = breaker.state
            breaker.result(begun + limit <= 180.0, begun, at)
            if breaker.state == "open" != before:
                opened.append(at)
        if breaker.lets_pass(now):
            pending.append((now + (limit if now < 180.0 else 0.05), now))
        else:
            rejected = now
    assert row[kernels.OPEN_S] == pytest.approx(opened[0], abs=0.3)
    assert opened[1] - opened[0] == pytest.approx(
        theory.cycle(60.0, 10.0, calls_per_s, limit), abs=0.3
    )
    assert breaker.state == "closed"
    # The last that was rejected; the probes that come then are all that come.
    assert row[kernels.BACK_S] == pytest.approx(rejected - 180.0, abs=0.5)


@pytest.mark.parametrize(("rate", "share"), [(200.0, 0.05), (200.0, 0.2), (50.0, 0.05)])
def test_the_pool_is_full_when_littles_law_says(rate: float, share: float) -> None:
    expected = theory.full_after(200, rate * 0.05, rate * share)
    row = way_of(NONE, rate=rate, share=share, minutes=5.0)
    assert row[kernels.FULL_S] == pytest.approx(expected, rel=0.06, abs=0.2)
    here = table_of(rate=rate, share=share)[kernels.BINS + kernels.WAYS]
    assert here[kernels.BEARS_S] == pytest.approx(expected)
    # A second less than that the pool bears, and much more it does not.
    short, long = (way_of(TIME_OUT, rate=rate, share=share, limit_s=s, minutes=5.0)
                   for s in (0.8 * expected, 1.3 * expected) if s <= 600.0)  # fmt: skip
    assert short[kernels.HAS_FULL] == 0.0
    assert long[kernels.HAS_FULL] == 1.0


def test_more_is_worse() -> None:
    def ok(way: int, **changed: Any) -> float:
        return float(way_of(way, **changed)[kernels.SHARE])

    for way in (NONE, TIME_OUT, BREAKER):
        assert ok(way, share=0.02) > ok(way) > ok(way, share=0.2)
        assert ok(way, workers=100) < ok(way) < ok(way, workers=400)
    for limits in ((1.0, 30.0), (30.0, 60.0)):
        assert ok(TIME_OUT, limit_s=limits[0]) > ok(TIME_OUT, limit_s=limits[1])


def test_calls_that_are_cut_off() -> None:
    for fault, slow in ((kernels.SLOW_100, 5.0), (kernels.SLOW_10, 0.5), (kernels.HANG, np.inf)):
        for limit in (0.2, 1.0, 10.0):
            assert kernels.held(fault, 0.05, limit) == pytest.approx(
                theory.held(slow, limit), rel=1e-6
            )
    assert kernels.held(kernels.ERROR, 0.05, 10.0) == 0.0


@pytest.mark.parametrize("each", [0.9, 0.999])
def test_series(each: float) -> None:
    rows = table_of(each=each)[kernels.BINS + kernels.WAYS + 1 :]
    exact = Fraction(str(each))
    for row, n in zip(rows, kernels.NUMBERS, strict=True):
        assert row[kernels.SERVICES] == n
        assert row[kernels.ALL_MIN] == pytest.approx(theory.minutes_down(exact**n))
        assert row[kernels.HALF_MIN] == pytest.approx(theory.minutes_down(exact ** ((n + 1) // 2)))
        assert row[kernels.BROKER_MIN] == pytest.approx(theory.minutes_down(1 - (1 - exact) / 10))
