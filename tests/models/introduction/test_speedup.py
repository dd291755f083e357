"""What a number of machines does: units, orders and refusals."""

from typing import Any

import pytest

from scalelab.models.introduction.speedup import ORDERS, speedup
from scalelab.theory.introduction.speedup import on_their_own
from scalelab.theory.introduction.usl import throughput


def test_all_in_requests_a_second() -> None:
    found = speedup(16, 0.05, 0.001, one_machine=250.0, requests=20_000)
    assert found.linear == 4000.0
    assert found.waiting == pytest.approx(throughput(16, 0.05, 0.0, 250.0))
    assert found.by_law == pytest.approx(throughput(16, 0.05, 0.001, 250.0))
    assert found.lowest <= found.simulated <= found.highest
    assert found.simulated == pytest.approx(found.by_law, rel=0.02)


def test_who_comes_at_an_own_time_waits_less() -> None:
    together, apart = (speedup(16, order=order, requests=20_000) for order in ORDERS)
    assert apart.simulated == pytest.approx(on_their_own(16, 0.03, 0.0005, 100.0), rel=0.02)
    assert apart.lowest > together.highest


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"machines": 0}, "machines is 0, allowed is 1 to 10000"),
        ({"contention": 5.0}, "not a percentage"),
        ({"coherency": -0.1}, "coherency is -0.1"),
        ({"coherency": float("nan")}, "coherency is nan"),
        ({"one_machine": 0.0}, "requests/s"),
        ({"order": "In a row"}, "allowed are All at once, Each at its own time"),
        ({"requests": 1}, "requests is 1"),
        ({"runs": 0}, "runs is 0"),
    ],
)
def test_bad_input_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        speedup(**{"machines": 8, **wrong})
