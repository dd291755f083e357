"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.infrastructure.packing import (
    BOUND,
    LIMITED,
    SERIES,
    UNLIMITED,
    lab,
)
from scalelab.models.infrastructure.packing import WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def read(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {each.name: lab.read(each, table, settings) for each in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def rents(series: str, **changed: float) -> dict[int, float]:
    rows: list[dict[str, Any]] = lab.rows(lab.table(**lab.settled(changed)))
    return {
        int(row["size"]): row["rent"]
        for row in rows
        if row["kind"] == 0 and row["series"] == series and row["possible"] == "yes"
    }


def test_at_first_sight_a_little_more_than_a_quarter_of_the_memory_is_used() -> None:
    found = read()
    assert found["memory_used"] == pytest.approx(0.28, abs=0.005)
    assert found["cpu_used"] == pytest.approx(0.44, abs=0.005)
    assert found["killed"] == pytest.approx(544, abs=0.5)
    assert found["killed_free"] < 0.001
    assert found["best"] == 8


def test_the_way_is_worth_less_than_the_margin() -> None:
    costs = [rents(way)[8] for way in WAYS]
    assert max(costs) < 1.06 * min(costs)
    assert read(**clicked("The margins of an"))["usd"] < 0.75 * read()["usd"]
    assert max(rents(way)[4] for way in WAYS) == rents(WAYS[3])[4]


def test_a_tighter_margin_is_paid_for_by_whoever_has_a_limit() -> None:
    found = read(**clicked("The margins of an"))
    assert found["killed"] > 10.0 * read()["killed"]
    assert found["killed_free"] < 0.2
    assert found["p99"] > 2.0 * found["p99_free"]


def test_large_machines_cost_a_large_spare_one() -> None:
    assert read(**clicked("Machines of 64"))["usd"] > 1.8 * read()["usd"]
    assert read(**clicked("A lost machine's"))["best"] == 16
    assert read(**clicked("A lost machine's"))["extra"] == 0.0


def test_without_limits_full_machines_run_out_and_more_so_together() -> None:
    alone = read(**clicked("Machines with half"))
    same = read(**clicked("The same, and half"))
    assert 1.0 < alone["killed_free"] < 0.05 * alone["killed"]
    assert same["killed_free"] > 1.5 * alone["killed_free"]
    assert same["killed"] == alone["killed"]


def test_a_tight_cpu_limit() -> None:
    found = read(**clicked("CPU at 1.1"))
    assert found["stopped"] > 0.5
    assert found["p99"] > 5.0 * found["p99_free"]


def test_what_fits_no_machine_is_said() -> None:
    settings = lab.settled({"size": 2})
    sentence = lab.sentence(lab.table(**settings), settings)
    assert "more than a machine of 2 vCPUs has" in sentence
    assert "They take" not in sentence


def test_the_bound_is_below_every_way() -> None:
    bound = rents(BOUND)
    for way in WAYS:
        assert all(rent >= bound[size] - 1e-9 for size, rent in rents(way).items())
    assert (*WAYS, BOUND, LIMITED, UNLIMITED) == SERIES
