import doctest
import math
from typing import Any

import pytest

from scalelab.models.introduction import read_write
from scalelab.models.introduction.read_write import MEANS, carried

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("servers", (0, -1, 1001)),
        ("write_share", (0.0, 0.0009, 1.1, 10, NAN)),
        ("write_cost", (0.0, 0.09, 101.0, NAN)),
        ("apply_share", (-0.1, 1.1, NAN)),
        ("hit_ratio", (-0.1, 1.0, 80, NAN)),
        ("lookup_cost", (0.0, 1.1, NAN)),
        ("scatter_share", (-0.1, 1.1, NAN)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"means": "Shards", "servers": 4, "write_share": 0.1}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            carried(**{**good, name: value})


def test_advice() -> None:
    with pytest.raises(ValueError, match=r"means is 'replicas', allowed are Replicas, Cache, Sh"):
        carried("replicas", 4, 0.1)
    with pytest.raises(ValueError, match="a share, not a percentage"):
        carried("Replicas", 4, 10)


def test_examples() -> None:
    assert doctest.testmod(read_write).failed == 0


@pytest.mark.parametrize("means", MEANS)
def test_the_range_s_ends_are_allowed(means: str) -> None:
    least = carried(means, 1, 0.001, 0.1, 0.0, 0.0, 0.001, 0.0)
    assert least.gain == pytest.approx(1.0)
    assert least.caches == 0
    most = carried(means, 1000, 1.0, 100.0, 1.0, 0.999, 1.0, 1.0)
    assert most.requests == pytest.approx(10.0 * (1000 if "hards" in means else 1))


def test_what_has_no_ceiling() -> None:
    assert carried("Shards", 4, 0.1, scatter_share=0.0).most_gain == math.inf
    assert carried("Cache and shards", 4, 1.0).most_gain == math.inf
    assert carried("Shards", 4, 0.1).most_gain == pytest.approx(1.1 / 0.018)
    assert carried("Cache and shards", 4, 0.1).most_gain == pytest.approx(1.1 / 0.0036)
    assert carried("Cache", 4, 0.1).most_gain == pytest.approx(1.1 / 0.38)
