"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.separate_database.pool import lab


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(**changed: float) -> list[dict[str, Any]]:
    return lab.rows(lab.table(**lab.settled(changed)))


def here(**changed: float) -> dict[str, Any]:
    (row,) = [row for row in rows(**changed) if row["here"] == 1]
    return row


def by_size(**changed: float) -> dict[float, dict[str, Any]]:
    return {float(row["connections"]): row for row in rows(**changed) if row["here"] == 0}


def test_at_first_sight() -> None:
    """Four per cent more than comes: four times what a request takes without a queue."""
    row = here()
    assert row["most"] == pytest.approx(1043.0, abs=1.0)
    assert row["response"] > 3.5 * 5.5
    assert row["wait"] > 2.0 * row["in_database"]


def test_one_more() -> None:
    assert here(**clicked("One connection more"))["response"] < 0.5 * here()["response"]


def test_ten_are_the_best() -> None:
    ten = here(**clicked("Ten. "))
    assert ten["response"] == min(
        row["response"] for row in by_size().values() if row["possible"] == "yes"
    )
    assert ten["most"] == max(row["most"] for row in by_size().values())


def test_too_many_are_slow_after_a_stall() -> None:
    many, ten = here(**clicked("32")), here(connections=10)
    assert many["response"] == pytest.approx(1.2 * ten["response"], rel=0.05)
    assert many["recovery"] > 4.0 * ten["recovery"]


def test_48_do_less_than_comes() -> None:
    row = here(**clicked("48"))
    assert row["most"] < 1000.0
    assert row["possible"] == row["recovers"] == "no"
    assert "on average" not in lab.sentence(lab.table(connections=48), lab.settled(
        {"connections": 48}))  # fmt: skip


def test_a_payment_within_the_transaction() -> None:
    settings = clicked("Ten, but")
    assert here(**settings)["possible"] == "no"
    enough = [size for size, row in by_size(**settings).items() if row["possible"] == "yes"]
    assert min(enough) == 24.0
    assert here(**{**settings, "connections": 26})["response"] == pytest.approx(31.9, abs=0.1)
