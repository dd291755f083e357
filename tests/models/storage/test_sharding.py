import doctest
from typing import Any

import numpy as np
import pytest
from tests.kernels.storage import placement_reference as reference

from scalelab.models.storage import sharding
from scalelab.models.storage.sharding import METHODS, ORDERS, load, shards_of, simulate

NAN = float("nan")
PLACEMENT = [
    ("n_shards", (0, 100_001)),
    ("virtual_nodes", (0, 100_001)),
    ("balance", (0.99, 1001.0, NAN)),
    ("maglev_size", (2, 10_000_001)),
    ("seed", (-1, 2**41)),
]


@pytest.mark.parametrize(("name", "values"), PLACEMENT)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        wanted = rf"^{name} is {value}.*allowed is .* to "
        with pytest.raises(ValueError, match=wanted):
            shards_of([1], "Modulo", **{"n_shards": 3, name: value})  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=wanted):
            simulate("Modulo", **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("n_keys", (0, 1_000_001)),
        ("skew", (-0.1, 3.1, NAN)),
        ("replicas", (0, 11)),
        ("utilisation", (0.0, 1.1, 60)),
        ("service_ms", (0.0, 1001.0)),
        ("timeout_ms", (0.0, 1e7)),
        ("n_runs", (0, 10_001)),
    ],
)
def test_what_a_run_cannot_be_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate("Modulo", **{name: value})  # type: ignore[arg-type]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^method is 'Ring', allowed are .*Consistent hashing"):
        shards_of([1], "Ring", 3)
    with pytest.raises(ValueError, match=r"^order is 'Old', allowed are Spread"):
        simulate("Jump", order="Old")


def test_what_cannot_be_built_says_the_way_out() -> None:
    with pytest.raises(ValueError, match=r"virtual_nodes is 1000, .* to 200; .*fewer shards"):
        shards_of([1], "Consistent hashing", 100_000, virtual_nodes=1000)
    with pytest.raises(ValueError, match=r"maglev_size is 65536, which is no prime; .*65537"):
        shards_of([1], "Maglev", 3, maglev_size=65536)
    with pytest.raises(ValueError, match="maglev_size is 7, allowed is 8 to"):
        shards_of([1], "Maglev", 8, maglev_size=7)


@pytest.mark.parametrize("keys", [[], [[1]], ["a"], [1.5]])
def test_keys_are_integers(keys: Any) -> None:
    with pytest.raises(ValueError, match=r"^keys is an array of .*one dimension.*number your keys"):
        shards_of(keys, "Jump", 3)


@pytest.mark.parametrize(("keys", "which"), [([-1, 4], "smallest"), ([0, 2**63 - 1], "largest")])
def test_keys_are_in_range(keys: list[int], which: str) -> None:
    with pytest.raises(ValueError, match=f"^the {which} key is "):
        shards_of(keys, "Jump", 3)


@pytest.mark.parametrize("method", METHODS)
def test_the_range_s_ends_are_allowed(method: str) -> None:
    one = shards_of([2**62], method, 1, virtual_nodes=1, balance=1, maglev_size=3, seed=0)
    assert one.tolist() == [0]
    many = shards_of(np.arange(50, dtype=np.int32), method, 20_000, 20, 1000, 20_011, 2**40)
    assert many.min() >= 0
    assert many.max() < 20_000
    quiet = simulate(
        method, 1, 1, 1, 0, ORDERS[0], 1, 1, 0.001, 0.001, 0.001, 3, 1, 0,
    )  # fmt: skip
    assert (quiet.load, quiet.beyond) == (1.0, 0.0)
    busy = simulate(method, 300, 2, 2000, 3, ORDERS[1], 1000, 1, 1.0, 1000.0, 1e6, 307, 2, 2**40)
    assert busy.load > 200.0
    assert busy.p99_ms == 1e6


def test_shards_are_those_of_the_kernels() -> None:
    keys = [3, 1, 10**9]
    place = reference.ring(range(5), [7] * 5, 4)
    found = shards_of(keys, "Consistent hashing", 5, virtual_nodes=7, seed=4)
    assert found.tolist() == [place(key) for key in keys]
    slots = reference.created(5)
    assert shards_of(keys, "Hash slots", 5).tolist() == [slots[reference.slot(k)] for k in keys]


def test_load() -> None:
    found = load([0, 0, 2], n_shards=3, weight=[1, 2, 3])
    assert found.share.tolist() == [0.5, 0.0, 0.5]
    assert found.peak_to_mean == 1.5
    assert found.variation == pytest.approx(np.sqrt(0.5))


@pytest.mark.parametrize("shards", [[], [3], [-1]])
def test_a_shard_that_there_is_not(shards: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^shards must be one or more of 0 to n_shards - 1 = 2"):
        load(shards, 3)


@pytest.mark.parametrize("weight", [[1], [0, 0], [-1, 2], [NAN, 1], [float("inf"), 1]])
def test_a_weight_that_is_none(weight: list[float]) -> None:
    with pytest.raises(ValueError, match=r"^weight must hold a number for each key"):
        load([0, 1], 2, weight)


def test_examples() -> None:
    assert doctest.testmod(sharding).failed == 0


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate("Rendezvous", seed=seed) for seed in (5, 5, 6))
    assert first == again != other


def test_the_order_matters_to_ranges_only() -> None:
    newest = simulate("Key range", skew=1.0, order=ORDERS[1])
    assert newest.load > 7.0 > 3.0 > simulate("Key range", skew=1.0).load
    assert newest.lowest == newest.highest
    hashed = simulate("Rendezvous", skew=1.0, order=ORDERS[1])
    assert hashed.load < 2.5
