"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.single_server.resources import lab
from scalelab.models.single_server.resources import APART, ONE, serve


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def here(**changed: float) -> dict[str, dict[str, Any]]:
    """Of each arrangement the row of the customers that are asked for."""
    found = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["arrangement"]): row for row in found if row["here"] == 1}


def test_at_first_sight() -> None:
    """At nine tenths one machine takes three times its time alone, and the other half of that."""
    rows = here()
    assert rows[ONE]["cpu_busy"] == pytest.approx(0.9, abs=0.005)
    assert rows[ONE]["response"] == pytest.approx(serve(3600).response_ms)
    assert 2.5 < rows[ONE]["response"] / rows[ONE]["light"] < 3.0
    assert rows[APART]["response"] < 0.5 * rows[ONE]["response"]
    assert rows[ONE]["light"] == pytest.approx(11.0)


def test_two_tenths_more() -> None:
    rows = here(**clicked("A tenth more"))
    assert 4.0 < rows[ONE]["response"] / here()[ONE]["response"] < 5.0
    more = here(**clicked("Another tenth"))
    assert more[ONE]["response"] == pytest.approx(1000.0, rel=0.001)
    assert more[ONE]["rate"] == pytest.approx(400.0, rel=0.001)


def test_at_half_the_trips_cost_more_than_they_bring() -> None:
    rows = here(**clicked("2,000 at once"))
    assert rows[ONE]["cpu_busy"] == pytest.approx(0.5, abs=0.005)
    assert rows[APART]["response"] > rows[ONE]["response"]


def test_a_larger_machine_has_the_same_disk() -> None:
    rows = here(**clicked("One machine with 16 vCPUs"))
    assert rows[ONE]["bottleneck"] == rows[APART]["bottleneck"] == "Disk"
    assert rows[ONE]["ceiling"] == rows[APART]["ceiling"] == pytest.approx(1000.0)
    assert rows[APART]["response"] > rows[ONE]["response"]


def test_a_hundred_questions() -> None:
    rows = here(**clicked("A page that asks"))
    assert rows[APART]["network_part"] == pytest.approx(50.0)
    assert rows[APART]["response"] > 5.0 * rows[ONE]["response"]


def test_the_table_is_small() -> None:
    assert len(lab.table()) < 150
