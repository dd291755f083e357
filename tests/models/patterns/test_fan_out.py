import doctest
from typing import Any

import pytest

from scalelab.models.patterns import fan_out
from scalelab.models.patterns.fan_out import ALL, CANCELLED, ENOUGH, HEDGED, TIED, ask, simulate

NAN = float("nan")
BOTH: list[tuple[str, tuple[float, ...]]] = [
    ("slow_share", (-0.1, 0.6, NAN)), ("slow_ms", (9.0, 5001.0, NAN)), ("shared", (-0.1, 1.1, NAN)),
    ("busy", (-0.1, 0.99, NAN)), ("delay_ms", (-1.0, 100_001.0, NAN)), ("budget", (-0.1, 1.1, NAN)),
    ("fast_ms", (0.001, 1001.0, NAN)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"), [*BOTH, ("leaves", (0, 5001)), ("enough", (0.89, 1.01, NAN))]
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            ask(**given)


@pytest.mark.parametrize(
    ("name", "values"),
    [*BOTH, ("busy", (0.0,)), ("message_ms", (-1.0, 1001.0, NAN)), ("servers", (1, 1001)),
     ("calls", (999, 10_000_001)), ("seed", (-1, 2**31))],
)  # fmt: skip
def test_what_a_run_cannot_do_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(ALL, **given)


def test_good_enough_is_not_simulated() -> None:
    for means in (ENOUGH, "nonsense"):
        with pytest.raises(ValueError, match=r"^means is "):
            simulate(means)


def test_the_story() -> None:
    found = ask()
    page, leaf = found.page_ms[ALL], found.leaf_ms[ALL]
    hedged, enough = found.page_ms[HEDGED], found.page_ms[ENOUGH]
    assert page is not None
    assert leaf is not None
    assert hedged is not None
    assert enough is not None
    assert page.p50 > leaf.p99 > 30.0 * leaf.p50
    assert found.any_slow == pytest.approx(0.634, abs=0.0005)
    assert found.hedges == pytest.approx(0.048, abs=0.0005)
    assert hedged.p99 < 0.3 * page.p99
    assert enough.p99 < 0.6 * page.p99
    assert found.missing == 0.01
    assert found.work < 0.22
    assert not found.stays


def test_hedges_that_overload() -> None:
    found = ask(busy=0.6)
    assert found.page_ms[HEDGED] is None
    assert found.leaf_ms[HEDGED] is None
    assert found.stays
    assert found.hedges == 1.0
    held = ask(busy=0.6, budget=0.05)
    assert held.page_ms[HEDGED] is not None
    assert not held.stays


def test_who_cancels_is_not_overloaded() -> None:
    plain, cancelled, tied = (
        simulate(means, busy=0.7, calls=60_000) for means in (ALL, CANCELLED, TIED)
    )
    assert plain.extra == pytest.approx(0.0, abs=1e-9)
    assert cancelled.leaf_ms.p99 < 0.5 * plain.leaf_ms.p99
    assert tied.leaf_ms.p99 < 0.5 * plain.leaf_ms.p99
    assert cancelled.extra < 0.2


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(fan_out).failed == 0
