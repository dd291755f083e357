import pytest

from scalelab.facts import caching
from scalelab.kernels.caching.multi_level import answered
from scalelab.theory.caching.multi_level import level_hit_ratios, passed_on


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
