"""Customer by customer against plain Python, to the last bit, and what holds for any run."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.queueing.dispatching_reference import customers

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.queueing import dispatching as kernel
from scalelab.kernels.queueing.fcfs import BINS
from scalelab.kernels.queueing.law import Law, law, lognormal
from scalelab.kernels.random import generator
from scalelab.models.queueing.dispatching import POLICIES

M = law(1.0, 1.0)
policies = st.sampled_from(range(len(POLICIES)))


def run(
    policy: int, speeds: list[float], gap: Law, service: Law = M, choices: int = 2,
    age: float = 0.0, warm_up: int = 0, batches: int = 4, size: int = 1000, seed: int = 1,
) -> tuple[Table, Table, Floats]:  # fmt: skip
    """Sums, work by server, and counts."""
    counts, work = np.zeros(BINS), np.zeros((batches, len(speeds)))
    sums = kernel.simulate(gap, service, np.array(speeds), policy, choices, age, warm_up, batches,
                           size, 1.0, seed, counts, work)  # fmt: skip
    return sums, work, counts


@settings(max_examples=150, deadline=None)
@given(
    policies,
    st.sampled_from(
        [[1.0], [1.0, 1.0], [1.0] * 5, [5.0, 1.0, 1.0], [0.5, 1.0, 2.0, 4.0], [1.3, 0.7]]
    ),
    st.sampled_from([0.0, 0.25, 3.0, 20.0]),
    st.sampled_from([M, law(1.0, 0.0), law(1.0, 4.0), lognormal(1.0, 2.0)]),
    st.sampled_from([0.0, 0.4, 1.0]),
    st.floats(0.5, 1.2),
    st.integers(0, 2**31 - 1),
)
def test_as_in_plain_python(
    policy: int, speeds: list[float], age: float, service: Law, gap_cv2: float, load: float,
    seed: int,
) -> None:  # fmt: skip
    """Where each goes, how long it waits and what it finds, also where more comes than can go."""
    n, choices = 200, min(3, len(speeds))
    gap = law(1.0 / (load * sum(speeds)), gap_cv2)
    sums, work, _ = run(policy, speeds, gap, service, choices, age, 0, n, 1, seed)
    plain = customers(gap, service, speeds, POLICIES[policy], choices, age, n, seed)
    assert (np.count_nonzero(work, axis=1) == 1).all()
    assert np.argmax(work, axis=1).tolist() == [one.server for one in plain]
    assert work.sum(axis=1).tolist() == [one.takes for one in plain]
    assert sums[:, kernel.WAIT].tolist() == [one.wait for one in plain]
    assert sums[:, kernel.DELAYED].tolist() == [float(one.wait > 0.0) for one in plain]
    assert sums[:, kernel.RESPONSE].tolist() == [one.wait + one.takes for one in plain]
    for k in range(kernel.TAIL):
        longer = [sum(length > k for length in one.found) for one in plain]
        assert sums[:, kernel.LONGER + k].tolist() == longer


@pytest.mark.parametrize("policy", range(len(POLICIES)))
@pytest.mark.parametrize("age", [0.0, 0.5])
def test_by_the_clock_all_moments_fall_together(policy: int, age: float) -> None:
    """Arrivals, departures and updates at the same instants, which are exact in binary."""
    gap, service, speeds = law(0.25, 0.0), law(1.0, 0.0), [1.0, 2.0, 2.0]
    sums, work, _ = run(policy, speeds, gap, service, 2, age, 0, 400, 1, 5)
    plain = customers(gap, service, speeds, POLICIES[policy], 2, age, 400, 5)
    assert np.argmax(work, axis=1).tolist() == [one.server for one in plain]
    assert sums[:, kernel.WAIT].tolist() == [one.wait for one in plain]


def test_batches_and_warm_up_are_cut_from_one_run() -> None:
    for policy in range(len(POLICIES)):
        gap, speeds = law(0.6, 1.0), [1.0, 0.5, 0.5]
        each, work, _ = run(policy, speeds, gap, batches=700, size=1, age=2.0)
        sums, whole, counts = run(policy, speeds, gap, batches=3, size=200, warm_up=100, age=2.0)
        for batch in range(3):
            part = slice(100 + 200 * batch, 300 + 200 * batch)
            np.testing.assert_allclose(sums[batch], each[part].sum(axis=0), rtol=1e-12)
            np.testing.assert_allclose(whole[batch], work[part].sum(axis=0), rtol=1e-12)
        assert counts.sum() == 600


@settings(max_examples=30, deadline=None)
@given(policies, st.integers(1, 40), st.integers(0, 2**31 - 1))
def test_what_always_holds(policy: int, servers: int, seed: int) -> None:
    sums, work, counts = run(
        policy, [1.0] * servers, law(1.25 / servers, 1.0), choices=(servers + 1) // 2, seed=seed
    )
    assert (sums[:, kernel.ARRIVED] == 1000).all()
    np.testing.assert_allclose(
        sums[:, kernel.WAIT] + work.sum(axis=1), sums[:, kernel.RESPONSE], rtol=1e-9
    )
    longer = sums[:, kernel.LONGER :]
    assert (np.diff(longer, axis=1) <= 0.0).all()
    assert (longer[:, 0] <= 1000.0 * servers).all()
    assert (longer[:, -1] >= 0.0).all()
    assert counts.sum() == 4000


def test_all_policies_meet_the_same_customers() -> None:
    runs = [run(policy, [1.0] * 3, law(0.5, 1.0)) for policy in range(len(POLICIES))]
    for sums, work, _ in runs[1:]:
        np.testing.assert_array_equal(sums[:, kernel.ELAPSED], runs[0][0][:, kernel.ELAPSED])
        np.testing.assert_allclose(work.sum(axis=1), runs[0][1].sum(axis=1))


def test_one_server_leaves_nothing_to_choose() -> None:
    runs = [run(policy, [1.0], law(1.5, 1.0), choices=1)[0] for policy in range(len(POLICIES))]
    for sums in runs[1:]:
        np.testing.assert_array_equal(sums, runs[0])


def test_equal_servers_need_no_weights() -> None:
    gap, speeds = law(0.3, 1.0), [1.0] * 4
    for one, other in (
        (kernel.ROUND_ROBIN, kernel.WEIGHTED_ROUND_ROBIN),
        (kernel.SHORTEST, kernel.LEAST_RESPONSE),
        (kernel.RANDOM, kernel.WEIGHTED_RANDOM),
    ):
        np.testing.assert_array_equal(run(one, speeds, gap)[1], run(other, speeds, gap)[1])


def test_as_often_as_the_weights_say() -> None:
    """In the order that nginx tells of its own (commit 27e94984 in github.com/phusion/nginx)."""
    speeds = np.array([5.0, 1.0, 1.0])
    credit = np.zeros(3)
    turns = [kernel.in_turn_by_weight(speeds, credit, 7.0) for _ in range(14)]
    assert "".join("abc"[turn] for turn in turns) == 2 * "aabacaa"
    uneven = np.array([0.3, 1.1, 0.7, 2.6])
    credit = np.zeros(4)
    found = Counter(kernel.in_turn_by_weight(uneven, credit, float(uneven.sum()))
                    for _ in range(4700))  # fmt: skip
    assert [found[i] for i in range(4)] == pytest.approx(list(1000.0 * uneven), abs=2)


def test_ties_and_draws_are_even() -> None:
    chance = generator(5)
    n = 30_000

    def even(found: Counter[int], shares: list[float]) -> None:
        assert sum(found.values()) == n
        for i, share in enumerate(shares):
            assert abs(found[i] - n * share) <= 4.0 * np.sqrt(n * share * (1.0 - share))

    values = np.array([1.0, 0.0, 0.0, 2.0, 0.0])
    even(Counter(kernel.least(values, chance) for _ in range(n)), [0, 1 / 3, 1 / 3, 0, 1 / 3])
    up_to = np.array([1.0, 4.0, 4.5, 8.0])
    even(Counter(kernel.by_weight(up_to, chance) for _ in range(n)), [1 / 8, 3 / 8, 1 / 16, 7 / 16])
    # Server 1 is in two of five draws; in the others it is the first drawn of four equals.
    order, lengths = np.arange(5), np.array([3, 0, 3, 3, 3])
    found = Counter(kernel.shortest_of_some(lengths, 2, order, chance) for _ in range(n))
    even(found, [0.15, 0.4, 0.15, 0.15, 0.15])
    assert sorted(order) == list(range(5))


def test_a_choice_of_all_is_one_of_the_shortest() -> None:
    """Ties are broken by another draw; with one choice it is random, by the same."""
    gap, speeds = law(0.27, 1.0), [1.0] * 4
    every = run(kernel.SHORTEST, speeds, gap, size=50_000)[0][:, kernel.WAIT].sum()
    some = run(kernel.CHOICES, speeds, gap, choices=4, size=50_000)[0][:, kernel.WAIT].sum()
    assert some == pytest.approx(every, rel=0.1)


def test_more_are_there_than_there_was_room_for() -> None:
    """Places are doubled: 3,000 customers come at once, as it were."""
    sums, _, _ = run(kernel.ROUND_ROBIN, [1.0, 1.0], law(1e-9, 0.0), law(1.0, 0.0), size=750)
    assert sums[:, kernel.RESPONSE].sum() == pytest.approx(1500 * 1501, rel=1e-6)


def test_too_many_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the uncompiled kernel, whose limit can be lowered."""
    monkeypatch.setattr(kernel, "MOST_PRESENT", kernel.FEWEST_PLACES)
    counts, work = np.zeros(BINS), np.zeros((2, 1))
    sums = kernel.simulate.py_func(  # type: ignore[attr-defined]
        law(1e-9, 0.0), M, np.ones(1), kernel.RANDOM, 1, 0.0, 0, 2, 1000, 1.0, 1, counts, work
    )
    assert sums[:, kernel.ARRIVED].tolist() == [1000.0, 24.0]
