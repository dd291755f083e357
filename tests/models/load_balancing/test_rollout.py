import doctest
from typing import Any

import pytest

from scalelab.models.load_balancing import rollout
from scalelab.models.load_balancing.rollout import BALANCERS, deploy

NAN = float("nan")
TURNS, COUNTS, RAMP = BALANCERS


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("utilisation", (0.0, 1.0, NAN)), ("at_once", (0, 1001)), ("cold", (0.9, 101.0)),
        ("warm_up", (0.0, 2e7)), ("slow_start_s", (-1.0, 3601.0)), ("long_s", (0.0, 36_001.0)),
        ("drain_s", (-1.0, 36_001.0, NAN)), ("removal_s", (-0.1, 601.0)), ("machines", (0, 101)),
        ("vcpus", (0, 129)), ("service_ms", (0.0, 10_001.0)), ("long_share", (-0.1, 1.1)),
        ("boot_s", (-1.0, 3601.0)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            deploy(**given)


def test_capacity_is_there_and_one_machine_drowns() -> None:
    found = deploy()
    assert tuple(found) == BALANCERS
    assert found[TURNS].least_capacity > 0.85
    assert found[TURNS].worst_ms > 100.0 * found[RAMP].worst_ms
    assert found[TURNS].new_worst_ms > 5.0 * found[TURNS].worst_ms
    assert min(found[TURNS].capacity_per_s) > 2000.0


def test_no_answer_is_none() -> None:
    found = deploy(at_once=5, new_first=False)[TURNS]
    assert None in found.response_ms
    assert found.least_capacity == 0.0
    assert found.takes_min == pytest.approx(1.5, rel=1e-3)


def test_more_at_once_than_there_are_is_all() -> None:
    assert deploy(at_once=5) == deploy(at_once=1000)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(rollout).failed == 0
