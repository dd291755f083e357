"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

from scalelab.labs.separate_database.choice import IF, MONTH, SHORT, YEARS, lab
from scalelab.models.separate_database.choice import WINNERS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: str, **changed: float) -> list[dict[str, Any]]:
    return [
        row for row in lab.rows(lab.table(**lab.settled(changed))) if row["kind"] == kind
    ]  # fmt: skip


def years(**changed: float) -> dict[str, dict[str, Any]]:
    return {row["option"]: row for row in rows(YEARS, **changed)}


def winner(**changed: float) -> str:
    found = {row["winner"] for row in rows(YEARS, **changed)}
    (name,) = found
    return str(name)


def changed_to(question: str, **changed: float) -> dict[float, str]:
    return {
        row["setting"]: row["winner"] for row in rows(IF, **changed) if row["question"] == question
    }


def test_at_first_sight() -> None:
    """Load 32 times, and a bill of five times: the work does not grow, and machines had room."""
    first, *_, last = [row for row in rows(MONTH) if row["option"] == "One primary"]
    assert round(first["cost"]) == 1925
    assert (first["nodes"], first["vcpus"]) == (2, 4)
    assert 4.5 < last["cost"] / first["cost"] < 5.5
    assert winner() == "One primary"
    assert years()["Replicas"]["total"] < 1.2 * years()["One primary"]["total"]
    assert changed_to("Writes")[1000.0] == "One primary"
    assert changed_to("Regions") == {1: "One primary", 2: "Distributed SQL", 3: "Distributed SQL"}


def test_begun_with_one_primary_although_it_stops() -> None:
    many = clicked("1,000 writes")
    assert winner(**many) == "One primary"
    one, shards = years(**many)["One primary"], years(**many)["Shards"]
    assert one["then"] == "Shards"
    assert 24 < one["stops"] <= 36
    assert 1.03 < shards["total"] / one["total"] < 1.1


def test_fast_growth() -> None:
    fast = clicked("Growth of four")
    assert winner(**fast) == "Distributed SQL"
    found = years(**fast)
    assert found["One primary"]["then"] == "Distributed SQL"
    assert 1.03 < found["One primary"]["total"] / found["Distributed SQL"]["total"] < 1.1


def test_two_regions() -> None:
    two = clicked("Two regions")
    able = [name for name, row in years(**two).items() if row["total"] > 0]
    assert able == ["Shards", "Distributed SQL"]
    assert winner(**two) == "Distributed SQL"


def test_both_halves() -> None:
    both = clicked("Both halves")
    able = [name for name, row in years(**both).items() if row["total"] > 0]
    assert able == ["Key-value"]
    assert winner(**{**both, "several": 0.2}) == "None fits"
    lab.sentence(lab.table(**lab.settled({"cut": 1})), lab.settled({"cut": 1}))


def test_no_extra_work() -> None:
    found = years(**clicked("No work beyond"))
    assert winner(**clicked("No work beyond")) == "Distributed SQL"
    totals = [row["total"] for row in found.values()]
    assert max(totals) < 1.3 * min(totals)


def test_every_name_has_a_short_one() -> None:
    assert len(SHORT) == len(WINNERS)
    assert all(row["chosen"] in (0, 1) for row in rows(IF))
