import doctest
from typing import Any

import pytest

from scalelab.models.patterns import layers
from scalelab.models.patterns.layers import CACHES, LAYERS, left, serve

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ttl_s", (-1.0, 1.1e5, NAN)), ("fragments", (0, 51)), ("personal", (-1, 7)),
        ("queries", (0, 51)), ("unchanged_s", (0.0, 1.1e7, NAN)), ("rate_per_s", (0.0, 1.1e5, NAN)),
        ("pages", (0, 100_001)), ("skew", (-0.1, 2.1, NAN)), ("think_s", (0.0, 1.1e5, NAN)),
        ("visit_s", (0.0, 1.1e5, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            serve(**given)


def test_names_that_there_are_not() -> None:
    with pytest.raises(ValueError, match=r"^caches is 'memcached', allowed are page, "):
        serve(("page", "memcached"))
    for wrong in ("disk", "Database"):
        with pytest.raises(ValueError, match=rf"^scaled is '{wrong}', allowed are None"):
            serve(scaled=wrong)
    for ratio in (-0.1, 1.1, NAN):
        with pytest.raises(ValueError, match=rf"^hit_ratios is {ratio}, allowed is .* percentage"):
            left([0.5, ratio])


def test_the_story() -> None:
    found = serve()
    assert found.hit_ratio["page"] == pytest.approx(0.037, abs=0.0005)
    assert tuple(found.work_ms) == tuple(found.machines) == tuple(found.takes_per_s) == LAYERS
    assert tuple(found.alone) == CACHES
    assert set(found.hit_ratio) == {"page", "buffer"}
    assert set(found.memory_mb) == {"page"}
    assert found.work_ms["disk"] == 0.0
    assert found.bottleneck == "database"
    assert found.old == 0.0
    assert found.total_ms == pytest.approx(sum(found.work_ms.values()))


def test_without_caches() -> None:
    found = serve(())
    assert found.hit_ratio == found.memory_mb == {}
    assert found.total_ms == pytest.approx(9.5)
    assert list(found.machines.values())[:4] == [1, 3, 2, 2]
    # The disk alone would not take the shop's requests.
    assert found.bottleneck == "disk"
    assert found.takes_per_s["disk"] == pytest.approx(1000.0)
    # Work, two ways in, six for fragments and twelve for queries.
    assert found.latency_ms == pytest.approx(10.5 + 0.5 * (2 + 6 + 12))


def test_a_cache_named_twice_is_one() -> None:
    assert serve(("page", "page")) == serve(("page",))


def test_nothing_is_left_behind_a_perfect_cache() -> None:
    assert left([]) == 1.0
    assert left([0.2, 1.0, 0.3]) == 0.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(layers).failed == 0
