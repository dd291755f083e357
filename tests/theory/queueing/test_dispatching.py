"""Published figures, special cases, and the same by another way."""

import itertools
import math

import numpy as np
import pytest

from scalelab.theory.queueing.dispatching import (
    Rule,
    idle,
    mean_response_at_random,
    mean_response_by_weight,
    mean_response_in_pattern,
    mean_response_in_turn,
    mean_response_of_choices,
    mean_response_of_old,
    mean_response_of_two,
    poisson_weights,
    share_longer,
    shorter,
)
from scalelab.theory.queueing.erlang import mean_wait
from scalelab.theory.queueing.mm1 import mean_response

CHOICES = {
    (0.5, 2): 1.26569, (0.5, 3): 1.12524, (0.5, 5): 1.03125, (0.7, 2): 1.61445, (0.7, 3): 1.35684,
    (0.8, 2): 1.94736, (0.8, 5): 1.32892, (0.9, 2): 2.61406, (0.9, 3): 2.02786, (0.95, 2): 3.38305,
    (0.99, 2): 5.43200, (0.99, 3): 3.85785, (0.99, 5): 2.90168,
}  # fmt: skip
IN_TURN = {
    (0.5, 2): 1.61803, (0.5, 100): 1.26186, (0.7, 5): 2.16424, (0.8, 10): 2.92227,
    (0.9, 2): 7.58828, (0.9, 10): 5.66028, (0.95, 100): 10.27068,
}  # fmt: skip


@pytest.mark.parametrize(("case", "known"), CHOICES.items())
def test_means_of_choices(case: tuple[float, int], known: float) -> None:
    assert mean_response_of_choices(*case) == pytest.approx(known, abs=6e-6)


@pytest.mark.parametrize(("case", "known"), IN_TURN.items())
def test_means_in_turn(case: tuple[float, int], known: float) -> None:
    assert mean_response_in_turn(*case) == pytest.approx(known, abs=6e-6)


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.9])
def test_where_nothing_is_to_choose_each_server_is_alone(rho: float) -> None:
    alone = mean_response(rho)
    assert mean_response_at_random(rho) == pytest.approx(alone)
    assert mean_response_of_choices(rho, 1) == pytest.approx(alone)
    assert sum(share_longer(rho, 1, k) for k in range(1, 400)) == pytest.approx(rho * alone)
    assert mean_response_in_turn(rho, 1) == pytest.approx(alone)
    assert mean_response_by_weight(3.0 * rho, [1.0, 1.0, 1.0]) == pytest.approx(alone)
    assert mean_response_in_pattern(rho, [1.0], [0]) == pytest.approx(alone)
    assert mean_response_of_two(rho, lambda fewer, more: 0.5) == pytest.approx(alone)
    assert mean_response_of_old(rho, 1, 2.0, 200) == pytest.approx(alone, rel=1e-5)


def test_weighted_is_the_mean_over_the_servers() -> None:
    """Each is an M/M/1 with its part of the customers."""
    speeds, rate = [1.0, 2.0, 5.0], 6.0
    parts = [speed / 8.0 for speed in speeds]
    each = [1.0 / (speed - rate * part) for speed, part in zip(speeds, parts, strict=True)]
    mean = sum(part * time for part, time in zip(parts, each, strict=True))
    assert mean_response_by_weight(rate, speeds) == pytest.approx(mean)


@pytest.mark.parametrize("choices", [2, 3])
def test_tails_balance(choices: int) -> None:
    """As many come to servers of length k - 1 as leave those of length k."""
    tails = [share_longer(0.9, choices, k) for k in range(7)]
    if choices == 2:
        known = [1.0, 0.9, 0.729, 0.478297, 0.205891, 0.038152, 0.00131]
        assert tails == pytest.approx(known, abs=5e-7)
    for before, here, after in zip(tails, tails[1:], tails[2:], strict=False):
        assert 0.9 * (before**choices - here**choices) == pytest.approx(here - after)


@pytest.mark.parametrize("rho", [0.3, 0.8])
@pytest.mark.parametrize("servers", [2, 3, 5])
def test_a_pattern_of_each_once_is_in_turn(rho: float, servers: int) -> None:
    pattern, speeds = list(range(servers)), [1.0] * servers
    assert mean_response_in_pattern(rho * servers, speeds, pattern) == pytest.approx(
        mean_response_in_turn(rho, servers)
    )


def test_a_pattern_is_where_it_begins_and_how_fast_time_goes_does_not_matter() -> None:
    known = mean_response_in_pattern(2.4, [2.0, 1.0], [0, 1, 0])
    assert mean_response_in_pattern(2.4, [2.0, 1.0], [0, 0, 1]) == pytest.approx(known)
    assert mean_response_in_pattern(2.4, [1.0, 2.0], [1, 0, 1] * 2) == pytest.approx(known)
    assert mean_response_in_pattern(24.0, [20.0, 10.0], [0, 1, 0]) == pytest.approx(known / 10.0)
    # Every third comes to the slow one; two of three, unevenly spaced, to the fast.
    slow = mean_response_in_turn(0.8, 3)
    fast = (known - slow / 3.0) * 1.5
    assert mean_response_in_turn(0.8, 2) / 2.0 < fast < mean_response(0.8) / 2.0


