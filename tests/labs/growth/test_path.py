"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.growth.path import lab
from scalelab.models.growth.path import STAGES

SINGLE, DATABASE, BALANCED, REPLICATED, CACHED, REGIONAL, SHARDED = STAGES


def texts(**changed: float) -> dict[str, str]:
    settings = lab.settled(changed)
    return lab.texts(lab.table(**settings), settings)


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(at: str, **changed: float) -> dict[str, dict[str, Any]]:
    """Of each stage the row at its limit ("last") or at the customers ("here")."""
    found = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["stage"]): row for row in found if row[at] == 1}


def test_at_first_sight() -> None:
    """A second machine brings 43 %, replicas nine times; regions are what far customers notice."""
    last = rows("last")
    assert last[DATABASE]["gain"] == pytest.approx(10.0 / 7.0)
    assert last[REPLICATED]["gain"] == pytest.approx(8.82, abs=0.01)
    assert last[REGIONAL]["gain"] < 1.1
    here = rows("here")
    assert here[CACHED]["machines"] < here[REPLICATED]["machines"]
    assert here[CACHED]["rent"] < here[REPLICATED]["rent"] < here[REGIONAL]["rent"]
    assert here[REGIONAL]["response"] < 0.6 * here[CACHED]["response"]
    # Until then nothing but the limit has changed.
    until = [last[name]["response"] for name in (SINGLE, DATABASE, BALANCED, REPLICATED)]
    assert max(until) - min(until) < 3.0


def test_the_disk_is_full_long_before_the_databases_processor() -> None:
    (balanced,) = [row for name, row in rows("last").items() if name == BALANCED]
    assert balanced["busiest"] == "the database's disk"
    faster = rows("last", disk_ms=0.1)[BALANCED]
    assert faster["busiest"] == "the database's processors"
    assert faster["limit"] == pytest.approx(balanced["limit"] * 4.0 / 3.0)


def test_the_question_says_what_is_so() -> None:
    last = rows("last")
    assert last[SINGLE]["limit"] == pytest.approx(120_000)
    assert last[SINGLE]["rate"] == pytest.approx(240.0)
    assert texts()["database_limit"] == "171,429"


def test_a_larger_machine() -> None:
    large = clicked("A larger machine and no new design")
    assert texts(**large)["stage"] == SINGLE
    assert texts(**large)["full_first"] == "the database's disk"
    small = clicked("The same 200,000")
    assert texts(**small)["stage"] == BALANCED
    assert texts(**small)["machines"] == "3"
    assert rows("here", **small)[BALANCED]["rent"] < 0.25 * rows("here", **large)[SINGLE]["rent"]


def test_a_cache_that_never_hits() -> None:
    useless = clicked("A cache that never hits")
    assert rows("last", **useless)[CACHED]["gain"] == pytest.approx(1.0)
    here = rows("here", **useless)
    assert here[CACHED]["rent"] > here[REPLICATED]["rent"]


def test_half_of_the_requests_write() -> None:
    writes = clicked("Half of the requests write")
    assert rows("last", **writes)[REPLICATED]["gain"] == pytest.approx(1.875)
    assert texts(**writes)["stage"] == SHARDED


def test_all_customers_live_near_by() -> None:
    near = rows("here", **clicked("All customers live near by"))
    assert near[REGIONAL]["response"] == pytest.approx(near[CACHED]["response"], abs=0.5)


def test_the_table_is_small() -> None:
    assert len(lab.table()) < 150
