"""A spike against a simulation task by task, closed forms, and what always holds."""

import heapq
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.kernels.principles.task_queue_reference import arrivals, autoscaled, simulate

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.principles import task_queue as kernels
from scalelab.kernels.principles.task_queue import DROP, LIMITED, NEWEST, QUEUE, SCALED, SYNC
from scalelab.theory.principles import task_queue as theory

STORY: dict[str, Any] = {
    "usual": 4.25, "spike": 15.0, "minutes": 10.0, "workers": 10, "deadline_min": 10.0,
    "limit": 2500, "full": 0, "boot_s": 120.0, "service_s": 2.0, "threads": 50, "target_s": 60.0,
    "most": 40, "answer_ms": 20.0, "seed": 1,
}  # fmt: skip
# Each example goes through thousands of tasks in plain Python, so that shrinking takes minutes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
SETTINGS = settings(max_examples=20, deadline=None, phases=PHASES)


def table_of(**changed: Any) -> Table:
    return kernels.task_queue(*{**STORY, **changed}.values())


def row_of(way: int, **changed: Any) -> Floats:
    row: Floats = table_of(**changed)[kernels.POINTS + way]
    return row


def world(**changed: Any) -> tuple[kernels.World, kernels.Grid]:
    s = {**STORY, **changed}
    w = kernels.World(
        s["usual"], s["spike"], s["workers"], s["service_s"],
        s["deadline_min"] * 60.0 - s["service_s"], s["target_s"], s["boot_s"], s["most"],
    )  # fmt: skip
    return w, kernels.grid(s["minutes"] * 60.0, w)


worlds = st.fixed_dictionaries(
    {
        "usual": st.floats(0.3, 3.4),
        "spike": st.floats(0.5, 20.0),
        "minutes": st.floats(2.0, 15.0),
        "workers": st.integers(8, 12),
        "deadline_min": st.floats(1.0, 20.0),
        "limit": st.integers(20, 4000),
        "full": st.integers(0, 1),
        "boot_s": st.floats(0.0, 900.0),
    }
)


@SETTINGS
@given(worlds)
def test_tasks_one_by_one(changed: dict[str, Any]) -> None:
    """Evenly spaced tasks and a fluid are some tasks and a step apart."""
    w, g = world(**changed)
    begins, ends = g.lead * g.step, (g.lead + g.during) * g.step
    end = ends + g.after * g.step
    capacity = w.workers / w.service
    times = arrivals(w.usual, w.spike, begins, ends, end)
    near = 20.0 + 2.0 * max(w.spike, capacity) * g.step
    table = table_of(**changed)
    for way, places in (
        (SYNC, float(STORY["threads"] - w.workers)), (QUEUE, np.inf),
        (LIMITED, float(changed["limit"])), (NEWEST, np.inf),
    ):  # fmt: skip
        row = table[kernels.POINTS + way]
        drop = way == LIMITED and changed["full"] == DROP
        seen = simulate(times, capacity, end, places, drop, way == NEWEST)
        late = sum(wait > w.slack for wait in seen.waits)
        assert row[kernels.CAME] == pytest.approx(len(times), abs=3)
        assert row[kernels.LOST] == pytest.approx(seen.lost, abs=near)
        assert row[kernels.MOST] == pytest.approx(seen.most, abs=5)
        assert row[kernels.LATE] == pytest.approx(late, abs=near)
        # Whom the newest bury first is a whole task, which is left over later than a drop of fluid.
        whole = 1.0 / max(abs(w.spike - capacity), 1e-9) if way == NEWEST else 0.0
        assert row[kernels.DONE_MIN] * 60.0 - w.service == pytest.approx(
            max(seen.waits), abs=2.0 * g.step + 2.0 / capacity + whole
        )


