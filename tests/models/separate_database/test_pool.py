import doctest
from typing import Any

import pytest

from scalelab.models.separate_database import pool
from scalelab.models.separate_database.pool import size, sizes

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rate_per_s", (0.0, 1.1e5, NAN)), ("connections", (0, 65)), ("vcpus", (0, 65)),
        ("cpu_ms", (0.0, 1001.0)), ("hold_ms", (0.0, 1001.0)), ("switching", (-0.1, 1.1, NAN)),
        ("stall_s", (-1.0, 61.0)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"rate_per_s": 400.0, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            sizes(**given)


def test_too_few_too_many_and_between() -> None:
    found = sizes(1150.0, 30)
    assert list(found) == sorted(found)
    keep = [connections for connections, each in found.items() if each.keeps_up]
    assert keep == [7, 8, 10, 12, 14, 16, 20]
    best = min(keep, key=lambda connections: found[connections].response_ms)
    assert best == 10
    assert found[20].response_ms > 2.0 * found[best].response_ms
    assert found[30].response_ms == 0.0
    assert found[30].recovery_s is None


def test_parts_make_the_response() -> None:
    each = size(1000.0, 10)
    assert each.response_ms == each.wait_ms + each.in_database_ms
    assert each.cpu_busy == pytest.approx(0.75)
    assert each.in_use - each.at_cpu == pytest.approx(2.5)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(pool).failed == 0