def two_by_force(rho: float, rule: Rule, most: int) -> float:
    """All states of both queues up to ``most``, in one system of equations."""
    states = list(itertools.product(range(most + 1), repeat=2))
    index = {state: at for at, state in enumerate(states)}
    rates = np.zeros((len(states), len(states)))
    for (i, j), at in index.items():
        share = rule(min(i, j), max(i, j))
        to_first = share if i < j else 1.0 - share if i > j else 0.5
        for to, rate in (
            ((i + 1, j), 2.0 * rho * to_first), ((i, j + 1), 2.0 * rho * (1.0 - to_first)),
            ((i - 1, j), 1.0), ((i, j - 1), 1.0),
        ):  # fmt: skip
            if to in index:
                rates[at, index[to]] += rate
                rates[at, at] -= rate
    balance = rates.T.copy()
    balance[-1] = 1.0
    shares = np.linalg.solve(balance, np.eye(len(states))[-1])
    return float(shares @ [i + j for i, j in states]) / (2.0 * rho)


@pytest.mark.parametrize("rho", [0.2, 0.5, 0.7])
@pytest.mark.parametrize("rule", [shorter, idle])
def test_two_as_by_force(rho: float, rule: Rule) -> None:
    assert mean_response_of_two(rho, rule) == pytest.approx(two_by_force(rho, rule, 30), rel=1e-4)


@pytest.mark.parametrize("rho", [0.2, 0.5, 0.8, 0.9])
def test_who_knows_more_of_two_waits_less(rho: float) -> None:
    one_queue = 1.0 + mean_wait(2.0 * rho, 2)
    times = [one_queue, mean_response_of_two(rho, shorter), mean_response_of_two(rho, idle),
             mean_response_in_turn(rho, 2), mean_response(rho)]  # fmt: skip
    if rho > 0.6:  # at less, turns are worth less than an idle server
        assert times == sorted(times)
    assert times[:3] == sorted(times[:3])


def test_the_shorter_of_two_in_light_traffic() -> None:
    """Only who finds both busy waits, for one of them: a service, to first order."""
    rho = 0.01
    both = 2.0 * rho**2 / (1.0 + 2.0 * rho + 2.0 * rho**2)
    assert mean_response_of_two(rho, shorter) - 1.0 == pytest.approx(both, rel=0.05)


@pytest.mark.parametrize(("rho", "choices"), [(0.5, 2), (0.7, 3)])
def test_what_is_hardly_old_is_as_if_new(rho: float, choices: int) -> None:
    """The difference is in proportion to the age."""
    new = mean_response_of_choices(rho, choices)
    older, old = (mean_response_of_old(rho, choices, age, 30) for age in (0.04, 0.02))
    assert old - new == pytest.approx((older - new) / 2.0, rel=0.05)
    assert new < old < 1.02 * new


def test_the_older_the_worse() -> None:
    times = [mean_response_of_old(0.8, 2, age) for age in (1.0, 5.0, 20.0, 60.0)]
    assert [mean_response_of_choices(0.8, 2), *times] == sorted(
        [mean_response_of_choices(0.8, 2), *times]
    )
    assert times[0] < mean_response(0.8) < times[-1]
    assert mean_response_of_old(0.8, 2, 5.0, most=60) == pytest.approx(times[1])


def old_by_steps(rho: float, age: float, most: int, cycles: int, steps: int) -> float:
    """Euler's steps for two choices, server by server class, nothing cleverer."""
    now = np.zeros((most + 1, most + 1))  # length at the update, length now
    now[0, 0] = 1.0
    total = 0.0
    dt = age / steps
    for cycle in range(cycles):
        lengths = now.sum(axis=0)
        now = np.diag(lengths)
        total = 0.0
        for _ in range(steps):
            change = np.zeros_like(now)
            for i in range(most + 1):
                above = lengths[i + 1 :].sum()
                part = (above + lengths[i]) ** 2 - above**2  # of the arrivals
                rate = 2.0 * rho * above if lengths[i] < 1e-300 else rho * part / lengths[i]
                comes, goes = rate * now[i, :-1], now[i, 1:]
                change[i, 1:] += comes - goes
                change[i, :-1] += goes - comes
            now = now + dt * change
            total += dt * float(now.sum(axis=0) @ np.arange(most + 1))
        assert now.sum() == pytest.approx(1.0), cycle
    return total / age / rho


def test_old_as_by_steps() -> None:
    known = mean_response_of_old(0.7, 2, 3.0)
    assert old_by_steps(0.7, 3.0, 30, 25, 300) == pytest.approx(known, rel=3e-3)


@pytest.mark.parametrize("mean", [0.01, 1.0, 50.0])
def test_poisson_weights(mean: float) -> None:
    weights = poisson_weights(mean)
    assert weights.sum() == pytest.approx(1.0)
    assert weights @ np.arange(weights.size) == pytest.approx(mean)
    assert weights[3] == pytest.approx(math.exp(-mean) * mean**3 / 6.0)
