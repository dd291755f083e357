"""The storage workbook: answers that are right in another way, and what its checks rest on."""

import math
from bisect import bisect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from scalelab.kernels.hashing import hashed
from scalelab.models.storage import scatter_gather, transactions
from scalelab.theory.storage.resharding import modulo_moved
from scalelab.workbook import storage as check


@cache
def ring(shards: tuple[int, ...], sizes: tuple[int, ...]) -> tuple[list[float], list[int]]:
    points = sorted(
        (check.uniform(shard, 1 + point), shard)
        for shard, size in zip(shards, sizes, strict=True)
        for point in range(400 * size)
    )
    return [point for point, _ in points], [shard for _, shard in points]


def on_the_ring(key: int, shards: tuple[int, ...], sizes: tuple[int, ...]) -> int:
    points, owners = ring(shards, sizes)
    return owners[bisect(points, check.uniform(key, 0)) % len(points)]


def with_logarithms(key: int, shards: tuple[int, ...], sizes: tuple[int, ...]) -> int:
    score = {
        shard: -size / math.log(check.uniform(key, shard))
        for shard, size in zip(shards, sizes, strict=True)
    }
    return max(score, key=score.__getitem__)


def with_tickets(key: int, shards: tuple[int, ...], sizes: tuple[int, ...]) -> int:
    tickets = [
        (check.uniform(key, shard + 1000 * number), shard)
        for shard, size in zip(shards, sizes, strict=True)
        for number in range(size)
    ]
    return max(tickets)[1]


@pytest.mark.parametrize("place", [on_the_ring, with_logarithms, with_tickets])
def test_other_placement_rules_pass(place: Callable[..., int]) -> None:
    check.task_8(place)


def test_clicks_with_names_pass() -> None:
    """A basket as a set of clicks, each with its site and its number there."""

    def empty(sites: int, products: int) -> Any:
        return products, frozenset()

    def add(state: Any, site: int, product: int) -> Any:
        products, clicks = state
        before = sum(1 for where, _, _ in clicks if where == site)
        return products, clicks | {(site, before, product)}

    def merge(mine: Any, theirs: Any) -> Any:
        return mine[0], mine[1] | theirs[1]

    def contents(state: Any) -> Any:
        return np.bincount([product for _, _, product in state[1]], minlength=state[0])

    check.task_7(empty, add, merge, contents)


def test_moved_share_of_the_check_is_that_of_the_theory() -> None:
    check.task_2(lambda old, new: modulo_moved(range(old), range(new)))


def test_uniform_is_a_hash_between_0_and_1() -> None:
    values = np.array([check.uniform(key, 3) for key in range(20_000)])
    assert values.min() >= 0.0
    assert values.max() < 1.0
    # Four standard errors of the mean and of the share below a quarter.
    assert values.mean() == pytest.approx(0.5, abs=4 * math.sqrt(1 / 12 / values.size))
    assert (values < 0.25).mean() == pytest.approx(0.25, abs=4 * math.sqrt(0.1875 / values.size))
    other = np.array([check.uniform(key, 4) for key in range(20_000)])
    assert abs(np.corrcoef(values, other)[0, 1]) < 4 / math.sqrt(values.size)
    assert check.uniform(5, 3) == (hashed(5, 3) >> 11) / 2**53


def test_at_the_top_rate_as_many_give_up_as_may() -> None:
    rates = []

    def top_rate(cross: float, round_trip: float, log: float, aborts: float) -> float:
        hold = (log + cross * 2 * (round_trip + log)) / 1000
        rates.append((aborts / (1 - aborts) / hold, cross, round_trip, log, aborts))
        return rates[-1][0]

    check.task_6(top_rate)
    for rate, cross, round_trip, log, aborts in rates:
        seen = transactions.simulate(
            rate, cross, round_trip, jitter_ms=0.0, execution_ms=0.0, log_ms=log
        )
        counted = 70_000  # a run without its first fifth and last tenth, five times
        assert seen.aborted == pytest.approx(
            aborts, abs=5 * math.sqrt(aborts * (1 - aborts) / counted)
        )


def test_what_the_check_calls_late_is_late_in_a_simulation() -> None:
    """The formula takes shards as independent, which is on the safe side and not far off."""
    rate, report_share, service_ms, shards = 1000, 0.05, 5.0, 17
    late = []
    for seed in range(8):
        seen = scatter_gather.simulate(
            "Scatter-gather", rate, shards, report_share, service_ms, n_queries=100_000, seed=seed
        )
        late.append(check._late(shards, shards, rate, report_share, service_ms, seen.p99))
    error = np.std(late, ddof=1) / math.sqrt(len(late))
    assert 0.01 - 4 * error < np.mean(late) < 0.0115 + 4 * error
    assert error < 0.001
