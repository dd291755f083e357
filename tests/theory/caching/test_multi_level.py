import pytest

from scalelab.facts import caching
from scalelab.kernels.caching.multi_level import answered
from scalelab.kernels.zipf import popularity
from scalelab.theory.caching.hit_ratio import che_lru
from scalelab.theory.caching.multi_level import (
    after_lru,
    level_hit_ratios,
    passed_on,
    tandem_lru,
)


def test_the_published_photo_stack() -> None:
    shares = [
        caching.PHOTO_BROWSER_SHARE.value,
        caching.PHOTO_EDGE_SHARE.value,
        caching.PHOTO_ORIGIN_SHARE.value,
    ]
    ratios = level_hit_ratios(shares)
    assert ratios == pytest.approx([0.655, 0.580, 0.317], abs=5e-4)
    assert passed_on(ratios) == pytest.approx(caching.PHOTO_BACK_END_SHARE.value)


def test_every_request_is_answered_once_and_levels_compose() -> None:
    counts = answered(20_000, 4096, 1.0, 200, 4, 0.2, 32, 512, 1024, 2048, 1)
    assert counts.sum() == 20_000
    ratios = level_hit_ratios([c / 20_000 for c in counts[:4]])
    assert passed_on(ratios) == pytest.approx(counts[4] / 20_000)


def test_a_level_behind_another_answers_a_smaller_share_of_what_comes_to_it() -> None:
    alone = answered(20_000, 4096, 1.0, 200, 4, 0.0, 0, 0, 1024, 0, 1)
    behind = answered(20_000, 4096, 1.0, 200, 4, 0.0, 32, 512, 1024, 0, 1)
    came = 20_000 - behind[0] - behind[1]
    assert behind[2] / came < alone[2] / 20_000 - 0.1


def second_level(first: int, second: int, skew: float, edges: int) -> float:
    """Hit ratio of an application cache behind ``edges`` edges; a million requests."""
    counts = answered(1_000_000, 1000, skew, edges, edges, 0.0, 0, first, second, 0, 1)
    return float(counts[2] / (1_000_000 - counts[1]))


CASCADES = [(100, 200, 0.8), (100, 100, 0.8), (50, 100, 1.0), (50, 400, 1.0), (100, 110, 1.0)]


@pytest.mark.parametrize(("first", "second", "skew"), CASCADES)
def test_behind_many_caches_the_misses_are_as_good_as_independent(
    first: int, second: int, skew: float
) -> None:
    shares = popularity(1000, skew)
    expected = che_lru(after_lru(shares, first), second)
    assert second_level(first, second, skew, 64) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(("first", "second", "skew"), CASCADES)
def test_behind_one_cache_they_are_not(first: int, second: int, skew: float) -> None:
    shares = popularity(1000, skew)
    simulated = second_level(first, second, skew, 1)
    assert tandem_lru(shares, first, second) == pytest.approx(simulated, abs=0.02)
    independent = che_lru(after_lru(shares, first), second)
    if second <= 2 * first:
        assert independent - simulated > 0.06
    assert abs(independent - simulated) < 0.15


def test_a_smaller_cache_behind_a_larger_one_gets_nothing() -> None:
    shares = popularity(1000, 0.8)
    assert tandem_lru(shares, 200, 20) == 0.0
    assert second_level(200, 20, 0.8, 1) < 0.001
    assert after_lru(shares, 200).sum() == pytest.approx(1.0)
