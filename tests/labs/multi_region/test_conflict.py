"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.kernels.multi_region.conflict import CHANGE
from scalelab.labs.multi_region.conflict import CART, ITEM, OR_SET, PN, REGIONS, SHORT, UNION, lab
from scalelab.models.multi_region.conflict import CLOCKS, STRATEGIES, simulate


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """The last writer throws away more than there were conflicts; the CRDTs keep everything."""
    found = readings()
    assert found["cart"] > 2 * found["unaware"]
    assert found["fewest"] < found["cart"] < found["most"]
    assert found["cart_lost"] > found["cart_undone"] > 0.0
    assert found["carts"] > 0.4
    assert 0.0 < found["item"] < 0.3 * found["cart"]
    assert found["union_lost"] == 0.0 < found["union"] < 0.3 * found["cart"]
    assert found["or_set"] == 0.0
    assert found["pn"] < 0.5
    assert found["or_entries"] > 4 * found["union_entries"] > 4 * found["cart_entries"]


def test_the_question_is_about_the_defaults() -> None:
    asked, d = lab.prediction, lab.defaults
    assert d["cut_s"] == 0
    assert f"{d['delay_ms']} ms" in asked.question
    assert f"every {d['gap_s']:.0f} s" in asked.question
    assert (d["skew_ms"], d["clock"]) == (1000, 0)
    answer = readings()["cart"]
    assert answer < 0.35 * asked.high


def test_a_hybrid_clock_helps_and_does_not_cure() -> None:
    found, right = after("Take the times from a hybrid"), readings(skew_ms=0)
    assert 0.0 < found["cart"] < 0.4 * readings()["cart"]
    assert found["cart"] == pytest.approx(right["cart"], rel=0.3)
    assert found["unaware"] == readings()["unaware"]


def test_a_cut_takes_additions_from_some_and_brings_removals_back_for_others() -> None:
    found = after("Cut the regions off")
    assert found["cart"] > 150 > found["item"] > 50
    assert found["carts"] > 0.9
    assert found["union_lost"] == found["or_set"] == 0.0
    assert found["union"] > 40
    assert 0.0 < found["pn"] < 40


def test_counters_are_not_right_because_they_merge() -> None:
    found = after("A cut of a minute, two products")
    assert found["pn"] > 15
    assert found["or_set"] == 0.0


def test_a_delay_of_five_seconds_costs_and_tags_pay_for_it() -> None:
    found = after("Let the delay be 5 s")
    assert found["unaware"] > 300
    assert found["cart"] > 120
    assert found["union"] > 80
    assert found["siblings"] > 200
    assert found["or_set"] == 0.0
    # A tag for each addition: about three quarters of the twenty changes.
    assert 14 < found["or_entries"] < 17


def test_names() -> None:
    assert (CART, ITEM, UNION, PN, OR_SET) == STRATEGIES
    assert len(SHORT) == len(STRATEGIES)
    assert len(REGIONS) == 5
    (clock,) = [c for c in lab.controls if c.name == "clock"]
    assert clock.options == CLOCKS


def test_the_table_is_short_and_the_example_has_all_changes() -> None:
    for m in (2, 25):
        table = lab.table(n_changes=m)
        assert len(table) <= 150
        assert (table[:, 1] == CHANGE).sum() == 5 * m
        assert 1000 % m == 0
    names = [column.name for column in lab.columns]
    times = lab.table()[:, names.index("time")]
    assert np.all(times >= 0.0)


def test_the_model_gives_the_lab_s_numbers() -> None:
    found = readings()
    assert found["cart"] == simulate(CART).wrong
    assert found["item"] == simulate(ITEM).wrong
    assert found["union"] == simulate(UNION).undone
    assert found["siblings"] == simulate(UNION).to_siblings
    assert found["pn_entries"] == simulate(PN).entries
    assert found["or_entries"] == simulate(OR_SET).entries