@SETTINGS
@given(worlds)
def test_autoscaling_in_short_steps(changed: dict[str, Any]) -> None:
    w, g = world(**changed)
    begins, ends = g.lead * g.step, (g.lead + g.during) * g.step
    most, hours = autoscaled(
        w.usual, w.spike, begins, ends, ends + g.after * g.step, w.workers, w.service, w.target,
        w.boot, kernels.KEEP_S, w.most, g.step / 4.0,
    )  # fmt: skip
    row = row_of(SCALED, **changed)
    near = 3.0 * g.step * max(w.spike, w.most / w.service)
    assert row[kernels.MOST] == pytest.approx(most, rel=0.05, abs=near)
    assert row[kernels.EXTRA_H] == pytest.approx(hours, rel=0.1, abs=3 * 40 * g.step / 3600.0)


@SETTINGS
@given(worlds)
def test_what_comes_is_in_time_or_late_or_lost(changed: dict[str, Any]) -> None:
    table = table_of(**changed)
    assert np.isfinite(table).all()
    for row in table[kernels.POINTS :]:
        done = row[kernels.IN_TIME] * row[kernels.CAME] + row[kernels.LATE] + row[kernels.LOST]
        assert done == pytest.approx(row[kernels.CAME], rel=1e-9)
    points = table[: kernels.POINTS]
    assert (np.diff(points[:, kernels.MINUTE]) > 0.0).all()
    assert (points[:, kernels.BACKLOG :] >= 0.0).all()
    assert (points[:, kernels.BACKLOG_LOW] <= points[:, kernels.BACKLOG_HIGH]).all()
    assert (points[:, kernels.BACKLOG + LIMITED] <= changed["limit"] + 1e-9).all()
    assert (points[:, kernels.WORKERS] <= STORY["most"]).all()
    # Order does not change how many wait.
    queue, newest = points[:, kernels.BACKLOG + QUEUE], points[:, kernels.BACKLOG + NEWEST]
    np.testing.assert_allclose(newest, queue, rtol=1e-9, atol=1e-6)
    assert (points[:, kernels.BACKLOG + SCALED] <= queue + 1e-6).all()


@SETTINGS
@given(worlds)
def test_closed_forms(changed: dict[str, Any]) -> None:
    w, g = world(**changed)
    capacity, length = w.workers / w.service, changed["minutes"] * 60.0
    most = theory.backlog(w.spike, capacity, length)
    queue = row_of(QUEUE, **changed)
    assert queue[kernels.MOST] == pytest.approx(most, rel=1e-9, abs=1e-6)
    drained = theory.drain(most, w.usual, capacity) / 60.0
    assert queue[kernels.DRAINED_MIN] == pytest.approx(drained, rel=1e-6, abs=1e-6)
    if w.spike > capacity:
        near = 2.0 * g.step * w.spike
        late = theory.late_oldest_first(w.usual, w.spike, capacity, length, w.slack)
        assert queue[kernels.LATE] == pytest.approx(late, rel=1e-3, abs=near)
        late = theory.late_newest_first(w.usual, w.spike, capacity, length, w.slack)
        assert row_of(NEWEST, **changed)[kernels.LATE] == pytest.approx(late, abs=near)
        lost = theory.lost(w.spike, capacity, length, changed["limit"])
        assert row_of(LIMITED, **changed)[kernels.LOST] == pytest.approx(lost, rel=1e-6)
        assert queue[kernels.OLDEST_MIN] == pytest.approx(
            theory.highest_age(w.spike, capacity, length) / 60.0, rel=1e-2, abs=g.step / 30.0
        )


def test_the_age_of_the_oldest_is_the_wait_of_who_is_next() -> None:
    table = table_of()
    ends = kernels.LEAD_POINTS + kernels.SPIKE_POINTS
    assert table[ends, kernels.MINUTE] == 0.0
    age = theory.age_at_end(15.0, 5.0, 600.0) / 60.0
    assert table[ends, kernels.AGE + QUEUE] == pytest.approx(age, rel=1e-9)
    assert table[ends, kernels.BACKLOG + QUEUE] == pytest.approx(6000.0)


def test_who_drops_the_oldest_loses_as_many() -> None:
    refused, dropped = row_of(LIMITED), row_of(LIMITED, full=DROP)
    assert dropped[kernels.LOST] == pytest.approx(refused[kernels.LOST])
    assert dropped[kernels.DRAINED_MIN] == pytest.approx(refused[kernels.DRAINED_MIN])


