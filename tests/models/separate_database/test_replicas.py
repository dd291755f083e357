import doctest
from typing import Any

import pytest

from scalelab.models.separate_database import replicas
from scalelab.models.separate_database.replicas import ARRANGEMENTS, arrange

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rate_per_s", (0.0, 1.1e6, NAN)), ("write_share", (-0.1, 1.1)), ("window_s", (-1.0, 2e6)),
        ("vcpus", (0, 129)), ("read_ms", (0.0, 10_001.0)), ("write_factor", (0.0, 101.0)),
        ("apply_share", (-0.1, 1.1, NAN)), ("target", (0.0, 1.0)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"rate_per_s": 400.0, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            arrange(**given)


def test_the_first_replica_carries_little_more_than_one_machine() -> None:
    found = arrange(800.0)
    assert tuple(found) == ARRANGEMENTS
    assert found["One replica"].carried_per_s == pytest.approx(1.06 * 888.889, rel=1e-3)
    assert found["One replica"].replica_busy > 8.0 * found["One replica"].primary_busy
    assert arrange(800.0, balanced=True)["One replica"].carried_per_s > 1.9 * 888.889


def test_what_is_not_there_is_none() -> None:
    found = arrange(1400.0, balanced=True)
    assert found["One machine"].read_ms is None
    assert found["Twice as large"].left_busy is None
    left = found["One replica"].left_busy
    assert left is not None
    assert left > 1.0
    assert found["Two replicas"].left_busy == pytest.approx(0.5775)
    assert found["One machine"].customers_of_the_day == pytest.approx(444_444.4, abs=0.1)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(replicas).failed == 0
