import doctest
from typing import Any

import pytest

from scalelab.models.storage import hot_key
from scalelab.models.storage.hot_key import PLACEMENTS, REMEDIES, simulate
from scalelab.theory.storage.hot_key import cached, cached_limit, expected_most, split, untreated

NOTHING, WEIGH, SPLIT, COPY, CACHE = REMEDIES
NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("share", (-0.01, 1.01, NAN)),
        ("shards", (0, 10_001)),
        ("read_share", (-0.01, 1.01, NAN)),
        ("utilisation", (0.0, 1.0, NAN)),
        ("parts", (0, 10_001)),
        ("cache_s", (-1.0, 86_401.0)),
        ("servers", (0, 100_001)),
        ("request_rate", (0.0, 2e9)),
        ("n_runs", (0, 1_000_001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"n_runs": 1}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(NOTHING, **{**good, name: value})


def test_what_is_unknown_is_named() -> None:
    with pytest.raises(ValueError, match="remedy is 'Pray', allowed are Nothing, Weigh"):
        simulate("Pray")
    with pytest.raises(ValueError, match="placement is 'Here', allowed are Where their hash says"):
        simulate(COPY, placement="Here")


def test_a_percentage_is_told_from_a_share() -> None:
    with pytest.raises(ValueError, match="a share, not a percentage"):
        simulate(NOTHING, share=10)


def test_examples() -> None:
    assert doctest.testmod(hot_key).failed == 0


def test_the_ranges_ends_are_allowed() -> None:
    for remedy in REMEDIES:
        ends = simulate(remedy, 1.0, 1, 1.0, 0.99, 1, PLACEMENTS[1], 86_400.0, 1, 1e9, 1)
        assert 0.0 <= ends.low <= ends.utilisation <= ends.high
        ends = simulate(remedy, 0.0, 10_000, 0.0, 0.01, 10_000, PLACEMENTS[0], 0.0, 1, 0.01, 1)
        assert ends.utilisation == pytest.approx(0.01)


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize(("parts", "shards", "read_share"), [(10, 10, 0.9), (7, 30, 0.2)])
def test_parts_are_as_crowded_as_balls_in_bins(
    parts: int, shards: int, read_share: float, placement: str
) -> None:
    most = expected_most(parts, shards) if placement == PLACEMENTS[0] else -(-parts // shards)
    n = 20_000
    for remedy, reads in ((SPLIT, read_share), (COPY, 1.0 - read_share)):
        ours = simulate(remedy, 0.15, shards, read_share, 0.5, parts, placement, n_runs=n).busiest
        slope = split(1.0, shards, reads, parts, 1.0)
        # The fullest bin of so few has a standard deviation below 1.
        error = 4 * 0.15 * slope / n**0.5 if placement == PLACEMENTS[0] else 1e-9
        assert ours == pytest.approx(split(0.15, shards, reads, parts, most), abs=error)


@pytest.mark.parametrize(("read_share", "cache_s"), [(0.9, 0.001), (0.7, 0.1), (0.0, 1.0)])
def test_the_cache_is_its_closed_form(read_share: float, cache_s: float) -> None:
    ours = simulate(CACHE, 0.2, 10, read_share, cache_s=cache_s)
    per_lifetime = 10_000.0 * cache_s / 20
    assert ours.busiest == pytest.approx(cached(0.2, 10, read_share, per_lifetime))
    assert ours.carries == pytest.approx(cached_limit(10, read_share, per_lifetime, 0.6))


def test_more_shards_make_a_hot_key_relatively_worse() -> None:
    times = [simulate(NOTHING, 0.1, shards).busiest for shards in (2, 10, 100)]
    assert times == pytest.approx([untreated(0.1, shards) for shards in (2, 10, 100)])
    assert times == sorted(times)
    assert times[-1] == pytest.approx(10.9)


def test_one_seed_gives_one_result() -> None:
    one, same, other = (simulate(COPY, n_runs=50, seed=seed) for seed in (5, 5, 6))
    assert one == same != other
