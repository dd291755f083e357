import doctest
from typing import Any

import pytest

from scalelab.models.separate_database import memory
from scalelab.models.separate_database.memory import DISK, ONE_MACHINE, VCPUS, database

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("memory_gib", (1.9, 1025.0, NAN)), ("application_gib", (-0.1, 1025.0)),
        ("data_gib", (0.1, 1025.0, NAN)), ("skew", (-0.1, 1.6, NAN)), ("pages", (0.0, 10_001.0)),
        ("iops", (9.0, 1.1e7)), ("rate_per_s", (0.0, 1.1e6)), ("vcpus", (0, 257)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"memory_gib": 16.0, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            database(**given)


def test_arrangements_are_named() -> None:
    with pytest.raises(ValueError, match=r"^arrangement is .Both., allowed are One machine"):
        database(16.0, "Both")


def test_the_disk_first_and_then_the_vcpus() -> None:
    small, large = database(16.0, ONE_MACHINE), database(32.0, ONE_MACHINE)
    assert small.full_first == DISK
    assert small.possible_per_s == small.disk_per_s
    assert small.possible_per_s < 300.0
    assert small.disk_wait_ms is None
    assert small.disk_busy == pytest.approx(1.0)
    assert large.full_first == VCPUS
    assert large.possible_per_s == large.cpu_per_s
    assert large.disk_per_s is not None
    assert large.disk_wait_ms is not None
    assert large.disk_wait_ms < 5.0


def test_all_in_memory() -> None:
    found = database(64.0)
    assert found.hit_ratio == 1.0
    assert found.disk_per_s is None
    assert found.disk_wait_ms == found.disk_busy == found.reads == 0.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(memory).failed == 0
