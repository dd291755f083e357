"""The closed forms against each other, where the answer is known, and against the other form."""

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.growth import path
from scalelab.theory.growth.path import (
    distance,
    fewest,
    fewest_databases,
    limit_of_database,
    limit_of_machine,
    mean_time,
    most_gain,
    rent,
    replicas_needed,
    share_of_replica,
    time_of_one,
    time_of_split,
)
from scalelab.theory.queueing.erlang import mean_wait

shares = st.floats(0.001, 0.999)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(path).failed == 0


@given(st.integers(1, 400), st.floats(0.001, 0.95), st.floats(0.01, 50.0))
def test_the_sum_of_the_states_is_erlangs_recursion(servers: int, rho: float, work: float) -> None:
    rate = rho * servers / work
    expected = work * (1.0 + mean_wait(rate * work, servers))
    assert mean_time(rate, work, servers) == pytest.approx(expected, rel=1e-9)


def test_known_queues() -> None:
    assert mean_time(0.6, 1.0, 1) == pytest.approx(2.5)  # M/M/1: S / (1 - rho)
    assert mean_time(1.0, 1.0, 2) == pytest.approx(4.0 / 3.0)  # M/M/2: S / (1 - rho^2)
    assert mean_time(0.0, 3.0, 4) == 3.0
    assert time_of_one(0.0, 4, 10.0, 1.0) == 11.0


def test_limits_of_the_shop() -> None:
    assert limit_of_machine(0.6, 4, 10.0) == pytest.approx(0.240)
    # Processors of the database would do 800/s; its disk ends at 600.
    assert limit_of_machine(0.6, 4, 3.0) == pytest.approx(0.8)
    assert limit_of_database(0.6, 4, 3.0, 1.0) == pytest.approx(0.6)
    assert limit_of_database(0.6, 2, 6.0, 1.0) == pytest.approx(0.2)
    assert limit_of_database(0.6, 4, 3.0, 1.0, 0.5) == pytest.approx(1.2)


@given(shares, st.floats(0.0, 0.99), st.floats(1.0, 50.0), st.integers(1, 64))
def test_replicas_needed_is_the_inverse(
    write_share: float, hit_ratio: float, replicas: float, shards: int
) -> None:
    load = 1.0 / share_of_replica(write_share, hit_ratio, replicas, shards)
    # What cancels in the denominator is lost of the sixteen digits.
    needed = replicas_needed(write_share, hit_ratio, load, shards)
    misses = (1.0 - write_share) * (1.0 - hit_ratio) / replicas
    assert needed == pytest.approx(replicas, rel=1e-9 + 1e-14 / misses)
    assert load <= shards * most_gain(write_share) * (1.0 + 1e-12)


def test_writes_alone_are_too_many() -> None:
    assert most_gain(0.05) == 20.0
    assert math.isinf(most_gain(0.0))
    assert math.isinf(replicas_needed(0.05, 0.9, 20.0))
    assert fewest_databases(0.05, 0.9, 20.0, 1, 15, 1) == 0
    assert fewest_databases(0.05, 0.9, 20.0, 1, 15, 2) == 6  # two shards of a primary and two


def test_known_numbers_of_machines() -> None:
    assert fewest(2.4, 0.6, 4) == 1
    assert fewest(2.41, 0.6, 4) == 2
    assert fewest(0.0, 0.6, 4) == 1
    # Ten thirds of a server: reads .95 / (.3 - .05) = 3.8 replicas, and the primary.
    assert fewest_databases(0.05, 0.0, 10.0 / 3.0, 1, 15, 1) == 5
    assert fewest_databases(0.05, 0.9, 10.0 / 3.0, 3, 15, 1) == 4


def test_kinds_of_request_add_up() -> None:
    assert time_of_split(7.0, 0.0, 1.5, 10.0, 10.0, 1.0, 0.05) == pytest.approx(18.5)
    assert time_of_split(7.0, 0.6, 1.5, 10.0, 8.0, 0.0, 0.0) == pytest.approx(7.6)
    assert time_of_split(7.0, 0.6, 1.5, 10.0, 8.0, 0.3, 1.0) == pytest.approx(16.5)
    assert distance(30.0, 150.0, 0.3, 1) == pytest.approx(66.0)
    assert distance(30.0, 150.0, 0.3, 3) == 30.0
    assert rent(3, 4, 0.05, 1, 20.0) == pytest.approx(458.0)
