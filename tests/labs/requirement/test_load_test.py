"""What the lab tells at first sight, and what each prompt promises."""

from typing import Any

import pytest

from scalelab.labs.requirement.load_test import lab
from scalelab.theory.requirement.load_test import corrected_quantile, customers_quantile


def readings(**changed: Any) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {one.name: lab.read(one, table, settings) for one in lab.readings}
    assert None not in found.values()
    return {name: float(value) for name, value in found.items() if value is not None}


def after(prompt: str) -> dict[str, float]:
    (one,) = [one for one in lab.tries if one.prompt.startswith(prompt)]
    return readings(**one.settings)


@pytest.mark.parametrize("seed", range(1, 11))
def test_the_story(seed: int) -> None:
    found = readings(seed=seed)
    assert round(found["connection_p99"]) in (23, 24)
    assert 1550 < found["customers_p99"] < 1900
    assert found["factor"] > 60
    assert found["lowest"] <= found["customers_p99"] <= found["highest"]
    assert found["users_p99"] < 45
    # The pause is there, at more nines.
    assert found["users_p999"] > 1700
    assert found["connection_p999"] < 50
    fluid = 1e3 * customers_quantile(0.99, 100.0, 0.005, 2.0, 60.0)
    assert found["schedule_p99"] == pytest.approx(fluid, abs=80)
    fluid = 1e3 * corrected_quantile(0.99, 2.0, 60.0)
    assert found["corrected_p99"] == pytest.approx(fluid, abs=60)
    assert 0.88 < found["connection_kept"] < 0.93
    assert found["customers_mean"] > 10 * found["connection_mean"]


def test_the_question() -> None:
    found, question = readings(), lab.prediction
    assert f"within {found['connection_p99']:.0f} ms" in question.question
    assert question.low < found["customers_p99"] < question.high
    assert found["customers_p99"] - 0.5 * (question.low + question.high) > 300


def test_the_sale() -> None:
    """Customers wait for more than ten seconds; the test says the same as always."""
    found, story = after("The sale"), readings()
    assert found["customers_p99"] > 10_000
    assert found["connection_p99"] == pytest.approx(story["connection_p99"], abs=1.5)
    assert found["users_p99"] < 70
    assert found["corrected_p99"] < 0.2 * found["customers_p99"]
    assert found["schedule_p99"] > 0.8 * found["customers_p99"]
    # What gives it away is how little was sent.
    assert found["connection_kept"] < 0.65
    assert found["users_kept"] < 0.72
    # Half of the customers wait for longer than the slowest that a test saw at its p99.
    assert found["customers_p50"] > 1000 * found["connection_p50"]


def test_a_thousand_users() -> None:
    found, story = after("The same load"), readings()
    assert found["users_p99"] == pytest.approx(found["customers_p99"], rel=0.12)
    assert found["users_p99"] > 30 * story["users_p99"]
    assert found["users_kept"] > 0.98
    hundred = readings(users=100)
    assert story["users_p99"] < hundred["users_p99"] < found["users_p99"]


def test_no_pause() -> None:
    """They disagree all the same: one connection never waits for another's request."""
    found = after("The server never")
    assert 1.6 < found["factor"] < 2.4
    order = [found[f"{name}_p99"] for name in ("connection", "schedule", "users", "customers")]
    assert order == sorted(order)


def test_short_pauses() -> None:
    """Three quarters of the time lost, a quarter of the p99."""
    found, story = after("Half a second"), readings()
    assert found["customers_p99"] < 0.3 * story["customers_p99"]
    assert found["customers_p99"] == pytest.approx(
        1e3 * customers_quantile(0.99, 100.0, 0.005, 0.5, 20.0), rel=0.15
    )
    assert found["connection_p99"] == pytest.approx(story["connection_p99"], abs=2)


def test_size() -> None:
    table = lab.table()
    assert table.shape == (132, len(lab.columns))
    assert len(table) <= 150
