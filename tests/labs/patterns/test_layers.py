"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.patterns.layers import CACHE, CURVE, LAYER, SET
from scalelab.labs.patterns.layers import AS_SET, CACHES, NO_CACHE, lab

PAGE, FRAGMENTS, QUERIES, BUFFER = CACHES


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def here(**changed: float) -> dict[str, Any]:
    (row,) = rows(SET, **changed)
    return row


def cache(name: str, **changed: float) -> dict[str, Any]:
    (row,) = [row for row in rows(CACHE, **changed) if row["series"] == name]
    return row


def work(layer: str, series: str = AS_SET, **changed: float) -> float:
    (row,) = [
        row for row in rows(LAYER, **changed) if (row["place"], row["series"]) == (layer, series)
    ]
    found: float = row["work"]
    return found


def test_at_first_sight_one_cart_makes_the_page_cache_worthless() -> None:
    assert cache(PAGE)["hit"] == pytest.approx(0.037, abs=0.0005)
    assert cache(PAGE)["memory"] > 5000.0
    assert here()["total"] > 0.96 * 9.5
    assert here()["slowest"] == "Database"


def test_without_the_cart_it_answers_nearly_all() -> None:
    settings = clicked("A page without")
    assert cache(PAGE, **settings)["hit"] == pytest.approx(0.990, abs=0.0005)
    assert work("Database", **settings) < 0.01 * work("Database", NO_CACHE, **settings)


def test_at_the_edge_the_presentation_has_as_much_to_do_as_before() -> None:
    settings = clicked("The cart is put in")
    assert cache(PAGE, **settings)["hit"] == pytest.approx(0.992, abs=0.0005)
    assert work("Presentation", **settings) > work("Presentation", NO_CACHE)
    assert here(**settings)["slowest"] == "Presentation"
    assert here(**settings)["total"] == pytest.approx(2.07, abs=0.005)


def test_the_cache_of_query_results_only_looks_broken() -> None:
    settings = clicked("All caches")
    found = cache(QUERIES, **settings)
    assert found["hit"] < 0.35 < 0.99 < found["alone"]
    # It still saves what it does alone.
    alone = {**settings, "caches": 0b1100}
    assert work("Database", **settings) == pytest.approx(work("Database", **alone))


def test_more_machines_for_another_layer_do_nothing() -> None:
    settings = clicked("Only the buffer")
    assert here(**settings)["fleet"] == here(caches=0b1000)["fleet"]
    assert here(**settings)["fleet"] == pytest.approx(2666.7, abs=0.1)


def test_the_best_cache_moves() -> None:
    settings = clicked("No cart, and a result")
    curves = rows(CURVE, **settings)
    best = {}
    for gap in sorted({row["unchanged"] for row in curves}):
        alone = [row for row in curves if row["unchanged"] == gap and row["series"] != AS_SET]
        best[gap] = min(alone, key=lambda row: row["total"])["series"]
    assert best[min(best)] == FRAGMENTS
    assert best[max(best)] == PAGE
    first = {row["series"]: row["total"] for row in curves if row["unchanged"] == 1.0}
    assert first[QUERIES] < first[PAGE]


def test_a_minute_buys_nothing_and_makes_a_third_of_the_pages_old() -> None:
    settings = clicked("The cart at the edge, and")
    fresh = {**settings, "ttl_s": 0.0}
    assert cache(PAGE, **settings)["hit"] == pytest.approx(cache(PAGE, **fresh)["hit"], abs=0.001)
    assert here(**settings)["old"] == pytest.approx(0.365, abs=0.001)
    assert here(**fresh)["old"] == 0.0


def test_more_personal_fragments_than_there_are_is_all_of_them() -> None:
    assert here(fragments=2, personal=6)["total"] == here(fragments=2, personal=2)["total"]
