"""What the prompts below the lab ask the reader to see is there to be seen."""

import itertools
import time
from typing import Any

import pytest

from scalelab.labs.trade_offs.pareto import (
    CHEAPEST,
    FASTEST,
    FOUND,
    GREEDY,
    IN_TURN,
    LEAST,
    MEETS,
    NEXT_MS,
    NEXT_NINE,
    PLAIN,
    lab,
)


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: str, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def named(which: str, **changed: float) -> dict[str, Any]:
    (row,) = [row for row in rows(FOUND, **changed) if row["which"] == which]
    return row


def test_a_cache_and_later_jobs_come_before_machines() -> None:
    plain, cheapest = named(PLAIN), named(CHEAPEST)
    assert cheapest["rent"] < plain["rent"]
    assert cheapest["gib"] == 8
    first, second, third = rows(NEXT_MS)[:3]
    assert first["d_later"] == 1
    assert first["each"] < 1.0 < 10.0 < second["each"] < third["each"]
    assert rows(NEXT_MS)[-1]["each"] > 1000.0 * first["each"]


def test_the_last_milliseconds_cost_more_than_all_before_them() -> None:
    near, far = named(MEETS, **clicked("A p99 within 180")), named(MEETS)
    assert near["rent"] == pytest.approx(1648, abs=1)
    assert far["rent"] == pytest.approx(3375, abs=1)
    assert (near["cdn"], far["cdn"]) == ("no", "yes")


def test_best_is_neither_cheapest_nor_fastest() -> None:
    best = named(LEAST)
    assert named(CHEAPEST)["rent"] < best["rent"] < 0.3 * named(FASTEST)["rent"]
    assert best["near"] == 15
    # What returns most passes the least of all on its way; one of each in turn does not come near.
    assert min(row["total"] for row in rows(GREEDY)) == best["total"]
    assert min(row["total"] for row in rows(IN_TURN)) > 1.05 * best["total"]


def test_two_zones_with_nothing_to_spare_are_worse_than_one() -> None:
    path = rows(IN_TURN)
    before, after = next((a, b) for a, b in itertools.pairwise(path) if b["d_zones"] == 1)
    assert after["rent"] > before["rent"]
    assert after["down"] > 1.9 * before["down"]


def test_four_nines_need_zones_and_cost_more_for_each_millisecond() -> None:
    settings = clicked("Four nines")
    assert named(MEETS, **settings)["zones"] > 1
    assert named(MEETS, **settings)["rent"] > named(MEETS)["rent"]


def test_ten_times_the_worth_buys_everything_useful() -> None:
    best = named(LEAST, **clicked("An hour is worth"))
    assert (best["zones"], best["cdn"], best["later"]) == (2, "yes", "yes")
    assert best["near"] > 100


def test_bad_changes_make_nines_dear() -> None:
    plain, changed = rows(NEXT_NINE), rows(NEXT_NINE, **clicked("Bad changes"))
    assert changed[0]["each"] > 5.0 * plain[0]["each"]
    assert min(row["down"] for row in changed) > 120.0


def test_with_pages_alike_a_small_cache_saves_less() -> None:
    settings = clicked("All pages")
    saved = named(PLAIN, **settings)["rent"] - named(CHEAPEST, **settings)["rent"]
    assert 0.0 < saved < 0.5 * (named(PLAIN)["rent"] - named(CHEAPEST)["rent"])


def test_a_quarter_of_the_load_costs_more_for_each_request() -> None:
    best = named(LEAST, **clicked("A quarter"))
    assert best["per_million"] > 3.0 * named(LEAST)["per_million"]
    assert best["cdn"] == "yes"


def test_a_table_is_small_and_quick() -> None:
    lab.table()
    started = time.perf_counter()
    table = lab.table()
    assert time.perf_counter() - started < 0.2
    assert len(table) <= 150
