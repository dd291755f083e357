"""The kernel against plain Python, closed forms and what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.workload import batch_reference as plain

from scalelab.kernels.access_log import FIELDS
from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.workload.batch import (
    ALL_DAY,
    DAY_S,
    EXPONENTIAL,
    FIRST_COME,
    MORNING_S,
    N_QUANTILES,
    NIGHTLY,
    POLICIES,
    POOLS,
    PREEMPTIVE,
    PRIORITY,
    QUANTILES,
    ROWS,
    Clock,
    Work,
    at_night,
    batch,
    log_of,
    logged_requests,
    of_night,
    random_requests,
    released_jobs,
    served,
    stream,
    time_of_night,
    work_of_day,
)

NONE = np.empty(0)
STORY: dict[str, Any] = {
    "machines": 4, "real_time": 0.3, "batch_load": 0.3, "job_s": 300.0, "piece_s": 60.0,
    "reserved": 2, "when": ALL_DAY, "goal_s": 2.0, "request_s": 0.2, "request_law": EXPONENTIAL,
    "piece_law": 0, "night_traffic": 0.25, "n_requests": 1000, "n_jobs": 4, "n_runs": 2, "seed": 1,
}  # fmt: skip
worlds = st.fixed_dictionaries({
    "machines": st.sampled_from([1, 2, 3, 5]), "real_time": st.sampled_from([0.1, 0.3, 0.7]),
    "batch_load": st.sampled_from([0.0, 0.2, 0.6]), "job_s": st.sampled_from([0.5, 4.0, 10.0]),
    "pieces": st.sampled_from([1, 2, 7]), "piece_law": st.integers(0, 1),
    "when": st.integers(0, 1), "reserved": st.integers(1, 5), "seed": st.integers(1, 10_000),
})  # fmt: skip


def table(log: Floats = NONE, **changed: Any) -> Table:
    return batch(*{**STORY, **changed}.values(), log)


def drawn(w: dict[str, Any], n: int = 150) -> Work:
    """About ``n`` requests and the jobs beside them."""
    until = n * 0.2 / (w["real_time"] * w["machines"])
    jobs = w["batch_load"] * w["machines"] * until / w["job_s"]
    work: Work = work_of_day(
        log_of(NONE), Clock(MORNING_S, DAY_S / until), n / until, 1.0, 0.2, EXPONENTIAL, jobs,
        w["pieces"], w["job_s"] / w["pieces"], w["piece_law"], w["when"], until, w["seed"], 0,
    )  # fmt: skip
    return work


def by_kernel(
    policy: int, work: Work, machines: int, reserved: int
) -> tuple[Floats, Floats, float]:
    waited, done = np.zeros(work.comes.size), np.zeros(work.released.size)
    return waited, done, served(policy, work, machines, reserved, waited, done)


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_as_plain_python(w: dict[str, Any]) -> None:
    work, machines = drawn(w), w["machines"]
    orders = {
        FIRST_COME: (plain.first_come, False), PRIORITY: (plain.requests_first, False),
        PREEMPTIVE: (plain.requests_first, True),
    }  # fmt: skip
    for policy, (order, preempts) in orders.items():
        waited, done, by_morning = by_kernel(policy, work, machines, 1)
        expected = plain.served(work, machines, order, preempts)
        np.testing.assert_allclose(waited, expected[0], atol=1e-7)
        np.testing.assert_allclose(done, expected[1], atol=1e-7)
        assert by_morning == pytest.approx(expected[2], abs=1e-6)
    waited, done, by_morning = by_kernel(POOLS, work, machines, w["reserved"])
    ours = max(1, min(w["reserved"], machines - 1))
    slower = 2.0 if machines == 1 else 1.0
    requests = work._replace(released=NONE, works=NONE)
    jobs = work._replace(comes=NONE, takes=NONE)
    alone = plain.served(requests, ours, plain.first_come, False, slower)
    np.testing.assert_allclose(waited, alone[0], atol=1e-7)
    alone = plain.served(jobs, max(1, machines - ours), plain.first_come, False, slower)
    np.testing.assert_allclose(done, alone[1], atol=1e-7)
    assert by_morning == pytest.approx(alone[2], abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(worlds)
def test_one_machine_conserves(w: dict[str, Any]) -> None:
    """Waits weighted by the work that waits add up to the same, run by run, to the last digit."""
    work = drawn({**w, "machines": 1, "pieces": 1})
    sums = []
    for policy in (FIRST_COME, PRIORITY):
        waited, done, _ = by_kernel(policy, work, 1, 1)
        begun = done - work.released - work.works
        assert (begun > -1e-9).all()
        sums.append(waited @ work.takes + begun @ work.works)
    assert sums[1] == pytest.approx(sums[0], rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(worlds)
def test_who_gains_and_who_pays(w: dict[str, Any]) -> None:
    work, machines = drawn(w), w["machines"]
    found = {policy: by_kernel(policy, work, machines, w["reserved"]) for policy in range(POLICIES)}
    # To requests that interrupt there is no batch.
    alone = work._replace(released=NONE, works=NONE)
    np.testing.assert_allclose(found[PREEMPTIVE][0], by_kernel(FIRST_COME, alone, machines, 1)[0],
                               atol=1e-9)  # fmt: skip
    # Interrupting never makes a request wait longer, nor does a machine more for requests alone.
    assert (found[PREEMPTIVE][0] <= found[PRIORITY][0] + 1e-9).all()
    assert (found[PREEMPTIVE][0] <= found[FIRST_COME][0] + 1e-9).all()
    assert (found[PREEMPTIVE][0] <= found[POOLS][0] + 1e-9).all()
    for waited, done, by_morning in found.values():
        assert (waited >= 0.0).all()
        assert (done > work.released).all()
        assert -1e-9 <= by_morning <= work.works.sum() + 1e-6
    if machines == 1:
        # Who never idles is busy for as long, so the last is done at the same moment.
        ends = [
            max([*(work.comes + waited + work.takes), *done], default=0.0)
            for waited, done, _ in (found[FIRST_COME], found[PRIORITY])
        ]
        assert ends[1] == pytest.approx(ends[0])


def test_waiting_for_one_piece_at_most() -> None:
    """A lone request that goes first waits for what is left of one piece, never for the job."""
    for pieces in (1, 5, 100):
        work = Work(np.array([10.5]), np.array([0.2]), np.array([10.0]),
                    np.full(pieces, 60.0 / pieces), pieces, 100.0)  # fmt: skip
        for policy, wait in ((FIRST_COME, 59.5), (PREEMPTIVE, 0.0)):
            assert by_kernel(policy, work, 1, 1)[0][0] == pytest.approx(wait)
        wait = by_kernel(PRIORITY, work, 1, 1)[0][0]
        piece = 60.0 / pieces
        assert wait == pytest.approx(math.ceil(0.5 / piece) * piece - 0.5)


def test_the_night() -> None:
    clock = Clock(MORNING_S, DAY_S / 300.0)
    assert not at_night(clock, 0.0)
    assert not at_night(clock, 199.9)
    assert at_night(clock, 200.1)
    assert at_night(clock, 299.9)
    assert not at_night(clock, 300.1)
    assert of_night(clock, 300.0) == pytest.approx(100.0)
    assert of_night(clock, 150.0) == 0.0
    assert of_night(clock, 1500.0) == pytest.approx(500.0)
    # From within a night, and over several.
    late = Clock(1.7e9 - 1.7e9 % DAY_S + 3600.0, 1.0)
    assert of_night(late, DAY_S) == pytest.approx(DAY_S / 3)
    for passed in (1.0, 17_000.0, 19_000.0, 70_000.0):
        t = time_of_night(late, passed)
        assert at_night(late, t)
        assert of_night(late, t) == pytest.approx(passed)


def test_streams_have_their_rates() -> None:
    until, clock = 3000.0, Clock(MORNING_S, DAY_S / 3000.0)
    comes = np.empty(100_000)
    n = random_requests(stream(1, 0, 0), clock, 10.0, 0.25, until, comes)
    comes = comes[:n]
    assert (np.diff(comes) >= 0).all()
    for count, mean in ((np.sum(comes < 2000.0), 20_000), (np.sum(comes >= 2000.0), 2500)):
        assert abs(count - mean) < 4 * math.sqrt(mean)
    numbers = [released_jobs(stream(s, 0, 1), clock, 3.4, ALL_DAY, until).size for s in range(2000)]
    assert set(numbers) == {3, 4}
    assert abs(np.mean(numbers) - 3.4) < 4 * math.sqrt(0.24 / 2000)
    released = released_jobs(stream(1, 0, 1), clock, 20_000.0, ALL_DAY, until)
    assert (np.diff(released) >= 0).all()
    assert abs(released.mean() - 1500.0) < 4 * until / math.sqrt(12 * 20_000)
    nightly = released_jobs(stream(1, 0, 1), clock, 500.0, NIGHTLY, until)
    assert nightly.min() >= 2000.0 - 1e-9
    assert nightly.max() < until
    # A log without a night: at any time.
    by_day = released_jobs(stream(1, 0, 1), Clock(MORNING_S, 1.0), 500.0, NIGHTLY, 3600.0)
    assert by_day.size == 500
    assert by_day.min() < 100.0


def log_at(times: Any) -> Floats:
    rows = np.zeros((len(times), FIELDS))
    rows[:, 0] = times
    return rows.ravel()


def test_requests_of_a_log() -> None:
    times = 1.7e9 + np.sort(np.repeat(np.arange(0.0, 400.0, 2.0), 5))
    own = log_of(log_at(times[::-1]))
    assert own.span_s == 399.0
    assert own.whole_seconds
    comes = np.empty(1000)
    logged_requests(stream(1, 0, 0), own.times, own.span_s, True, 39.9, comes)
    assert (np.diff(comes) >= 0).all()
    assert comes.min() > 0.0
    # Each within its own second, which lasts a tenth of one, anywhere in it.
    inside = comes / 0.1 - (times - 1.7e9)
    assert inside.min() >= 0.0
    assert inside.max() <= 1.0 + 1e-9
    assert abs(inside.mean() - 0.5) < 4 / math.sqrt(12 * 1000)
    # Known to the fraction of a second: as they are.
    own = log_of(log_at([3.25, 1.0, 2.5]))
    assert (own.span_s, own.whole_seconds) == (2.25, False)
    comes = np.empty(3)
    logged_requests(stream(1, 0, 0), own.times, own.span_s, False, 4.5, comes)
    assert comes.tolist() == [0.0, 3.0, 4.5]


@pytest.mark.parametrize(
    "times",
    [[1.7e9], [0.5], [1.7e9] * 50, [1.7e9 + 3 * i for i in range(500)], [1.0, 2e9],
     np.floor(1.7e9 + np.random.default_rng(1).uniform(0, 3 * DAY_S, 3000))],
)  # fmt: skip
def test_any_log(times: Any) -> None:
    for changed in ({}, {"when": NIGHTLY}, {"machines": 1}, {"batch_load": 0.8, "piece_s": 0.2}):
        found = table(log_at(times), **changed)
        assert np.isfinite(found).all()
        assert (found[:, 19] == len(times)).all()
        run_s = len(times) * 0.2 / (0.3 * changed.get("machines", 4))
        assert found[0, 23] == pytest.approx(run_s)
        span = max(times) - min(times)
        assert found[0, 22] * run_s == pytest.approx(max(span, 1.0), abs=1.0)


def test_a_long_log_is_played_in_fewer_runs() -> None:
    """And against pieces that are not too many."""
    found = table(log_at(1.7e9 + np.arange(150_000) // 7), n_runs=5, batch_load=0.8, piece_s=0.2)
    assert np.isfinite(found).all()
    assert found[0, 20] * 300.0 / found[0, 17] < 500_000
    # One run: its quantiles are those of all.
    np.testing.assert_array_equal(found[:N_QUANTILES, 4], found[:N_QUANTILES, 5])


def test_the_table() -> None:
    found = table(n_runs=3)
    assert found.shape == (POLICIES * ROWS, 24)
    for policy in range(POLICIES):
        rows = found[policy * ROWS : (policy + 1) * ROWS]
        assert (rows[:, 0] == policy).all()
        quantiles, whole = rows[:N_QUANTILES], rows[N_QUANTILES]
        assert tuple(quantiles[:, 2]) == QUANTILES
        assert (np.diff(quantiles[:, 4]) >= 0).all()
        assert (quantiles[:, 5] <= quantiles[:, 4]).all()
        assert (quantiles[:, 4] <= quantiles[:, 6]).all()
        assert whole[12] <= whole[11] <= whole[13]
        assert 0.0 <= whole[16] <= whole[15] <= 1.0
        assert 0.0 <= whole[14] <= 1.0
    # By hand, from the draws.
    until = found[0, 23]
    answered = []
    for run in range(3):
        work = work_of_day(
            log_of(NONE), Clock(MORNING_S, DAY_S / until), 6.0 / 0.75, 0.25, 0.2, EXPONENTIAL,
            1.2 * until / 300.0, 5, 60.0, 0, ALL_DAY, until, 1, run,
        )  # fmt: skip
        waited, _, _ = by_kernel(PRIORITY, work, 4, 2)
        answered += list(waited + work.takes)
    row = found[ROWS + 5]
    expected = sorted(answered)[math.ceil(0.99 * len(answered) - 1e-6) - 1]
    assert row[4] == pytest.approx(expected)
    in_time = found[ROWS + N_QUANTILES, 8]
    assert in_time == pytest.approx(np.mean(np.array(answered) <= 2.0))


def test_without_batch_all_who_share_are_alike() -> None:
    found = table(batch_load=0.0)
    for policy in (PRIORITY, PREEMPTIVE):
        np.testing.assert_allclose(found[policy * ROWS : (policy + 1) * ROWS, 1:], found[:ROWS, 1:])
    assert (found[:, 11] == 0.0).all()
    assert (found[N_QUANTILES::ROWS, 14] == 1.0).all()
