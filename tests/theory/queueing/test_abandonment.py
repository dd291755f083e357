"""Erlang A against Erlang B and C, against the integrals, and constant patience by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.kernels.jit import Floats
from scalelab.kernels.queueing.erlang import erlang_b, erlang_c, mean_wait
from scalelab.theory.queueing.abandonment import (
    Abandonment,
    constant_patience,
    erlang_a,
    general,
    weights,
)

rates = st.sampled_from([0.2, 0.9, 1.0, 1.1, 2.5])  # by server
servers = st.sampled_from([1, 2, 5, 40])
patiences = st.sampled_from([0.01, 0.5, 2.0, 30.0])


def agree(found: Abandonment, expected: Abandonment, rel: float) -> None:
    assert tuple(found) == pytest.approx(tuple(expected), rel=rel, abs=1e-12)


@given(st.sampled_from([0.3, 0.8, 0.95]), servers)
def test_endless_patience_is_erlang_c(load: float, c: int) -> None:
    found = erlang_a(load * c, 1.0, c, math.inf)
    assert found.delayed == pytest.approx(erlang_c(load * c, c))
    assert found.wait == pytest.approx(mean_wait(load * c, 1.0, c))
    assert found.served_wait == pytest.approx(found.wait)
    assert (found.abandoned, found.blocked) == (0.0, 0.0)
    assert found.utilisation == pytest.approx(load)


@given(rates, servers)
def test_no_patience_is_erlang_b(load: float, c: int) -> None:
    found = erlang_a(load * c, 1.0, c, 1e-9)
    assert found.abandoned == pytest.approx(erlang_b(load * c, c), rel=1e-5)
    full = erlang_a(load * c, 1.0, c, 1.0, places=c)
    assert full.blocked == pytest.approx(erlang_b(load * c, c))
    assert (full.abandoned, full.wait) == (0.0, 0.0)
    assert constant_patience(load * c, 1.0, c, 0.0).abandoned == pytest.approx(full.blocked)


@given(rates, servers, patiences, st.sampled_from([math.inf, 0, 1, 7]))
def test_what_comes_goes(load: float, c: int, patience: float, room: float) -> None:
    rate = load * c
    found = erlang_a(rate, 1.0, c, patience, c + room)
    assert found.utilisation * c == pytest.approx(rate * (1.0 - found.blocked - found.abandoned))
    assert found.waiting == pytest.approx(rate * (1.0 - found.blocked) * found.wait)
    assert found.abandoned * patience == pytest.approx((1.0 - found.blocked) * found.wait)
    least, p = weights(rate, 1.0, c, patience, c + room)
    assert least >= 0
    assert math.fsum(p) == pytest.approx(1.0)


@given(rates, servers, patiences)
def test_as_by_integration(load: float, c: int, patience: float) -> None:
    def remaining(x: Floats) -> Floats:
        return np.asarray(-patience * np.expm1(-x / patience))

    agree(general(load * c, 1.0, c, remaining), erlang_a(load * c, 1.0, c, patience), 1e-5)


@given(rates, servers, st.sampled_from([0.05, 1.0, 6.0]))
def test_constant_patience(load: float, c: int, patience: float) -> None:
    """The elementary form, and the integrals worked out numerically."""
    found = constant_patience(load * c, 1.0, c, patience)
    agree(general(load * c, 1.0, c, lambda x: np.minimum(x, patience)), found, 1e-3)
    assert found.utilisation == pytest.approx(load * (1.0 - found.abandoned))


@given(st.sampled_from([0.3, 0.8, 1.7]), st.sampled_from([0.1, 1.0, 4.0]))
def test_one_server_of_constant_patience(load: float, patience: float) -> None:
    h = math.exp(-(1.0 - load) * patience)
    expected = load * (1.0 - load) * h / (1.0 - load**2 * h)
    assert constant_patience(load, 1.0, 1, patience).abandoned == pytest.approx(expected)


def test_where_load_is_one() -> None:
    """The elementary form has a gap there, which is bridged."""
    for c in (1, 3):
        near = [constant_patience(c + d, 1.0, c, 2.0) for d in (-1e-4, 0.0, 1e-4)]
        for low, middle, high in zip(*near, strict=True):
            assert middle == pytest.approx(0.5 * (low + high), abs=1e-7)


def test_large_systems() -> None:
    """Nothing overflows; with too much to do, what is too much leaves."""
    found = erlang_a(12_000.0, 1.0, 10_000, 5.0)
    assert found.abandoned == pytest.approx(1.0 - 10_000 / 12_000, rel=1e-3)
    small = erlang_a(100.0, 1.0, 1000, 5.0)
    assert small.delayed == 0.0
    assert small.utilisation == pytest.approx(0.1)


def test_patience_of_one_mean_by_its_law() -> None:
    """That all are as patient as each other keeps more of them, where there is room for all."""
    exponential = erlang_a(0.9, 1.0, 1, 2.0)
    constant = constant_patience(0.9, 1.0, 1, 2.0)
    assert constant.abandoned < exponential.abandoned
    assert constant.wait > exponential.wait
