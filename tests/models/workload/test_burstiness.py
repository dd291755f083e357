"""The public API: units, checks, and the same answers as the lab gives."""

import numpy as np
import pytest

from scalelab.kernels.workload.dispersion import WINDOWS
from scalelab.models import access_log
from scalelab.models.workload.burstiness import STATES, WORKLOADS, fit, fit_counts, simulate


def log_of(counts: np.ndarray) -> access_log.AccessLog:
    lines = [
        f'192.0.2.7 - - [25/Nov/2026:{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02} +0100] '
        f'"GET / HTTP/1.1" 200 512\n'
        for s, n in enumerate(counts.astype(int))
        for _ in range(n)
    ]  # fmt: skip
    return access_log.read("".join(lines).encode())


def test_a_log_is_its_counts() -> None:
    counts = simulate("Flash crowds", mean_rate=1.0, hours=4.0, crowd_s=60.0, calm_s=240.0)
    first, last = np.flatnonzero(counts)[[0, -1]]
    by_log, by_counts = fit(log_of(counts)), fit_counts(counts[first : last + 1])
    assert by_log.state == by_counts.state == "Bursts"
    assert by_log.requests == counts.sum()
    assert by_log.seconds == last - first + 1
    np.testing.assert_array_equal(by_log.dispersion, by_counts.dispersion)
    assert by_log.mmpp == by_counts.mmpp


def test_a_known_truth() -> None:
    """Inside of the intervals in most of twenty runs; each is at 95 %."""
    held = np.zeros(4)
    for seed in range(20):
        counts = simulate("Flash crowds", hours=24.0, seed=seed)
        found = fit_counts(counts).mmpp
        assert found is not None
        intervals = (
            found.calm_rate_interval, found.crowd_rate_interval, found.calm_s_interval,
            found.crowd_s_interval,
        )  # fmt: skip
        truth = (20.0 / 1.9, 200.0 / 1.9, 1080.0, 120.0)
        for j, (interval, wanted) in enumerate(zip(intervals, truth, strict=True)):
            assert interval is not None
            held[j] += interval[0] <= wanted <= interval[1]
        assert found.n_crowds == pytest.approx(72.0, rel=0.6)
    assert (held >= 15).all()


def test_windows_that_are_too_few_have_no_index() -> None:
    found = fit_counts(simulate("Poisson", hours=0.5))
    known = ~np.isnan(found.dispersion)
    assert known.tolist() == [1800 // w >= 4 for w in WINDOWS]
    sure = ~np.isnan(found.dispersion_interval[:, 0])
    assert sure.tolist() == [1800 // w >= 20 for w in WINDOWS]
    assert found.mmpp is None


def test_each_workload_runs() -> None:
    for workload in WORKLOADS:
        counts = simulate(workload, hours=1.0, shops=3)
        assert counts.shape == (3600,)
        assert fit_counts(counts).state in STATES
    assert not np.array_equal(simulate("Poisson", seed=1), simulate("Poisson", seed=2))


def test_three_ways_to_capacity() -> None:
    """The rule takes counts to be normal; crowds are not, and it falls short by a fifth."""
    found = fit_counts(simulate("Flash crowds", hours=24.0))
    assert found.poisson_99 < found.rule_99 < found.capacity_99
    assert found.busiest_hour < found.busiest_minute < found.busiest_second
    sessions = fit_counts(simulate("Sessions", hours=6.0))
    assert sessions.rule_99 == pytest.approx(sessions.capacity_99, rel=0.07)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"workload": "Fractal"}, "workload is 'Fractal', allowed are Poisson"),
        ({"mean_rate": 0.0}, "mean_rate is 0.0 /s, allowed is 0.01"),
        ({"shops": 0}, "shops is 0, allowed is 1"),
        ({"hours": 400.0}, "hours is 400.0 h"),
        ({"height": 0.5}, "height is 0.5"),
        ({"crowd_s": 0.0}, "crowd_s is 0.0 s"),
        ({"calm_s": float("nan")}, "calm_s is nan"),
        ({"per_session": 0.0}, "per_session"),
        ({"spread_s": -1.0}, "spread_s"),
        ({"tail": 1.0}, "tail is 1.0"),
        ({"swing": 0.9}, "swing"),
    ],
)
def test_settings_that_make_no_sense(changed: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(**{"workload": "Poisson", **changed})


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([], "number of counts is 0"),
        ([[1.0, 2.0]], r"shape \(1, 2\)"),
        ([1.0, -1.0], "count is -1.0"),
        ([1.0, 2e6], "count is 2000000.0"),
        ([1.0, float("nan")], "count is nan"),
        ([1.0, 0.5], "not whole numbers"),
    ],
)
def test_counts_that_are_none(counts: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_counts(counts)
