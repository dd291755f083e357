import doctest
from typing import Any

import pytest

from scalelab.models.patterns import connections
from scalelab.models.patterns.connections import PLACEMENTS, WAYS, deploy, place, renew, storm

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("machines", (3, 31)), ("heavy", (0, 101)), ("share", (-0.1, 1.1, NAN)),
        ("rate_per_s", (0.0, 3500.0, NAN)), ("target", (0.0, 1.1)), ("work_ms", (0.0, 10_001.0)),
        ("vcpus", (0, 129)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named_where_clients_are_placed(
    name: str, values: tuple[float, ...]
) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            place(**given)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("machines", (3, 31)), ("clients", (0.0, 1.1e7, NAN)), ("cost_ms", (0.0, 10_001.0, NAN)),
        ("timeout_s", (0.05, 301.0)), ("cap_s", (0.05, 601.0)), ("base_s", (0.0, 601.0, NAN)),
        ("rate_per_s", (0.0, 3500.0)), ("work_ms", (0.0, 10_001.0)), ("vcpus", (0, 129)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named_in_a_storm(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            storm(**given)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("age_min", (0.0, 1.1e5, NAN)), ("clients", (0.0, 1.1e7)), ("cost_ms", (0.0, 10_001.0)),
        ("after_min", (-1.0, 1.1e5)), ("cut", (0.0, NAN)), ("jitter", (0.0, 1.1)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named_for_ages(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"age_min": 30.0, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            renew(**given)


def test_an_unknown_event_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"^event is 'Flood', allowed are A machine dies, "):
        storm(event="Flood")


def test_too_few_or_too_many_machines_are_refused() -> None:
    for machines in (3, 31):
        with pytest.raises(ValueError, match=rf"^machines is {machines}, allowed is 4 to 30"):
            deploy(machines)


def test_the_story() -> None:
    found = place()
    assert found.mean == pytest.approx(0.5833, abs=1e-4)
    assert found.busiest == pytest.approx(0.8937, abs=1e-3)
    assert found.low < found.busiest < found.high
    assert found.enough == 12
    assert found.busiest_p99_ms is not None
    assert found.busiest_p99_ms > 2.0 * found.p99_ms
    back = storm()
    assert tuple(back) == WAYS
    assert back["At once"].back_s is None
    assert back["Refused"].wasted == pytest.approx(0.0, abs=1e-9)
    assert back["Jitter"].cut == pytest.approx(20_000 / 6)
    moved = deploy()
    assert tuple(moved) == PLACEMENTS
    assert moved["Any machine"].after[-1] == 0.0


def test_what_is_not_there_is_none() -> None:
    found = place(heavy=1, share=0.8)
    assert found.enough is None
    assert found.busiest_p99_ms is None


def test_ages() -> None:
    found = renew(30.0, after_min=60.0)
    assert found.new_machine == 1.0
    assert found.vcpus == pytest.approx(0.5556, abs=1e-4)
    # Without a wide jitter those who came back together are renewed together.
    assert found.echo_per_s == pytest.approx(5.0 * found.per_s)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(connections).failed == 0
