import doctest
from typing import Any

import pytest

from scalelab.models.infrastructure import drift
from scalelab.models.infrastructure.drift import WAYS, compare

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("machines", (0, 501, NAN)), ("steps", (0, 1001)), ("wrong_step", (-0.1, 1.1, NAN)),
        ("changes_per_month", (-1.0, 21.0)), ("declared", (-0.1, 1.1)), ("every_h", (0.0, 9000.0)),
        ("replace_days", (0.0, 366.0)), ("step_min", (-1.0, 1001.0)), ("people", (0, 1001)),
        ("code_min", (-1.0, 2e4)), ("image_min", (-1.0, 2e4, NAN)),
        ("runs", (9, 10_001)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            compare(**given)


def test_the_story() -> None:
    hand, once, kept, image = compare()
    assert tuple(fleet.way for fleet in compare()) == WAYS
    assert hand.wrong_as_made == pytest.approx(0.165, abs=0.02)
    assert image.wrong_as_made == 0.0
    assert hand.wrong_at_end > once.wrong_at_end > kept.wrong_at_end > image.wrong_at_end
    assert len(hand.months) == len(hand.wrong) == len(hand.wrong_low) == len(hand.wrong_high) == 24
    assert hand.found == once.found == 0.0
    assert hand.found_h is None
    assert once.found_h is None
    assert kept.found_h == pytest.approx(12.0, rel=0.05)
    assert image.found == 1.0
    assert hand.again_h == 30.0


def test_without_changes_nothing_is_found() -> None:
    assert all(fleet.found_h is None for fleet in compare(changes_per_month=0.0))
    assert all(fleet.found_h is None for fleet in compare(declared=0.0)[:3])


def test_ends_of_the_ranges() -> None:
    assert compare(machines=1, steps=1, wrong_step=1.0)[0].wrong_at_end == pytest.approx(1.0)
    assert compare(machines=500, changes_per_month=20.0, every_h=0.01)[2].found > 0.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(drift).failed == 0
