"""Limits, known cases, and the examples."""

import doctest
import math

import pytest

from scalelab.theory.load_balancing import policies
from scalelab.theory.load_balancing.policies import (
    at_most,
    exceeded,
    few_servers,
    idle,
    in_turn,
    of_choices,
    shortest,
)
from scalelab.theory.queueing import dispatching


def test_one_server_in_turn_is_mm1() -> None:
    assert in_turn(0.7, 1, 1.0) == pytest.approx(0.3, rel=1e-12)


def test_in_turn_is_quicker_than_at_random() -> None:
    for servers in (2, 10, 100):
        assert in_turn(0.7 * servers, servers, 1.0) > 0.3


def test_a_mixture_lies_between_its_parts() -> None:
    assert exceeded(0.01, (1.0, 1.0), (2.0, 2.0)) == pytest.approx(math.log(100.0) / 2.0)
    both = exceeded(0.01, (0.5, 0.5), (1.0, 2.0))
    assert exceeded(0.01, (1.0,), (2.0,)) < both < exceeded(0.01, (1.0,), (1.0,))


def test_a_choice_of_all_has_everyone_in_it() -> None:
    for servers in (2, 5, 20):
        assert at_most(servers, servers) == 1.0
        for choices in range(1, servers + 1):
            assert at_most(choices, servers) == pytest.approx(choices / servers)


def test_rules_are_probabilities() -> None:
    for there in ((0, 0, 0), (0, 1, 2), (3, 3, 1), (2, 2, 2)):
        for rule in (shortest, idle, of_choices(1), of_choices(2), of_choices(3)):
            assert sum(rule(there)) == pytest.approx(1.0)
        assert of_choices(3)(there) == pytest.approx(shortest(there))
    assert idle((2, 1, 3)) == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_two_equal_servers_as_a_chain_with_levels_has_them() -> None:
    for rule, other in ((shortest, dispatching.shorter), (idle, dispatching.idle)):
        share, mean = few_servers(1.0, (1.0, 1.0), 0, rule)
        assert share == pytest.approx(0.5)
        assert mean == pytest.approx(dispatching.mean_response_of_two(0.5, other), rel=1e-6)


def test_at_random_each_is_mm1() -> None:
    _, mean = few_servers(0.8, (2.0, 1.0), 0, of_choices(1), 50)
    assert mean == pytest.approx(0.5 / (2.0 - 0.4) + 0.5 / (1.0 - 0.4), rel=1e-6)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(policies).failed == 0
