"""Every lane draws what a generator of its own would give."""

import numpy as np
import pytest

from scalelab.kernels.queueing.lanes import fill, fill_each, generators
from scalelab.kernels.queueing.law import Law, draw, law, lognormal, pareto
from scalelab.kernels.random import generator

LAWS = [
    law(2.0, 0.0), law(2.0, 0.3), law(2.0, 1.0), law(2.0, 5.0), lognormal(2.0, 3.0),
    pareto(2.0, 1.5, 100.0),
]  # fmt: skip


@pytest.mark.parametrize("one", LAWS)
def test_the_same_bits_as_one_by_one(one: Law) -> None:
    """In one go, in pieces, and lane by lane."""
    lanes, n = 5, 100
    expected = np.empty((n, lanes))
    for lane in range(lanes):
        state = generator((7 * lanes + lane) * 2 + 1)
        for i in range(n):
            expected[i, lane] = draw(one, state)
    for way in (fill, fill_each):
        states = generators(lanes, 7, 1, 2)
        found = np.empty((n, lanes))
        way(one, states, 60, found[:60])
        way(one, states, 40, found[60:])
        np.testing.assert_array_equal(found, expected)


def test_only_so_many_are_drawn() -> None:
    into = np.zeros((10, 3))
    fill(law(1.0, 1.0), generators(3, 1, 0, 1), 4, into)
    assert (into[:4] > 0.0).all()
    assert not into[4:].any()


def test_no_two_generators_are_the_same() -> None:
    states = [generators(16, seed, which, 2) for seed in (1, 2, 3) for which in (0, 1)]
    assert len({tuple(column) for one in states for column in one.T.tolist()}) == 6 * 16
