import doctest
import math
from typing import Any

import pytest

from scalelab.models.patterns import event_log as module
from scalelab.models.patterns.event_log import WAYS, event_log, keys_moved
from scalelab.theory.patterns import event_log as theory

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("partitions", (0, 201)), ("consumers", (0, 201)), ("speed_per_s", (0.0, 2e6, NAN)),
        ("hot", (0.9, 101.0, NAN)), ("hours", (-1, 8761)), ("begins_h", (-1, 24)),
        ("retention_h", (0, 8761)), ("restart_s", (-1.0, 3601.0)), ("rebalance_s", (-1.0, 601.0)),
        ("peak_per_s", (0.0, 2e6, NAN)), ("swing", (-0.1, 1.0)), ("session_s", (-1.0, 3601.0)),
        ("commit_s", (-1.0, NAN)), ("kilobytes", (0.0, 2e6)), ("copies", (0, 11)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            event_log(**given)


@pytest.mark.parametrize("name", ["before", "after"])
def test_numbers_of_partitions_are_checked(name: str) -> None:
    for value in (0, 10_001):
        with pytest.raises(ValueError, match=rf"^{name} is {value}"):
            keys_moved(**{"before": 12, "after": 12, name: value})
    with pytest.raises(ValueError, match=r"^least common multiple is .* take rounder numbers$"):
        keys_moved(9973, 9967)


def test_keys_that_move() -> None:
    for before, after in ((12, 12), (12, 16), (12, 24), (6, 7)):
        assert keys_moved(before, after) == pytest.approx(theory.keys_moved(before, after))


def test_what_never_ends_is_infinite() -> None:
    found = event_log(consumers=2)
    assert found.catch_up_h == found.free_h == math.inf
    assert event_log(consumers=6, hot=3.0, swing=0.0).free_h < math.inf


def test_the_group_is_worth_its_partitions() -> None:
    for consumers in range(1, 30):
        found = event_log(consumers=consumers)
        assert found.most == theory.most_partitions(12, consumers)
        assert found.busiest == pytest.approx(5.0 / theory.at_work(12, consumers))
        assert found.idle == max(consumers - 12, 0)


def test_what_is_stored_and_read_again() -> None:
    found = event_log()
    assert found.stored_tb == pytest.approx(theory.stored(108e6, 7.0, 1000.0, 3.0) / 1e12)
    assert found.usd == pytest.approx(1000.0 * found.stored_tb * 0.08)
    assert found.again == pytest.approx(theory.again(2.0 * 2000.0 / 12.0, 400.0, 5.0))
    assert found.crash_s == 50.0


def test_ages_begin_with_the_stop_and_end_with_nothing() -> None:
    found = event_log(hours=7)
    assert found.slowest_h[0] == pytest.approx(7.0)
    assert found.mean_h[0] == pytest.approx(7.0)
    assert found.slowest_h[-1] == found.unread[-1] == 0.0
    assert found.behind + found.came == pytest.approx(found.read)
    assert set(found.deploys) == set(WAYS)


def test_largest_settings_are_quick_enough_to_run() -> None:
    found = event_log(200, 200, hours=8760, retention_h=8760, speed_per_s=20.0)
    assert found.catch_up_h > 2000.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(module).failed == 0
