"""The table of loads against a plain one with the same draws, and what must always hold."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage import placement_reference as reference

from scalelab.kernels.random import below, generator
from scalelab.kernels.storage.sharding import (
    BOUNDED,
    JUMP,
    KEY_RANGE,
    MAGLEV,
    METHODS,
    MODULO,
    NEWEST,
    ONE_POINT,
    RENDEZVOUS,
    RING,
    SLOTS,
    SPREAD,
    p99_ms,
    placed,
    sharding,
    shown_ranks,
    variation,
)

SIZE = 251
ALL = (1 << len(METHODS) + 1) - 1


def homes(method: int, n: int, keys: list[int], virtual_nodes: int, seed: int) -> list[int]:
    shards = list(range(n))
    if method == SLOTS:
        owner = reference.created(n)
        return [owner[reference.slot(key)] for key in keys]
    place = {
        MODULO: lambda: reference.modulo(shards, seed),
        RING: lambda: reference.ring(shards, [virtual_nodes] * n, seed),
        RENDEZVOUS: lambda: reference.rendezvous(shards, seed),
        JUMP: lambda: reference.jump(shards, seed),
        MAGLEV: lambda: reference.maglev(shards, SIZE, seed),
        BOUNDED: lambda: reference.bounded(shards, virtual_nodes, "1.1", len(keys), seed),
        KEY_RANGE: lambda: reference.Ranges(shards, min(keys), max(keys) + 1).place,
        ONE_POINT: lambda: reference.ring(shards, [1] * n, seed),
    }[method]()
    return [place(key) for key in keys]


@pytest.mark.parametrize("replicas", [1, 3])
@pytest.mark.parametrize("order", [SPREAD, NEWEST])
@pytest.mark.parametrize("method", range(len(METHODS) + 1))
def test_same_table_as_in_the_plain_form(method: int, order: int, replicas: int) -> None:
    n, virtual_nodes, n_keys, skew, runs, seed, busy = 7, 3, 60, 0.9, 4, 5, 0.7
    weight = [(k + 1) ** -skew for k in range(n_keys)]
    popularity = [w / math.fsum(weight) for w in weight]
    state = generator(seed)
    found: list[list[float]] = []
    of_keys, of_loads, beyond = [], [], []
    for run in range(runs):
        of_key = popularity[::-1]
        if order == SPREAD:
            of_key = list(popularity)
            for i in range(n_keys - 1, 0, -1):
                j = below(state, i + 1)
                of_key[i], of_key[j] = of_key[j], of_key[i]
        keys = list(range(run * n_keys, (run + 1) * n_keys))
        home = homes(method, n, keys, virtual_nodes, seed * runs + run)
        # A shard serves the keys at home on it or on one of the shards before it.
        near = [{(s - back) % n for back in range(replicas)} for s in range(n)]
        load = [n * math.fsum(p for p, h in zip(of_key, home, strict=True) if h in near[s])
                / replicas for s in range(n)]  # fmt: skip
        held = [sum(h in near[s] for h in home) for s in range(n)]
        of_keys.append(statistics.pstdev(held) / (n_keys * replicas / n))
        of_loads.append(statistics.pstdev(load))
        beyond.append(math.fsum(max(r * busy - 1, 0.0) for r in load) / (n * busy))
        found.append(sorted(load, reverse=True))
    table = sharding(
        1 << method,
        n,
        virtual_nodes,
        n_keys,
        skew,
        order,
        1.1,
        replicas,
        busy,
        2.0,
        500.0,
        SIZE,
        runs,
        seed,
    )
    for rank in range(n):
        here = [run[rank] for run in found]
        waits = [500.0 if r * busy >= 1 else min(math.log(100) * 2 / (1 - r * busy), 500.0)
                 for r in here]  # fmt: skip
        mean = statistics.fmean(here)
        expected = [
            method, rank + 1, mean, min(here), max(here), mean * busy, statistics.fmean(waits),
            math.sqrt(statistics.fmean(x * x for x in of_keys)),
            math.sqrt(statistics.fmean(x * x for x in of_loads)), statistics.fmean(beyond),
        ]  # fmt: skip
        assert table[rank].tolist() == pytest.approx(expected, rel=1e-9, abs=1e-12)


def table(**changed: float) -> np.ndarray:
    given_: dict[str, float] = {
        "methods": ALL, "n_shards": 10, "virtual_nodes": 10, "n_keys": 300, "skew": 0.8,
        "order": 0, "balance": 1.25, "replicas": 1, "utilisation": 0.6, "service_ms": 1.0,
        "timeout_ms": 1000.0,
        "maglev_size": SIZE, "n_runs": 3, "seed": 1,
    }  # fmt: skip
    found: np.ndarray = sharding(**{**given_, **changed})
    return found


@settings(max_examples=40, deadline=None)
@given(
    n_shards=st.integers(1, 110), virtual_nodes=st.integers(1, 30), n_keys=st.integers(1, 200),
    skew=st.floats(0.0, 3.0), order=st.integers(0, 1), balance=st.floats(1.0, 3.0),
    replicas=st.integers(1, 6), utilisation=st.floats(0.01, 1.0), n_runs=st.integers(1, 3),
    seed=st.integers(0, 2**40),
)  # fmt: skip
def test_what_must_always_hold(**given_: float) -> None:
    found = table(**given_)
    n, busy = int(given_["n_shards"]), given_["utilisation"]
    ranks = shown_ranks(n)
    assert found.shape == (9 * ranks.size, 10)
    assert np.isfinite(found).all()
    method, rank, load, lowest, highest, used, p99, keys_cv, load_cv, beyond = found.T
    np.testing.assert_array_equal(method, np.repeat(np.arange(9), ranks.size))
    np.testing.assert_array_equal(rank, np.tile(ranks, 9))
    assert (lowest <= load + 1e-9).all()
    assert (load <= highest + 1e-9).all()
    assert (load[rank == 1] >= 1.0 - 1e-9).all()
    assert (load <= n / rank + 1e-9).all()
    np.testing.assert_allclose(used, load * busy)
    assert (p99 <= 1000.0).all()
    assert (p99 >= math.log(100.0) - 1e-9).all()
    assert (beyond >= 0.0).all()
    assert (beyond < 1.0).all()
    assert (keys_cv >= 0.0).all()
    assert (load_cv <= math.sqrt(n)).all()
    if n == ranks.size:
        for one in range(9):
            assert load[method == one].sum() == pytest.approx(n)


def test_each_method_alone_gives_its_rows() -> None:
    together = table()
    apart = np.concatenate([table(methods=1 << method) for method in range(9)])
    np.testing.assert_array_equal(together, apart)
    assert table(methods=0).shape == (0, 10)


def test_a_lowest_load_of_nothing_is_not_forgotten() -> None:
    """Two keys on ten shards: eight ranks have no load, whichever run was first."""
    found = table(n_keys=2, n_runs=5)
    assert (found[found[:, 1] > 2][:, 2:5] == 0.0).all()


@given(st.integers(1, 2000))
def test_shown_ranks_run_from_the_first_to_the_last(n: int) -> None:
    ranks = shown_ranks(n).tolist()
    assert len(ranks) == min(n, 12)
    assert ranks == sorted(set(ranks))
    assert (ranks[0], ranks[-1]) == (1, n)


def test_p99() -> None:
    assert p99_ms(0.5, 1.0, 1000.0) == pytest.approx(2 * math.log(100))
    assert p99_ms(0.9999, 1.0, 1000.0) == p99_ms(1.0, 1.0, 1000.0) == 1000.0


def test_variation_of_nothing() -> None:
    assert variation(np.zeros(3)) == 0.0
    assert variation(np.array([1.0, 3.0])) == 0.5


def test_ranges_take_keys_in_any_order() -> None:
    keys = np.array([9, 0, 5, 4])
    assert placed(KEY_RANGE, np.arange(2), keys, 1, 1.0, SIZE, 1).tolist() == [1, 0, 1, 0]
