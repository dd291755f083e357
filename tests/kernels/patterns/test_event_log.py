"""A log against a simulation event by event, closed forms, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.kernels.patterns.event_log_reference import arrivals, deployed, rate, simulate

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.patterns import event_log as kernels
from scalelab.theory.patterns import event_log as theory

STORY: dict[str, Any] = {
    "partitions": 12, "consumers": 8, "speed": 400.0, "hot": 1.0, "hours": 1, "begins": 21,
    "retention": 168, "restart_s": 30.0, "rebalance_s": 5.0, "peak": 2000.0, "swing": 0.6,
    "session_s": 45.0, "commit_s": 5.0, "kilobytes": 1.0, "copies": 3, "usd": 0.08,
}  # fmt: skip
# A log of one event a second at most, so that each event can be gone through.
SMALL: dict[str, Any] = {**STORY, "peak": 0.4, "retention": 1000}
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
COUNTS = slice(kernels.POINTS, kernels.POINTS + kernels.MOST_CONSUMERS)
DEPLOYS = kernels.POINTS + kernels.MOST_CONSUMERS


def table_of(**changed: Any) -> Table:
    return kernels.event_log(*{**STORY, **changed}.values())


def here(**changed: Any) -> Floats:
    row: Floats = table_of(**changed)[-1]
    return row


small = st.fixed_dictionaries(
    {
        "partitions": st.integers(1, 7),
        "consumers": st.integers(1, 8),
        "speed": st.floats(0.05, 0.5),
        "hot": st.sampled_from([1.0, 1.5, 2.5]),
        "hours": st.integers(0, 8),
        "begins": st.integers(0, 23),
        "retention": st.sampled_from([2, 5, 1000]),
        "swing": st.sampled_from([0.0, 0.6, 0.9]),
    }
)


@settings(max_examples=25, deadline=None, phases=PHASES)
@given(small)
def test_events_one_by_one(changed: dict[str, Any]) -> None:
    """Whole events and a fluid are some events apart, in each partition."""
    w = {**SMALL, **changed}
    table = table_of(**w)
    shown = table[: kernels.POINTS]
    points = shown[shown[:, kernels.HOUR] < 30.0][::4]
    share = kernels.shares(w["partitions"], w["hot"])
    begin, end = w["begins"] - w["hours"], int(w["begins"] + points[-1, kernels.HOUR]) + 2
    times = [arrivals(begin, end, float(part), w["peak"], w["swing"]) for part in share]
    asked = [float(w["begins"] + row[kernels.HOUR]) for row in points]
    seen = simulate(
        times, w["consumers"], 3600.0 * w["speed"], float(w["begins"]), w["retention"], asked
    )
    near = 3.0 * w["partitions"] + 3.0
    np.testing.assert_allclose(points[:, kernels.UNREAD], seen.unread, rtol=0.005, atol=near)
    slowest = min(rate(h, w["peak"], w["swing"]) for h in range(24)) * float(share.min())
    np.testing.assert_allclose(
        points[:, kernels.SLOWEST_H], seen.oldest, atol=6.0 / slowest + 4.0 / (3600.0 * w["speed"])
    )
    if len(points) == len(shown[::4]):
        assert table[-1, kernels.LOST] == pytest.approx(seen.lost, rel=0.005, abs=near)
        assert table[-1, kernels.READ] == pytest.approx(seen.read, rel=0.005, abs=near)


@settings(max_examples=25, deadline=None, phases=PHASES)
@given(
    st.integers(1, 9), st.integers(1, 7), st.sampled_from([100.0, 400.0, 3000.0]),
    st.sampled_from([1.0, 2.0]), st.sampled_from([0.0, 2.0, 30.0, 70.0]),
    st.sampled_from([0.0, 1.0, 5.0, 40.0]),
)  # fmt: skip
def test_a_deploy_in_short_steps(
    partitions: int, consumers: int, speed: float, hot: float, restart: float, rebalance: float
) -> None:
    table = table_of(
        partitions=partitions, consumers=consumers, speed=speed, hot=hot, restart_s=restart,
        rebalance_s=rebalance,
    )  # fmt: skip
    share = [float(part) for part in kernels.shares(partitions, hot)]
    for way, name in enumerate(("eager", "cooperative", "static")):
        seen = deployed(
            name, share, consumers, speed, 2000.0, restart, rebalance, 45.0, 0.1
        )  # fmt: skip
        row = table[DEPLOYS + way]
        assert row[kernels.TAKES_MIN] * 60.0 == pytest.approx(seen.takes, abs=1e-6)
        assert row[kernels.STOPPED_S] == pytest.approx(seen.stopped, abs=1e-6)
        assert row[kernels.OLDEST_S] == pytest.approx(seen.oldest, rel=0.01, abs=0.5)


worlds = st.fixed_dictionaries({
    "partitions": st.integers(1, 48), "consumers": st.integers(1, 24),
    "speed": st.sampled_from([1.0, 50.0, 166.7, 400.0, 1e5]), "hot": st.floats(1.0, 60.0),
    "hours": st.sampled_from([0, 1, 24, 100, 720]), "begins": st.integers(0, 23),
    "retention": st.sampled_from([1, 24, 168, 720]),
    "restart_s": st.sampled_from([0.0, 30.0, 45.0, 600.0]),
    "rebalance_s": st.sampled_from([0.0, 5.0, 60.0]), "swing": st.sampled_from([0.0, 0.6, 0.95]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_always_holds(changed: dict[str, Any]) -> None:
    table = table_of(**changed)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    points, last = table[: kernels.POINTS], table[-1]
    # What was there and what came has been read, is lost, or is unread.
    left = points[-1, kernels.UNREAD]
    gone = last[kernels.READ] + last[kernels.LOST] + left
    assert gone == pytest.approx(last[kernels.BEHIND] + last[kernels.CAME], rel=1e-9, abs=1e-3)
    assert (np.diff(points[:, kernels.HOUR]) > 0.0).all()
    low, mean, high = (
        points[:, k] for k in (kernels.QUICKEST_H, kernels.MEAN_H, kernels.SLOWEST_H)
    )
    assert (low <= mean + 1e-9).all()
    assert (mean <= high + 1e-9).all()
    assert (high <= changed["retention"] + 1e-6).all()
    if last[kernels.ENDS] == 1.0 and last[kernels.CATCH_UP_H] > 0.0:
        after = np.interp(last[kernels.CATCH_UP_H], points[:, kernels.HOUR], high)
        assert after <= high[0] + 1e-9


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_more_consumers_are_never_slower(changed: dict[str, Any]) -> None:
    """And never quicker than if any of them could read anything."""
    rows = table_of(**{**changed, "retention": 8760})[COUNTS]
    slow = np.where(rows[:, kernels.ENDS] == 1.0, rows[:, kernels.CATCH_UP_H], np.inf)
    free = np.where(rows[:, kernels.FREE_ENDS] == 1.0, rows[:, kernels.FREE_H], np.inf)
    assert (slow[1:] <= slow[:-1] * (1.0 + 1e-9)).all()
    assert (free[1:] <= free[:-1] * (1.0 + 1e-9)).all()
    assert (free <= slow * (1.0 + 1e-9)).all()
    beyond = slow[changed["partitions"] - 1 :]
    assert (beyond == slow[-1]).all() or not beyond.size


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_closed_forms(changed: dict[str, Any]) -> None:
    w = {**STORY, **changed, "swing": 0.0, "retention": 8760}
    table = table_of(**w)
    share = kernels.shares(w["partitions"], w["hot"])
    for row in (*table[COUNTS], table[-1]):
        most = theory.most_partitions(w["partitions"], int(row[kernels.CONSUMERS]))
        load = 2000.0 * float(share[0] + (most - 1) * share[-1])
        expected = theory.catch_up(float(w["hours"]), load, w["speed"])
        if expected > 0.99 * kernels.LONGEST_H:
            continue
        assert row[kernels.ENDS] == 1.0
        assert row[kernels.CATCH_UP_H] == pytest.approx(expected, rel=1e-6)
    last = table[-1]
    assert last[kernels.MOST] == theory.most_partitions(w["partitions"], w["consumers"])
    if w["consumers"] == 1:
        return
    n, restart, rebalance = w["consumers"], w["restart_s"], w["rebalance_s"]
    eager, cooperative, static = table[DEPLOYS:-1]
    assert eager[kernels.STOPPED_S] == pytest.approx(theory.stopped_eager(n, rebalance) + 0.0)
    assert cooperative[kernels.STOPPED_S] == pytest.approx(theory.stopped_cooperative(rebalance))
    assert static[kernels.STOPPED_S] == pytest.approx(
        theory.stopped_static(restart, rebalance, 45.0)
    )
    for row in (eager, cooperative):
        takes = theory.deploy_takes(n, restart, rebalance) / 60.0
        assert row[kernels.TAKES_MIN] == pytest.approx(takes)


@pytest.mark.parametrize("hours", [1, 5, 24, 100])
@pytest.mark.parametrize("capacity", [2400.0, 3200.0, 1500.0])
def test_the_sine_of_a_day(hours: int, capacity: float) -> None:
    """The kernel's rates are constant within the hour, which changes the time by minutes."""
    row = here(partitions=1, consumers=1, speed=capacity, hours=hours)
    expected = theory.catch_up_by_day(hours, 21.0, 2000.0, 0.6, capacity)
    assert row[kernels.CATCH_UP_H] == pytest.approx(expected, rel=0.01)


