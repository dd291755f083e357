import doctest
from typing import Any

import pytest

from scalelab.models.infrastructure import packing
from scalelab.models.infrastructure.packing import (
    CPU,
    DECREASING,
    FIRST,
    MEMORY,
    PARTS,
    USED,
    WAYS,
    allocatable,
    bins,
    fleet,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("containers", (0, 1001)), ("cpu_factor", (1.0, 11.0, NAN)),
        ("memory_factor", (0.9, 11.0, NAN)), ("swing", (0.0, 1.1, NAN)),
        ("together", (-0.1, 1.1, NAN)), ("seeds", (0, 101)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            fleet(**given)


@pytest.mark.parametrize(
    ("name", "value"), [("vcpus", 3), ("family", "m5"), ("way", "Best fit")]
)  # fmt: skip
def test_what_is_no_choice_is_named(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{name} is .*{value}.*allowed are "):
        fleet(**{name: value})


def test_what_fits_no_machine_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match=r"^vcpus is 2, .*take larger machines"):
        fleet(vcpus=2)


def test_bins_refuse_bad_input() -> None:
    with pytest.raises(ValueError, match=r"^capacity is 0"):
        bins([1], 0)
    with pytest.raises(ValueError, match=r"^number of sizes is 0"):
        bins([], 10)
    with pytest.raises(ValueError, match=r"^size is 11, .*no bin holds it"):
        bins([1, 11], 10)
    with pytest.raises(ValueError, match=r"^way is 'Next fit'"):
        bins([1], 10, "Next fit")


def test_allocatable_refuses_bad_input() -> None:
    with pytest.raises(ValueError, match=r"^vcpus is 5, allowed are 2, 4"):
        allocatable(5)
    with pytest.raises(ValueError, match=r"^family is 'x'"):
        allocatable(4, "x")
    assert allocatable(2, "c8i") == (1930, 2784)


def test_bins() -> None:
    assert [bins([1, 1, 1], 3, way) for way in WAYS] == [1, 1, 1, 1]
    assert bins([20, 60, 80, 40], 100, FIRST) == 3
    assert bins([20, 60, 80, 40], 100, DECREASING) == 2


def test_the_story() -> None:
    found = fleet()
    assert found.scarce == CPU
    assert found.usd_low <= found.usd_per_month <= found.usd_high
    assert found.machines >= found.bound
    assert found.spare == 1.0
    for resource in (CPU, MEMORY):
        assert tuple(found.shares[resource]) == PARTS
        assert sum(found.shares[resource].values()) == pytest.approx(1.0)
    assert found.shares[MEMORY][USED] == pytest.approx(0.277, abs=0.001)
    assert found.kills_limited == pytest.approx(544, abs=0.5)
    assert found.kills_unlimited < 0.001
    assert found.limited_p99_ms >= found.free_p99_ms
    assert 0.0 < found.throttled < 0.1
    without = fleet(spare=False)
    assert without.machines == pytest.approx(found.machines - 1.0)
    assert 0.0 < without.pending < 1.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(packing).failed == 0
