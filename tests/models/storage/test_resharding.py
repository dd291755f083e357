import doctest

import pytest

from scalelab.models.storage import resharding
from scalelab.models.storage.resharding import CHANGES, Movement, movement, simulate
from scalelab.models.storage.sharding import METHODS, shards_of

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("n_shards", (1, 10_001)),
        ("virtual_nodes", (0, 100_001)),
        ("n_keys", (0, 1_000_001)),
        ("balance", (0.9, NAN)),
        ("data_gb", (-1.0, 2e9)),
        ("copy_mb_s", (0.0, 2e9)),
        ("maglev_size", (2, 19, 10_000_001)),
        ("n_runs", (0, 10_001)),
        ("seed", (-1, 2**41)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate("Modulo", **{name: value})  # type: ignore[arg-type]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^method is 'Ring', allowed are .*Consistent hashing"):
        simulate("Ring")
    with pytest.raises(ValueError, match=r"^change is 'Halve', allowed are Add one shard"):
        simulate("Jump", "Halve")
    with pytest.raises(ValueError, match=r"virtual_nodes is 5000, .* to 1000; .*fewer shards"):
        simulate("Jump", n_shards=10_000, virtual_nodes=5000, maglev_size=65_537)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("method", METHODS)
def test_the_range_s_ends_are_allowed(method: str, change: str) -> None:
    small = simulate(method, change, 2, 1, 1, 1, 0, 0.001, 5, 1, 0)
    assert small.copy_hours == 0.0
    assert small.moved in (0.0, 1.0)
    large = simulate(method, change, 200, 3, 5000, 1000, 1e9, 1e9, 401, 1, 2**40)
    assert 0.0 < large.moved <= 1.0


def test_movement() -> None:
    assert movement([0, 1, 2], [0, 1, 2]) == Movement(0.0, 0.0, 0.0)
    # Shard 2 is lost: what it had had to move, what went from 1 to 0 did not.
    assert movement([0, 1, 1, 2], [0, 1, 0, 1]) == Movement(0.25, 0.25, 0.5)
    for before, after in (([], []), ([1], [1, 2]), ([[1]], [[1]])):
        with pytest.raises(ValueError, match="both must hold the shard of each key"):
            movement(before, after)


@pytest.mark.parametrize("method", ["Modulo", "Consistent hashing", "Jump", "Maglev"])
def test_movement_of_what_shards_of_gives_is_what_is_simulated(method: str) -> None:
    keys = range(4000)
    one_run = simulate(method, n_keys=4000, n_runs=1, seed=9, maglev_size=65_537)
    moved = movement(
        shards_of(list(keys), method, 10, seed=9), shards_of(list(keys), method, 11, seed=9)
    )
    assert (moved.had_to, moved.wasted) == (one_run.had_to, one_run.wasted)
    assert one_run.lowest == one_run.highest == pytest.approx(moved.moved)


def test_examples() -> None:
    assert doctest.testmod(resharding).failed == 0


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate("Maglev", seed=seed) for seed in (5, 5, 6))
    assert first == again != other
