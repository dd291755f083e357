import doctest
from itertools import pairwise
from typing import Any

import pytest

from scalelab.models.single_server import migration
from scalelab.models.single_server.migration import NO_TIME_OUT, lock_queue

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("running", (0.0, 11.0, NAN)), ("report_s", (0.9, 7201.0)), ("report_cv2", (-0.1, 26.0)),
        ("time_out_s", (-1.0, 1e-4, 7201.0, NAN)), ("pause_s", (-0.1, 601.0)),
        ("most_tries", (0, 101)), ("hold_s", (-0.1, 3601.0)), ("page_rate", (-1.0, 100_001.0)),
        ("connections", (0, 100_001)), ("n_changes", (3, 20_001)), ("seed", (-1, 10**6 + 1)),
    ],
)  # fmt: skip
def test_a_change_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            lock_queue(**given)


def test_what_was_asked_for_and_all_others() -> None:
    found = lock_queue(time_out_s=7.0)
    assert found.chosen.time_out_s == 7.0
    assert found.endless.time_out_s == NO_TIME_OUT
    assert [c.time_out_s for c in found.others] == sorted(c.time_out_s for c in found.others)
    for shorter, longer in pairwise(found.others):
        # On the same reports.
        assert shorter.first <= longer.first
        assert shorter.longest_s <= longer.longest_s + 1e-9
    none = lock_queue(time_out_s=NO_TIME_OUT)
    assert none.chosen == none.endless == found.endless


def test_simulated_as_expected() -> None:
    found = lock_queue(n_changes=8000, hold_s=2.0)
    for change in (found.chosen, found.endless, *found.others):
        assert change.expected is not None
        assert change.through == pytest.approx(change.expected.through, abs=0.02)
        assert change.tries == pytest.approx(change.expected.tries, rel=0.04)
        assert change.blocked_s == pytest.approx(change.expected.blocked_s, rel=0.04)
        low, high = change.blocked_groups_s
        assert low <= change.blocked_s <= high
    assert lock_queue(report_cv2=2.0).chosen.expected is None


def test_a_time_out_in_the_middle_is_worst() -> None:
    found = lock_queue(n_changes=4000)
    worst = max(found.others, key=lambda change: change.blocked_s)
    assert 30.0 < worst.time_out_s < 120.0
    assert worst.blocked_s > 1.3 * found.endless.blocked_s
    assert found.others[0].blocked_s < 0.03 * found.endless.blocked_s
    # The price of a short one: it takes many tries, and one in five changes is given up.
    assert found.others[0].done_s > 3.0 * found.endless.done_s
    assert 0.75 < found.others[0].through < 0.88
    assert found.others[0].full == 0.0
    assert found.endless.full > 0.8


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(migration).failed == 0
