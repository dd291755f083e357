from typing import Any

import pytest

from scalelab.workbook.hint import NotYet, answered, expect, number, share


def test_a_hint_is_shown_without_a_traceback() -> None:
    assert NotYet("look again")._render_traceback_() == ["Not yet: look again"]


def test_expect_raises_only_when_the_condition_fails() -> None:
    expect(True, "unused")
    with pytest.raises(AssertionError, match="look again"):
        expect(False, "look again")


@pytest.mark.parametrize(
    ("value", "hint"),
    [(None, "still None"), ("3", "should be a number"), (True, "number"), (float("nan"), "number")],
)
def test_what_is_no_number_is_named(value: Any, hint: str) -> None:
    with pytest.raises(NotYet, match=hint):
        number("before", value)


@pytest.mark.parametrize(("value", "hint"), [(45, "percentage"), (-0.1, "negative")])
def test_a_share_is_between_0_and_1(value: float, hint: str) -> None:
    with pytest.raises(NotYet, match=hint):
        share("before", value)


def test_numbers_pass_unchanged() -> None:
    assert number("before", 3) == 3.0
    assert share("before", 0.25) == 0.25


def test_an_unwritten_function_and_a_missing_return_are_told_apart() -> None:
    def unwritten() -> None:
        raise NotImplementedError

    def silent() -> None:
        return None

    with pytest.raises(NotYet, match="not written yet"):
        answered(unwritten)
    with pytest.raises(NotYet, match="return"):
        answered(silent)
    with pytest.raises(NotYet, match="expected a function"):
        answered(3)
