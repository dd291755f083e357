"""The closed forms against special cases, integrals and each other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.storage.rebalancing import Shard, hours_to_move, lambert_w

SHARDS = [Shard(0.6, 0.2, 5.0, 100.0), Shard(0.9, 0.05, 5.0, 20.0), Shard(0.3, 0.6, 5.0, 10.0)]


@pytest.mark.parametrize("chunk", [1.0, 100.0])
def test_without_a_copy_it_is_the_m_m_1_queue(chunk: float) -> None:
    shard = Shard(0.6, 0.0, 5.0, chunk)
    assert shard.mean_shop_first == shard.mean_in_turn == pytest.approx(12.5)
    for shop_first in (True, False):
        assert shard.quantile(0.99, shop_first) == pytest.approx(12.5 * math.log(100.0))


@pytest.mark.parametrize("shard", SHARDS)
def test_a_mean_is_the_integral_of_its_tail(shard: Shard) -> None:
    for tail, mean in (
        (shard.tail_shop_first, shard.mean_shop_first),
        (shard.tail_in_turn, shard.mean_in_turn),
    ):
        times = np.linspace(1e-6, 40.0 * mean, 1501)
        tails = [tail(float(time)) for time in times]
        assert (np.diff(tails) < 1e-7).all()
        assert np.trapezoid(tails, times) == pytest.approx(mean, rel=2e-3)


@pytest.mark.parametrize("shard", SHARDS)
def test_a_tail_is_exceeded_as_often_as_in_independent_draws(shard: Shard) -> None:
    """What a request takes, put together from its parts."""
    chance = np.random.default_rng(1)
    n = 200_000
    rate = (1.0 - shard.utilisation) / shard.service
    delayed = chance.random(n) < shard.delayed
    first = chance.exponential(1.0 / rate, n) + delayed * chance.uniform(0.0, shard.chunk, n)
    # In order of arrival a request waits for a geometric number of residual services.
    busy = shard.utilisation + shard.copy_share
    turn = chance.exponential(shard.service, n)
    left = chance.geometric(1.0 - busy, n) - 1
    while left.any():
        request = chance.random(n) < shard.utilisation / busy
        rest = np.where(
            request, chance.exponential(shard.service, n), chance.uniform(0.0, shard.chunk, n)
        )
        turn += np.where(left > 0, rest, 0.0)
        left = np.maximum(left - 1, 0)
    for times, tail, mean in (
        (first, shard.tail_shop_first, shard.mean_shop_first),
        (turn, shard.tail_in_turn, shard.mean_in_turn),
    ):
        assert times.mean() == pytest.approx(mean, abs=4 * times.std() / n**0.5)
        for time in (0.3 * mean, 1.1 * mean, 3.3 * mean):
            expected = tail(time)
            error = 4 * (expected * (1.0 - expected) / n) ** 0.5
            assert (times > time).mean() == pytest.approx(expected, abs=error)


def test_the_size_of_a_chunk_does_more_harm_than_the_rate_of_the_copy() -> None:
    slow, fast = Shard(0.6, 0.02, 5.0, 100.0), Shard(0.6, 0.2, 5.0, 10.0)
    assert fast.quantile(0.99, shop_first=True) < 0.7 * slow.quantile(0.99, shop_first=True)
    # In the end a request that is held up waits for a chunk.
    assert Shard(0.6, 0.2, 5.0, 10_000.0).quantile(0.99, shop_first=True) > 9_000.0


def test_half_of_the_spare_time_doubles_the_wait_in_turn() -> None:
    """Were chunks as nothing; larger ones add their own."""
    alone, shared = Shard(0.6, 0.0, 5.0, 1e-9), Shard(0.6, 0.2, 5.0, 1e-9)
    waits = (shard.mean_in_turn - shard.service for shard in (alone, shared))
    assert math.prod((1.0 / next(waits), next(waits))) == pytest.approx(2.0)
    assert shared.mean_shop_first == pytest.approx(alone.mean_shop_first)


def test_overload_is_refused() -> None:
    with pytest.raises(ValueError, match="lines grow without end unless that is below 1"):
        Shard(0.6, 0.4, 5.0, 100.0)


@given(st.floats(-1.0 / math.e + 1e-12, -1e-9))
def test_lambert_s_function_solves_its_equation(x: float) -> None:
    w = lambert_w(x)
    assert w * math.exp(w) == pytest.approx(x, rel=1e-9)
    assert w >= -1.0 - 1e-6


@given(st.floats(0.01, 30.0), st.floats(0.1, 0.95), st.floats(0.001, 1.0), st.floats(0.05, 0.9))
def test_the_copy_gets_its_share_of_the_spare_time(
    size: float, utilisation: float, growth: float, share: float
) -> None:
    hours = hours_to_move(size, utilisation, growth, share)
    g = math.log1p(growth) / 168.0
    full = -math.log(utilisation) / g

    def copied(until: float) -> float:
        return share * (until - utilisation * math.expm1(g * until) / g)

    if hours == math.inf:
        assert copied(full) <= size * (1 + 1e-6)
    else:
        assert hours <= full * (1 + 1e-6)
        assert copied(hours) == pytest.approx(size, rel=1e-6)


def test_no_growth() -> None:
    assert hours_to_move(2.0, 0.6, 0.0, 0.5) == pytest.approx(10.0)
    assert hours_to_move(2.0, 0.6, 1e-6, 0.5) == pytest.approx(10.0, rel=1e-6)