def test_more_workers_never_hurt_the_queue() -> None:
    rows = [row_of(QUEUE, workers=n) for n in range(5, 41)]
    for column in (kernels.LATE, kernels.MOST, kernels.OLDEST_MIN):
        values = [row[column] for row in rows if row[kernels.ENDS] == 1.0]
        assert (np.diff(values) <= 1e-6).all()
    assert [row[kernels.ENDS] for row in rows] == [0.0] * 4 + [1.0] * 32


def test_a_limit_beyond_the_backlog_is_none() -> None:
    queue, limited = row_of(QUEUE), row_of(LIMITED, limit=10_000)
    for column in (kernels.LATE, kernels.LOST, kernels.MOST, kernels.DRAINED_MIN):
        assert limited[column] == queue[column]


def test_a_full_queue_that_is_too_long_makes_everything_late() -> None:
    """Eight workers for 4.25 a second: 2,500 are 625 s of work, more than the deadline."""
    row = row_of(LIMITED, workers=8)
    assert row[kernels.LATE] > 0.9 * (row[kernels.CAME] - row[kernels.LOST]) - 3000.0
    assert row_of(LIMITED, workers=8, limit=2300)[kernels.LATE] == 0.0


def test_nothing_to_spare_is_never_empty() -> None:
    row = row_of(QUEUE, usual=5.0)
    assert row[kernels.ENDS] == row[kernels.SEEN] == 0.0
    row = row_of(QUEUE, usual=4.999)
    assert row[kernels.SEEN] == 0.0
    assert row[kernels.DRAINED_MIN] == pytest.approx(100_000.0, rel=1e-6)


def test_runs_by_chance_take_as_long_as_theory_says() -> None:
    w, g = world()
    points = np.empty(kernels.POINTS)
    found = np.array([kernels.walk(seed, points, w, g) for seed in range(400)])
    mean, deviation = theory.passage_after(4.25, 15.0, 5.0, 600.0)
    # The walk is looked at once a step, and begins with who waited before the spike.
    assert abs(found.mean() - mean) < 4.0 * deviation / 20.0 + 3.0 * g.step
    assert found.std() == pytest.approx(deviation, rel=0.15)


def test_a_run_by_chance_is_around_the_fluid() -> None:
    table = table_of()
    points = table[: kernels.POINTS]
    fluid = points[:, kernels.BACKLOG + QUEUE]
    spread = 4.0 * np.sqrt(20.0 * 600.0 + 9.25 * 60.0 * np.maximum(points[:, kernels.MINUTE], 0.0))
    assert (points[:, kernels.BACKLOG_HIGH] > fluid - spread).all()
    assert (points[:, kernels.BACKLOG_LOW] < fluid + spread).all()


def test_the_rule_of_autoscaling() -> None:
    assert kernels.wanted(1500.0, 0.1, 10.0) == 15.0
    assert kernels.wanted(0.0, 0.1, 10.0) == 0.0


@pytest.mark.parametrize(("workers", "places"), [(1, 0), (3, 0), (10, 30), (2, 2)])
def test_a_path_is_first_come_first_served(workers: int, places: int) -> None:
    """Who begins when, and who is refused, from times of arrival and of service alone."""
    path = kernels.path(2.0, 9.0, 100.0, 60.0, 200.0, workers, 0.4 * workers, places, 7)
    free, there = [0.0] * workers, list[float]()
    for arrives, taken, begins, leaves in path:
        there = [other for other in there if other > arrives]
        assert taken == float(places == 0 or len(there) < places)
        if not taken:
            assert begins == leaves == arrives
            continue
        assert begins == max(arrives, free[0])
        heapq.heapreplace(free, leaves)
        there.append(leaves)
    assert (np.diff(path[:, kernels.ARRIVES]) > 0.0).all()
    in_spike = (path[:, kernels.ARRIVES] > 100.0) & (path[:, kernels.ARRIVES] < 160.0)
    assert abs(in_spike.sum() - 540.0) < 5.0 * np.sqrt(540.0)
    assert abs((~in_spike).sum() - 600.0) < 5.0 * np.sqrt(600.0)
    assert path[-1, kernels.ARRIVES] < 360.0
