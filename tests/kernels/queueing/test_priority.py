"""The kernel against plain Python, and what always holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.queueing import priority_reference as plain

from scalelab.kernels.jit import Table
from scalelab.kernels.queueing.law import Law, law
from scalelab.kernels.queueing.priority import (
    DELAYED,
    ELAPSED,
    INTERRUPTED,
    PLACES,
    RESPONSE,
    SERVED,
    SUMS,
    WAIT,
    WORK,
    simulate,
)

# Numba compiles it anew for each number of classes, so there are always three.
LAWS = (law(0.5, 1.0), law(1.0, 0.0), law(2.0, 4.0))
MEANS = (0.5, 1.0, 2.0)
worlds = st.tuples(
    st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3), st.floats(0.1, 0.97),
    st.sampled_from([1, 2, 5]), st.booleans(), st.integers(0, 1000),
)  # fmt: skip


def rates(shares: list[float], load: float, servers: int) -> np.ndarray:
    """Arrival rates of three classes that load the servers so far together."""
    values = load * servers * np.array(shares) / sum(shares) / np.array(MEANS)
    return np.asarray(values)


def run(
    found: np.ndarray, servers: int, interrupt: bool, seed: int, warm_up: int = 50,
    batches: int = 3, batch_size: int = 100, laws: tuple[Law, ...] = LAWS,
) -> Table:  # fmt: skip
    table: Table = simulate(found, laws, servers, interrupt, warm_up, batches, batch_size, seed)
    return table.reshape(batches, found.size, SUMS)


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_as_plain_python(world: tuple[list[float], float, int, bool, int]) -> None:
    shares, load, servers, interrupt, seed = world
    each = rates(shares, load, servers)
    sums = run(each, servers, interrupt, seed)
    everyone = plain.customers(each, LAWS, seed, 500)
    left = plain.departures(everyone, servers, interrupt)
    for batch in range(3):
        these = left[50 + 100 * batch : 150 + 100 * batch]
        for k in range(3):
            mine = [one for one in these if one["class"] == k]
            waits = [one["leaves"] - one["came"] - one["takes"] for one in mine]
            row = sums[batch, k]
            assert row[SERVED] == len(mine)
            assert row[DELAYED] == sum(one["delayed"] for one in mine)
            assert row[WAIT] == pytest.approx(sum(waits), abs=1e-6)
            assert row[RESPONSE] == pytest.approx(sum(waits) + row[WORK], abs=1e-6)
            assert row[WORK] == pytest.approx(sum(one["takes"] for one in mine))
            started = left[49 + 100 * batch]["leaves"]
            assert row[ELAPSED] == pytest.approx(these[-1]["leaves"] - started)


@settings(max_examples=20, deadline=None)
@given(worlds)
def test_as_often_interrupted_as_in_plain_python(
    world: tuple[list[float], float, int, bool, int],
) -> None:
    shares, load, servers, interrupt, seed = world
    each = rates(shares, load, servers)
    counted = run(each, servers, interrupt, seed, 0, 1, 300)[0, :, INTERRUPTED]
    left = plain.departures(plain.customers(each, LAWS, seed, 500), servers, interrupt)
    # Those who left, and what had happened by then to those who were still there.
    until = left[299]["leaves"]
    sure = [sum(o["interrupted"] for o in left[:300] if o["class"] == k) for k in range(3)]
    there = [
        sum(o["interrupted"] for o in left[300:] if o["class"] == k and o["came"] < until)
        for k in range(3)
    ]
    assert (counted >= sure).all()
    assert (counted <= np.add(sure, there)).all()
    assert counted[0] == 0.0
    if not interrupt:
        assert not counted.any()


@settings(max_examples=20, deadline=None)
@given(worlds)
def test_work_done_is_the_same_in_any_order(
    world: tuple[list[float], float, int, bool, int],
) -> None:
    """Everybody comes and takes as long, whoever goes first; until they are all served."""
    shares, load, servers, _, seed = world
    each = rates(shares, load, servers)
    for_all = []
    for interrupt in (False, True):
        left = plain.departures(plain.customers(each, LAWS, seed, 100), servers, interrupt)
        for_all.append((len(left), sum(one["takes"] for one in left)))
        sums = run(each, servers, interrupt, seed)
        assert (sums >= 0.0).all()
        assert (sums[:, :, DELAYED] <= sums[:, :, SERVED]).all()
        assert sums[:, :, SERVED].sum(axis=1) == pytest.approx([100.0] * 3)
        assert (np.ptp(sums[:, :, ELAPSED], axis=1) == 0.0).all()
    assert for_all[0][1] == pytest.approx(for_all[1][1])


@settings(max_examples=20, deadline=None)
@given(worlds)
def test_who_interrupts_does_not_notice_the_others(
    world: tuple[list[float], float, int, bool, int],
) -> None:
    """The most urgent class, customer by customer, as if it were alone."""
    shares, load, servers, _, seed = world
    each = rates(shares, load, servers)
    everyone = plain.customers(each, LAWS, seed, 200)
    alone = plain.customers(each[:1], LAWS, seed, 200)
    together = [one for one in plain.departures(everyone, servers, True) if one["class"] == 0]
    for one, other in zip(together, plain.departures(alone, servers, True), strict=True):
        assert one["leaves"] == pytest.approx(other["leaves"])


def test_more_wait_than_there_is_room_for_at_first() -> None:
    """Twice of what can be served: more are there than the arrays hold at first."""
    each = np.array([1.0, 0.7, 0.4])
    sums = run(each, 1, True, 1, 0, 1, 400)[0]
    everyone = [one for one in plain.customers(each, LAWS, 1, 500) if one["came"] < 450.0]
    left = plain.departures(everyone, 1, True)[:400]
    assert left[-1]["leaves"] < 450.0
    assert sum(one["came"] < left[-1]["leaves"] for one in everyone) > 400 + PLACES
    for k in range(3):
        mine = [one for one in left if one["class"] == k]
        waits = [one["leaves"] - one["came"] - one["takes"] for one in mine]
        assert sums[k, SERVED] == len(mine)
        assert sums[k, WAIT] == pytest.approx(sum(waits), abs=1e-6)
