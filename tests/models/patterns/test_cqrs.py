import doctest
from typing import Any

import pytest

from scalelab.models.patterns import cqrs
from scalelab.models.patterns.cqrs import DESIGNS, REMEDIES, compare

NAN = float("nan")
SHARDS, COPIED, ONE_STORE, STORES = DESIGNS


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rate_per_s", (0.0, 1.1e6, NAN)), ("read_share", (-0.1, 1.0, NAN)), ("models", (0, 101)),
        ("tables", (0, 51)), ("no_key", (-0.1, 1.1)), ("rows", (0, 1001)),
        ("projectors", (0, 10_001)), ("every_ms", (-1.0, 0.5, 1.1e6, NAN)),
        ("delay_ms", (-1.0, 1.1e6, NAN)), ("lookup_ms", (0.0, 1001.0)), ("write_ms", (0.0, 1001.0)),
        ("index_ms", (-1.0, 1001.0)), ("outbox_ms", (-1.0, 1001.0)), ("most_busy", (0.0, 1.1)),
        ("log_machines", (-1, 101)), ("relay_ms", (0.0, 1001.0)), ("log_ms", (0.0, 1001.0)),
        ("row_ms", (0.0, 1001.0, NAN)), ("events", (99, 1_000_001)), ("seed", (-1, 2**31)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            compare(**given)


def test_the_story() -> None:
    found = compare()
    assert tuple(found.machines) == DESIGNS
    assert tuple(found.remedies) == REMEDIES
    assert found.work_cqrs < 0.6 * found.work_one
    assert found.machines == {SHARDS: 4, COPIED: 4, ONE_STORE: 7, STORES: 13}
    assert found.break_even == pytest.approx(0.8)
    assert found.write_ms_cqrs == pytest.approx(3.0 * found.write_ms_one)
    assert found.busy == pytest.approx(0.8)
    assert found.projectors_needed == 1
    assert found.projector_ms == pytest.approx(40.0)
    assert found.queued_ms is not None
    assert found.lag_ms == pytest.approx(500.0 + found.queued_ms)
    assert found.missed_streamed < 0.001 < 0.7 < found.missed < found.missed_polled
    assert found.remedies["None"].missed == found.missed
    assert found.remedies["Command's answer"].missed == 0.0
    assert found.pinned_load > 2.0


def test_each_machine_is_used_as_far_as_is_said() -> None:
    few, many = compare(most_busy=1.0), compare(most_busy=0.35)
    assert few.machines[SHARDS] == 1 + 2
    assert many.machines[SHARDS] == 1 + 5
    assert compare(log_machines=0).machines[STORES] == 13 - 3


def test_what_is_not_there_is_none() -> None:
    behind = compare(rate_per_s=3000.0)
    for lag in (behind.projector_ms, behind.queued_ms, behind.lag_ms, behind.lag_99_ms,
                behind.polled_ms):  # fmt: skip
        assert lag is None
    assert behind.missed == behind.missed_polled == 1.0
    assert behind.remedies["Wait for version"].wait_ms is None
    assert behind.remedies["Wait for version"].missed == 1.0
    assert behind.projectors_needed == 2
    large = compare(rate_per_s=50_000.0, projectors=50)
    assert large.machines[SHARDS] is None
    assert large.machines[COPIED] is not None
    # Without queries in vain and with little to save, it never takes fewer machines.
    assert compare(read_share=0.5, no_key=0.0).crossing_per_s is None


def test_another_seed_is_another_polled_outbox_alone() -> None:
    one, other = compare(seed=1), compare(seed=20)
    assert one.polled_ms != other.polled_ms
    assert one.polled_ms == pytest.approx(other.polled_ms, rel=0.1)
    assert one.lag_ms == other.lag_ms


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(cqrs).failed == 0
