"""Simulations against exact queues; fits of records of known truth."""

import math
from typing import Any

import numpy as np
import pytest

from scalelab.models import access_log
from scalelab.models.workload.flash_crowd import Crowds, Served, fit, simulate
from scalelab.theory.workload.flash_crowd import Fluid, limited, mean_wait
from scalelab.theory.workload.mmpp import Mmpp

FAST = Crowds(1.0, 8.0, 20.0, 5.0)
SHOP = Crowds.with_mean(2.0, height=6.0, crowd_s=300.0, calm_s=2400.0)


def theory(stream: Crowds) -> Mmpp:
    return Mmpp(stream.calm, stream.crowd, stream.calm_s, stream.crowd_s)


def close(values: list[float], wanted: float) -> bool:
    """Within four standard errors of the runs' mean."""
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return abs(float(np.mean(values)) - wanted) < 4.0 * error


def runs(stream: Crowds, n: int = 40, **settings: Any) -> list[Served]:
    return [simulate(stream, seed=seed, **settings) for seed in range(n)]


@pytest.mark.parametrize(
    ("stream", "capacity"), [(FAST, 4.0), (FAST, 8.5), (Crowds(2.0, 2.0), 4.0)]
)
def test_mean_wait_is_that_of_the_exact_queue(stream: Crowds, capacity: float) -> None:
    """Long runs, so that the empty start and the end of the record do not count."""
    found = runs(stream, capacity=capacity, duration_s=50_000.0)
    assert close([run.mean_wait_s for run in found], mean_wait(theory(stream), capacity))


def test_the_shop_waits_as_long_as_the_exact_queue_and_the_fluid_say() -> None:
    found = runs(SHOP, n=30, capacity=4.0, duration_s=400_000.0)
    exact = mean_wait(theory(SHOP), 4.0)
    assert close([run.mean_wait_s for run in found], exact)
    assert Fluid(theory(SHOP), 4.0).mean_wait == pytest.approx(exact, rel=0.01)
    late = Fluid(theory(SHOP), 4.0).waits_longer(60.0)
    assert close([1.0 - run.in_time(60.0) for run in found], late)


@pytest.mark.parametrize("most", [1, 5, 40])
def test_refused_and_wait_with_a_limit(most: int) -> None:
    found = runs(FAST, capacity=4.0, limit=most, duration_s=50_000.0)
    exact = limited(theory(FAST), 4.0, most)
    assert close([run.refused_share for run in found], exact.refused)
    if most > 1:
        assert close([run.mean_wait_s for run in found], exact.wait)


def test_capacity_that_is_there_at_once_is_only_late_by_its_start() -> None:
    slow = simulate(SHOP, extra=2.0, start_s=600.0, duration_s=200_000.0)
    fast = simulate(SHOP, extra=2.0, start_s=60.0, duration_s=200_000.0)
    never = simulate(SHOP, duration_s=200_000.0)
    assert fast.mean_wait_s < slow.mean_wait_s < never.mean_wait_s
    assert set(np.unique(fast.capacity_then)) == {4.0, 12.0}
    assert (never.capacity_then == 4.0).all()


def test_a_record_without_requests() -> None:
    nothing = simulate(Crowds(0.0, 0.0))
    assert nothing.time_s.size == 0
    assert nothing.mean_wait_s == nothing.refused_share == nothing.in_time(1.0) == 0.0


# Fits: crowds of 100 intervals, calm of 800; each record holds about 12 of them.
def records(n: int) -> list[Served]:
    return runs(SHOP, n=n, duration_s=32_400.0)