def test_whole_days_are_exact() -> None:
    """A week at twice the mean rate takes a week, whatever the day looks like."""
    for swing in (0.0, 0.3, 0.6):
        mean = theory.mean_rate(2000.0, swing)
        row = here(partitions=1, consumers=1, speed=2.0 * mean, hours=168, swing=swing)
        assert row[kernels.CATCH_UP_H] == pytest.approx(168.0, rel=1e-9)


def test_what_is_older_than_the_retention_is_lost() -> None:
    for retention in (24, 72):
        row = here(hours=168, retention=retention)
        days = (168 - retention) / 24.0
        assert row[kernels.LOST] == pytest.approx(days * 1250.0 * 86_400.0, rel=1e-9)
        assert row[kernels.CATCH_UP_H] == here(hours=retention)[kernels.CATCH_UP_H]


def test_a_reader_that_is_too_slow_loses_the_rest() -> None:
    """In the long run what comes beyond the capacity is lost."""
    row = here(partitions=1, consumers=1, speed=1000.0, hours=48, retention=48, swing=0.0)
    assert row[kernels.ENDS] == 0.0
    assert row[kernels.LOST] == pytest.approx(0.5 * row[kernels.CAME], rel=1e-9)


@pytest.mark.parametrize("t", [0.0, 3.7, 20.0, 23.99, 47.5])
def test_age_is_the_inverse_of_what_came(t: float) -> None:
    day = kernels.rates(2000.0, 0.6)
    for hours in (0.0, 0.3, 5.2, 24.0, 100.7):
        events = kernels.arrived(t, day) - kernels.arrived(t - hours, day)
        assert kernels.age(events, t, day) == pytest.approx(hours, abs=1e-9)


def test_a_day_is_a_sine_with_the_peak_at_20() -> None:
    day = kernels.rates(2000.0, 0.6)
    assert day == pytest.approx([rate(hour, 2000.0, 0.6) for hour in range(24)])
    assert day.max() == day[20] == pytest.approx(7_200_000.0)
    assert day.mean() == pytest.approx(3600.0 * theory.mean_rate(2000.0, 0.6))
