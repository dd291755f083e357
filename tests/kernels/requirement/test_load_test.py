"""The table against plain Python, closed forms and what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.requirement import load_test_reference as plain

from scalelab.kernels.jit import Table
from scalelab.kernels.requirement.load_test import (
    BINS_BEFORE,
    BINS_PER_PAUSE,
    CONNECTION,
    CORRECTED,
    CUSTOMERS,
    GENERATORS,
    N_BINS,
    N_QUANTILES,
    PERCENTILE,
    QUANTILES,
    SCHEDULE,
    SENT,
    USERS,
    Server,
    clock,
    closed_loop,
    corrected,
    load_test,
    one_connection,
    open_loop,
    put_quantiles,
    running,
    stream,
)

(KIND, WHICH, QUANTILE, BEYOND, MS, LOWEST, HIGHEST, SINCE, RATE, MEAN, VALUES, KEPT, FACTOR,
 PAUSED) = range(14)  # fmt: skip
STORY: dict[str, Any] = {
    "rate": 100.0, "service_ms": 5.0, "law": 1, "pause_s": 2.0, "every_s": 60.0, "users": 10,
    "n_periods": 1, "n_runs": 5, "seed": 1,
}  # fmt: skip
worlds = st.fixed_dictionaries({
    "rate": st.sampled_from([10.0, 100.0, 180.0, 250.0]),
    "service_ms": st.sampled_from([0.5, 5.0, 10.0]), "law": st.integers(0, 2),
    "pause_s": st.sampled_from([0.0, 0.1, 2.0, 5.0]), "every_s": st.sampled_from([20.0, 30.0]),
    "users": st.sampled_from([1, 3, 10, 300]), "n_periods": st.integers(1, 2),
    "n_runs": st.integers(1, 3), "seed": st.integers(1, 1000),
})  # fmt: skip


def table(**changed: Any) -> Table:
    return load_test(*{**STORY, **changed}.values())


def of(rows: Table, which: int) -> Table:
    return rows[(rows[:, KIND] == PERCENTILE) & (rows[:, WHICH] == which)]


def measured(which: int, seed: int = 7, run: int = 0, **changed: Any) -> tuple[Any, Any]:
    """When requests are sent, and how long they take, by the kernels."""
    w = {**STORY, **changed}
    server = Server(w["service_ms"] / 1e3, w["law"], w["pause_s"], w["every_s"])
    until = w["n_periods"] * w["every_s"]
    sent, took = np.empty(1_000_000), np.empty(1_000_000)
    chance = stream(seed, run, which)
    if which == USERS:
        think = w["users"] / w["rate"]
        n = closed_loop(server, w["users"], think, until, chance, sent, took)
    elif which == CONNECTION:
        n = one_connection(server, w["rate"], until, chance, sent, took)
    else:
        n = open_loop(server, w["rate"], which == SCHEDULE, until, chance, sent, took)
    return sent[:n], took[:n]


def expected(which: int, seed: int = 7, run: int = 0, **changed: Any) -> tuple[Any, Any]:
    """The same in plain Python."""
    w = {**STORY, **changed}
    server = plain.Paused(w["service_ms"] / 1e3, w["law"], w["pause_s"], w["every_s"])
    until = w["n_periods"] * w["every_s"]
    chance = stream(seed, run, which)
    if which == USERS:
        return plain.closed_loop(server, w["users"], w["users"] / w["rate"], until, chance)
    if which == CONNECTION:
        return plain.one_connection(server, w["rate"], until, chance)
    return plain.open_loop(server, w["rate"], which == SCHEDULE, until, chance)


@settings(max_examples=25, deadline=None)
@given(
    worlds, st.sampled_from([CUSTOMERS, USERS, CONNECTION, SCHEDULE]),
    st.sampled_from([20.003, 30.007]),
)  # fmt: skip
def test_requests_are_those_of_the_reference(
    world: dict[str, Any], which: int, every_s: float
) -> None:
    # The server stops at no moment at which a request ends: rounding would decide.
    world = {**world, "every_s": every_s}
    sent, took = measured(which, **world)
    plain_sent, plain_took = expected(which, **world)
    np.testing.assert_allclose(sent, plain_sent, atol=1e-6)
    np.testing.assert_allclose(took, plain_took, atol=1e-6)


def test_rows_are_those_of_the_reference() -> None:
    world = {"rate": 50.0, "every_s": 20.0, "pause_s": 1.0, "n_runs": 3, "n_periods": 2, "seed": 4}
    rows = table(**world)
    seed = int(world.pop("seed"))
    for which in range(GENERATORS):
        real = CONNECTION if which == CORRECTED else which
        runs = [expected(real, seed, run, **world) for run in range(3)]
        values = [took for _, took in runs]
        if which == CORRECTED:
            values = [plain.expected_interval(took, 1.0 / 50.0) for took in values]
        found = of(rows, which)
        for row in found:
            each = sorted(1e3 * plain.nearest_rank(took, row[QUANTILE]) for took in values)
            assert row[[LOWEST, MS, HIGHEST]].tolist() == pytest.approx(each, abs=1e-3)
        together = [1e3 * value for took in values for value in took]
        assert found[0, MEAN] == pytest.approx(sum(together) / len(together))
        assert found[0, VALUES] == pytest.approx(len(together) / 3)
        assert found[0, KEPT] == pytest.approx(sum(len(s) for s, _ in runs) / 3 / 2000.0)
        if which <= CONNECTION:
            counts = np.zeros(N_BINS)
            for sent, _ in runs:
                for t in sent:
                    part = math.floor((t % 20.0 - 5.0) / 0.125) + BINS_BEFORE
                    if 0 <= part < N_BINS:
                        counts[part] += 1
            here = rows[(rows[:, KIND] == SENT) & (rows[:, WHICH] == which)]
            assert here[:, RATE].tolist() == pytest.approx((counts / 0.125 / 6).tolist())


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    rows = table(**world)
    assert np.isfinite(rows).all()
    assert (rows[:, LOWEST] <= rows[:, MS]).all()
    assert (rows[:, MS] <= rows[:, HIGHEST]).all()
    intended = world["rate"] * world["every_s"] * world["n_periods"]
    for which in range(GENERATORS):
        found = of(rows, which)
        assert found[:, QUANTILE].tolist() == list(QUANTILES)
        assert found[:, BEYOND].tolist() == pytest.approx([1.0 - q for q in QUANTILES])
        assert (np.diff(found[:, MS]) >= 0.0).all()
        assert (found[:, MS] > 0.0).all()
        ratio = of(rows, CUSTOMERS)[:, MS] / found[:, MS]
        assert found[:, FACTOR].tolist() == pytest.approx(ratio.tolist())
    assert of(rows, SCHEDULE)[0, VALUES] == round(intended)
    # Who waits for an answer never sends more than was meant, give or take the first request.
    assert of(rows, CONNECTION)[0, VALUES] <= intended + 1
    assert of(rows, CORRECTED)[0, VALUES] >= of(rows, CONNECTION)[0, VALUES]
    assert of(rows, CORRECTED)[0, KEPT] == of(rows, CONNECTION)[0, KEPT]
    paused = rows[:, PAUSED] == 1.0
    assert paused.sum() == (3 * BINS_PER_PAUSE if world["pause_s"] > 0.0 else 0)
    assert (rows[paused, SINCE] > 0.0).all()
    assert (rows[paused, SINCE] < world["pause_s"]).all()


@settings(deadline=None)  # the first call compiles
@given(
    st.floats(0.0, 1000.0), st.floats(0.0, 1000.0), st.sampled_from([0.0, 0.3, 2.0, 5.0]),
    st.sampled_from([10.0, 17.0]),
)  # fmt: skip
def test_the_running_time(t: float, u: float, pause: float, period: float) -> None:
    server = Server(1.0, 0, pause, period)
    ran = running(server, t)
    assert ran <= t + 1e-9
    assert ran - 1e-9 <= running(server, t + 0.5) <= ran + 0.5 + 1e-9
    back = clock(server, u)
    assert running(server, back) == pytest.approx(u, abs=1e-6)
    # As many seconds are missing as it stood still.
    assert back - u == pytest.approx(
        pause * max(0, math.floor((back - 0.25 * period - 1e-9) / period) + 1), abs=pause + 1e-6
    )


def test_what_the_clock_shows() -> None:
    server = Server(0.005, 0, 2.0, 60.0)
    for t, ran in ((0.0, 0.0), (15.0, 15.0), (16.0, 15.0), (17.0, 15.0), (18.0, 16.0),
                   (60.0, 58.0), (77.0, 73.0)):  # fmt: skip
        assert running(server, t) == pytest.approx(ran)
    for u, shown in ((15.0, 15.0), (15.001, 17.001), (58.0, 60.0), (73.0, 75.0), (73.5, 77.5)):
        assert clock(server, u) == pytest.approx(shown)


@settings(deadline=None)
@given(st.lists(st.floats(0.001, 50.0), min_size=1, max_size=40), st.floats(0.5, 5.0))
def test_corrected_values(values: list[float], interval: float) -> None:
    found = corrected(np.array(values), interval)
    assert found.tolist() == pytest.approx(plain.expected_interval(values, interval), abs=1e-9)


def test_correction_of_one_long_value() -> None:
    """The value, and those one, two, ... intervals shorter, none of them below one."""
    assert corrected(np.array([1.0, 50.0]), 10.0).tolist() == [1.0, 50.0, 40.0, 30.0, 20.0, 10.0]
    assert corrected(np.array([10.0, 19.0]), 10.0).tolist() == [10.0, 19.0]
    assert corrected(np.empty(0), 1.0).size == 0


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 1e4), max_size=200))
def test_quantiles(values: list[float]) -> None:
    found = np.empty(N_QUANTILES)
    put_quantiles(np.array(values), found)
    assert found.tolist() == [plain.nearest_rank(values, q) for q in QUANTILES]


def test_a_loop_never_has_more_waiting_than_users() -> None:
    sent, took = measured(USERS, users=7, rate=300.0)
    ends = np.sort(sent + took)
    for t in sent[::50]:
        assert np.sum(sent <= t) - np.sum(ends <= t) <= 7


def test_first_come_first_served() -> None:
    for which in (CUSTOMERS, USERS, SCHEDULE, CONNECTION):
        sent, took = measured(which, rate=180.0)
        assert (np.diff(sent) >= 0.0).all()
        assert (np.diff(sent + took) >= 0.0).all()


def test_nobody_is_answered_while_the_server_stands_still() -> None:
    for which in (CUSTOMERS, USERS, CONNECTION, SCHEDULE):
        sent, took = measured(which)
        inside = (sent + took) % 60.0
        assert not ((inside > 15.0 + 1e-9) & (inside < 17.0 - 1e-9)).any()
    # The one connection sends one request into the pause, if any.
    sent, _ = measured(CONNECTION)
    assert np.sum((sent > 15.0) & (sent < 17.0)) <= 1


def test_the_same_seed_gives_the_same_numbers_and_another_does_not() -> None:
    np.testing.assert_array_equal(table(), table())
    assert of(table(), CUSTOMERS)[0, MS] != of(table(seed=2), CUSTOMERS)[0, MS]


def test_a_full_table_is_where_a_run_ends() -> None:
    """Room for fewer requests than come: no write beyond it."""
    server = Server(0.005, 1, 2.0, 60.0)
    sent, took = np.empty(5), np.empty(5)
    assert open_loop(server, 100.0, False, 60.0, stream(1, 0, 0), sent, took) == 5
    assert closed_loop(server, 3, 0.01, 60.0, stream(1, 0, 0), sent, took) == 5
    assert one_connection(server, 100.0, 60.0, stream(1, 0, 0), sent, took) == 5
