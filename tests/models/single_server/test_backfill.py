import doctest
from itertools import pairwise
from typing import Any

import pytest

from scalelab.models.single_server import backfill as model
from scalelab.models.single_server.backfill import backfill
from scalelab.theory.single_server.backfill import stalled_by_rewrite

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rows", (999.0, 1.1e10, NAN)), ("batch", (0.9, 1.1e10)), ("row_rate", (0.9, 1.1e8)),
        ("commit_s", (-0.1, 61.0)), ("pause_s", (-0.1, 3601.0)), ("rewrite_rate", (0.9, 1.1e9)),
        ("replica_rate", (0.9, 1.1e9)), ("page_rate", (-1.0, 1.1e6)), ("write_share", (-0.1, 1.1)),
        ("page_ms", (0.0, 10_001.0)), ("load", (-0.1, 0.96)), ("batch_load", (-0.1, 0.96, NAN)),
    ],
)  # fmt: skip
def test_a_filling_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            backfill(**given)


def test_no_more_than_the_machine_has() -> None:
    with pytest.raises(ValueError, match=r"^load \+ batch_load is 1.0.*would not be served"):
        backfill(load=0.5, batch_load=0.5)


def test_batches_spare_the_requests_and_take_longer() -> None:
    found = backfill()
    assert (found.rewrite.delayed, found.rewrite.wait_s) == stalled_by_rewrite(1e7, 2e5, 200.0)
    assert found.rewrite.wait_p99_s == pytest.approx(49.5)
    assert found.chosen.rows == 5000.0
    assert found.chosen.batches == 2000
    assert found.chosen.duration_s > 10.0 * found.rewrite.duration_s
    assert found.chosen.delayed < 2.0
    assert found.chosen.wait_p99_s == 0.0
    assert found.chosen.lag_s < 0.1
    for smaller, larger in pairwise(found.others):
        assert smaller.rows < larger.rows
        assert smaller.hold_s < larger.hold_s
        assert smaller.duration_s > larger.duration_s
        assert smaller.delayed < larger.delayed
        assert smaller.lag_s <= larger.lag_s
        assert smaller.added_p99_ms <= larger.added_p99_ms + 1e-9


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(model).failed == 0
