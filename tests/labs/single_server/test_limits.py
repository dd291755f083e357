"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.single_server.limits import lab


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(**changed: float) -> list[dict[str, Any]]:
    return lab.rows(lab.table(**lab.settled(changed)))


def here(**changed: float) -> dict[str, Any]:
    (row,) = [row for row in rows(**changed) if row["here"] == 1]
    return row


def by_size(**changed: float) -> dict[float, dict[str, Any]]:
    return {float(row["size"]): row for row in rows(**changed) if row["here"] == 0}


def test_at_first_sight() -> None:
    """Four times the machine brings 1.3 times the requests."""
    sizes = by_size()
    assert sizes[4]["limit"] == pytest.approx(400.0)
    assert sizes[16]["limit"] == pytest.approx(16.0 / 0.031)
    assert sizes[16]["done"] == pytest.approx(sizes[16]["limit"], rel=0.05)
    assert sizes[256]["limit"] == sizes[16]["limit"]


def test_a_larger_machine_is_idle() -> None:
    row = here(**clicked("A machine of 16 vCPUs"))
    assert row["full_first"] == "the workers"
    assert row["idle"] > 0.6


def test_it_takes_64_workers() -> None:
    sizes = by_size(**clicked("On the machine of 16 vCPUs"))
    idle = {size: row["idle"] for size, row in sizes.items()}
    assert idle[16] > 0.6
    assert idle[32] > 0.1
    assert idle[64] < 0.03


def test_eight_connections_are_enough_while_the_database_works() -> None:
    sizes = by_size(**clicked("The same, over connections"))
    assert sizes[8]["done"] > 0.95 * sizes[64]["done"]
    assert sizes[4]["done"] < 0.7 * sizes[64]["done"]


def test_held_from_begin_to_end() -> None:
    whole = clicked("350 a second")
    assert here(**whole)["full_first"] == "the connections"
    sizes = by_size(**whole)
    assert sizes[8]["refused"] > 0.2
    assert sizes[16]["refused"] < 0.02
    shorter = by_size(**{**whole, "whole": 0})
    assert shorter[2]["limit"] == 350.0
    assert shorter[2]["full_first"] == "nothing"


def test_too_many_workers() -> None:
    sizes = by_size(**{**clicked("380 a second"), "which": 0})
    assert sizes[128]["p99"] > 1.5 * sizes[16]["p99"]
    assert sizes[128]["done"] < sizes[16]["done"]
