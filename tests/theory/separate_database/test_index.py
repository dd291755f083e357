"""The closed forms against counting, drawing, and the planner's own costs."""

import doctest
import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernels.separate_database.index_reference import distinct, lru

from scalelab.models.separate_database.index import ends, plans
from scalelab.theory.separate_database import index
from scalelab.theory.separate_database.index import (
    bitmap_ends,
    cardenas,
    index_scan_ends,
    lru_reads,
    mackert_lohman,
    yao,
)


@pytest.mark.parametrize(("pages", "per_page", "wanted"), [(3, 2, 2), (4, 3, 4), (2, 5, 6)])
def test_yao_by_all_choices(pages: int, per_page: int, wanted: int) -> None:
    chosen = [
        len({row // per_page for row in rows})
        for rows in combinations(range(pages * per_page), wanted)
    ]
    assert yao(pages, per_page, wanted) == pytest.approx(sum(chosen) / len(chosen))


@given(st.integers(2, 200), st.integers(1, 60), st.floats(0.0, 1.0))
def test_yao_in_fractions(pages: int, per_page: int, share: float) -> None:
    rows = pages * per_page
    wanted = max(1, round(share * rows))
    none = Fraction(math.comb(rows - per_page, wanted), math.comb(rows, wanted))
    assert yao(pages, per_page, wanted) == pytest.approx(float(pages * (1 - none)), rel=1e-7)


def test_pages_by_drawing() -> None:
    chance = np.random.default_rng(1)
    for wanted in (50, 200, 800):
        drawn = [distinct(chance, 200, 20, wanted) for _ in range(400)]
        error = float(np.std(drawn)) / 20.0
        assert yao(200, 20, wanted) == pytest.approx(np.mean(drawn), abs=4.5 * error + 1e-9)


@given(st.integers(10, 10_000), st.integers(1, 100_000))
def test_how_far_the_approximations_are_off(pages: int, wanted: int) -> None:
    """Never below Cardenas by more than a page, and at most 15.7% above: at two rows a page."""
    assert (
        cardenas(pages, wanted) - 0.5
        <= mackert_lohman(pages, wanted)
        <= 1.157 * cardenas(pages, wanted)
    )


def test_where_it_is_off_most() -> None:
    off = [mackert_lohman(1e6, x * 1e6) / cardenas(1e6, x * 1e6) for x in np.arange(0.1, 6.0, 0.1)]
    assert max(off) == off[19] == pytest.approx(1.0 / (1.0 - math.exp(-2.0)), rel=1e-5)


@pytest.mark.parametrize(("cache", "wanted"), [(40, 30), (40, 500), (150, 900), (199, 2000)])
def test_a_cache_that_is_too_small_by_drawing(cache: int, wanted: int) -> None:
    chance = np.random.default_rng(2)
    runs = [lru(chance.integers(0, 200, wanted).tolist(), cache) for _ in range(200)]
    error = float(np.std(runs)) / math.sqrt(200)
    # On average the cache fills a little later than a mean number of pages does.
    assert lru_reads(200, cache, wanted) == pytest.approx(np.mean(runs), abs=4.5 * error + 1.5)


def test_room_for_all_is_no_cache_at_all() -> None:
    assert lru_reads(200, 200, 500) == cardenas(200, 500)


@pytest.mark.parametrize("row_bytes", [50, 200, 1000])
@pytest.mark.parametrize("random_page", [1.1, 2.0, 4.0])
def test_where_the_planner_turns(row_bytes: int, random_page: float) -> None:
    rows = 10_000_000
    built = plans(1, rows, row_bytes, random_page_cost=random_page, memory_gib=1000.0)
    found = ends(rows, row_bytes, random_page_cost=random_page, memory_gib=1000.0)
    leaf = random_page * built.index_pages / rows
    scan = index_scan_ends(
        built.sequential, built.pages, random_page, 0.0175 + leaf, built.index_scan_start
    )
    bitmap = bitmap_ends(rows, 0.0125, 0.02025 + leaf, built.index_scan_start)
    assert found.index_scan is not None
    assert found.index is not None
    assert found.index_scan * rows == pytest.approx(scan, rel=1e-3)
    # Beyond the end of its formula a bitmap scan does not read all pages.
    if bitmap > 2 * built.pages:
        assert found.index * rows == pytest.approx(max(scan, bitmap), rel=1e-3)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(index).failed == 0