def test_fits_recover_the_truth_and_intervals_hold() -> None:
    truth = {"calm": SHOP.calm, "crowd": SHOP.crowd, "calm_s": 2400.0, "crowd_s": 300.0}
    held = dict.fromkeys(truth, 0)
    values: dict[str, list[float]] = {name: [] for name in truth}
    many = records(100)
    seen = 0
    for record in many:
        found = fit(record.time_s, record.duration_s)
        if found.crowds == 0:
            continue
        seen += 1
        for name, wanted in truth.items():
            low, high = getattr(found, f"{name}_interval")
            assert low <= getattr(found, name) <= high
            held[name] += low <= wanted <= high
            values[name].append(1.0 / getattr(found, name))
    assert seen >= 99
    # 95 of 100, and four standard errors (of sqrt(100 * 0.95 * 0.05)) less.
    assert min(held.values()) >= 0.95 * seen - 4.0 * math.sqrt(seen * 0.95 * 0.05)
    for name in ("calm", "crowd"):
        assert np.mean(values[name]) == pytest.approx(1.0 / truth[name], rel=0.01)


def test_a_stream_without_crowds_is_said_to_be_one() -> None:
    record = simulate(Crowds(2.0, 2.0), duration_s=20_000.0)
    found = fit(record.time_s, record.duration_s)
    assert found.crowds == 0
    assert found.crowd_interval is found.calm_s_interval is found.crowd_s_interval is None
    low, high = found.calm_interval
    assert low < 2.0 < high
    assert found.stream.calm == found.stream.crowd == found.calm


def test_a_fit_is_a_stream_again() -> None:
    record = simulate(SHOP, duration_s=200_000.0)
    found = fit(record.time_s, record.duration_s)
    assert found.stream.mean == pytest.approx(record.time_s.size / 200_000.0, rel=0.05)


def test_a_fit_of_an_access_log() -> None:
    line = '10.0.0.1 - - [25/Nov/2026:{:02d}:{:02d}:{:02d} +0100] "GET / HTTP/1.1" 200 5\n'
    seconds = [*range(1000), *(1000 + i // 30 for i in range(600)), *range(1020, 2000)]
    text = "".join(line.format(8 + s // 3600, s // 60 % 60, s % 60) for s in seconds)
    found = fit(access_log.read(text.encode()))
    assert found.crowds == 1
    assert found.crowd == pytest.approx(30.0, rel=0.05)
    assert found.calm == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"capacity": 0.0}, "capacity is 0.0 /s"),
        ({"limit": -1}, "limit is -1"),
        ({"extra": -0.5}, "extra is -0.5"),
        ({"start_s": 5.0}, "start_s is 5.0 s, allowed is 10.0"),
        ({"duration_s": 0.0}, "duration_s is 0.0"),
        ({"duration_s": 1e8}, "number of requests .* shorten the record"),
    ],
)
def test_what_is_refused(change: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        simulate(SHOP, **change)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"calm": -1.0, "crowd": 1.0}, "calm is -1.0"),
        ({"calm": 1.0, "crowd": math.nan}, "crowd is nan"),
        ({"calm": 1.0, "crowd": 1.0, "calm_s": 0.0}, "calm_s is 0.0"),
        ({"calm": 1.0, "crowd": 1.0, "crowd_s": math.inf}, "crowd_s is inf"),
    ],
)
def test_streams_that_are_none(settings: dict[str, float], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        Crowds(**settings)
    with pytest.raises(ValueError, match=r"height is 0\.5"):
        Crowds.with_mean(1.0, 0.5, 1.0, 1.0)


@pytest.mark.parametrize(
    ("times", "duration", "match"),
    [
        ([], 1.0, "0 requests"),
        ([1.0], None, "duration_s is missing"),
        ([2.0, 1.0], 3.0, "out of order"),
        ([-1.0, 1.0], 3.0, "out of order"),
        ([1.0, 2.0], 1.5, "duration_s is 1.5"),
    ],
)
def test_records_that_are_none(times: list[float], duration: float | None, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        fit(np.array(times), duration)


def test_patience_is_not_negative() -> None:
    with pytest.raises(ValueError, match="patience_s is -1"):
        simulate(FAST).in_time(-1.0)
