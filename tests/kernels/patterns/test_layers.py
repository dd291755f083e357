"""Caches in layers against a shop with versions, integrals, fractions, and what always holds."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.patterns.layers_reference import expected, run

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.patterns import layers as kernels
from scalelab.kernels.patterns.layers import BUFFER, FRAGMENT, PAGE, QUERY
from scalelab.kernels.zipf import popularity
from scalelab.theory.patterns import layers as theory

STORY: dict[str, Any] = {
    "caches": 0b1001, "ttl_s": 0.0, "split": 0, "fragments": 6, "personal": 1, "queries": 2,
    "unchanged_s": 600.0, "rate_per_s": 2000.0, "scaled": 0, "n_pages": 1000, "skew": 0.8,
    "think_s": 10.0, "visit_s": 600.0, "web_ms": 0.5, "application_ms": 4.0, "access_ms": 2.0,
    "database_ms": 3.0, "disk_ms": 1.0, "hop_ms": 0.5, "look_ms": 0.2, "page_kb": 60.0,
    "row_kb": 1.0, "fleet_rate": 2000.0, "most_busy": 0.8, "vcpus": 4,
}  # fmt: skip
NAMES = {PAGE: "page", FRAGMENT: "fragment", QUERY: "query"}


def named(caches: int) -> set[str]:
    return {name for bit, name in NAMES.items() if caches >> bit & 1}


def table_of(**changed: Any) -> Table:
    return kernels.layers(*{**STORY, **changed}.values())


def works(**changed: Any) -> list[float]:
    table = table_of(**changed)
    found = table[(table[:, kernels.KIND] == kernels.LAYER)
                  & (table[:, kernels.SERIES] == kernels.AS_SET)]  # fmt: skip
    values: list[float] = found[:, kernels.WORK_MS].tolist()
    return values


def cache(which: int, **changed: Any) -> Floats:
    table = table_of(**changed)
    (row,) = table[(table[:, kernels.KIND] == kernels.CACHE)
                   & (table[:, kernels.SERIES] == which)]  # fmt: skip
    found: Floats = row
    return found


def here(**changed: Any) -> Floats:
    found: Floats = table_of(**changed)[-1]
    return found


def served(
    caches: int, ttl: float, split: bool, fragments: int, personal: int, queries: int,
    p: list[float], rate: float, customer_rate: float, change: float, ends: float,
) -> kernels.Served:  # fmt: skip
    world = kernels.World(
        fragments, queries, personal, split, ttl, rate, customer_rate, ends,
        0.5, 4.0, 2.0, 3.0, 1.0, 0.5, 0.2,
    )  # fmt: skip
    return kernels.serve(caches, change, np.array(p), world)


# All worlds in which the kernel is exact: kept until a change, or one page kept for a time with
# nothing that all pages or one customer share behind it.
EXACT = [
    (0b000, 0.0, False, 4, 1, 2), (0b001, 0.0, False, 3, 0, 2), (0b001, 0.0, False, 3, 1, 2),
    (0b010, 0.0, False, 4, 1, 3), (0b100, 0.0, False, 4, 2, 2), (0b110, 0.0, False, 3, 1, 2),
    (0b111, 0.0, False, 4, 1, 2), (0b111, 0.0, True, 4, 1, 2), (0b101, 0.0, True, 2, 2, 1),
    (0b111, 5.0, True, 2, 1, 3), (0b001, 5.0, False, 1, 0, 2), (0b101, 2.0, False, 1, 0, 2),
]  # fmt: skip
# And of many pages, kept for a time, with parts that they share.
NEARLY = [(0b111, 3.0, True, 4, 1, 2), (0b111, 3.0, False, 3, 0, 2), (0b111, 20.0, False, 3, 1, 1)]


@pytest.mark.parametrize("world", EXACT + NEARLY)
def test_a_shop_with_versions_makes_as_much(world: tuple[Any, ...]) -> None:
    nearly = world in NEARLY
    pages, customers = (30, 20) if nearly else (6, 5)
    p = popularity(pages, 0.8).tolist()
    customer_rate, change, ends = 0.5, 0.04, 0.02
    caches, *rest = world
    ours = served(caches, *rest, p, customers * customer_rate, customer_rate, change, ends)
    runs = [
        run(named(caches), *rest, p, customers, customer_rate, change, ends, 6000, seed)
        for seed in range(5)
    ]  # fmt: skip
    for of_ours, attribute in (
        (ours.page, "page_misses"), (ours.fragments_asked, "fragments_asked"),
        (ours.fragments, "fragments_made"), (ours.results_asked, "results_asked"),
        (ours.results, "results_made"), (ours.old, "old"),
    ):  # fmt: skip
        found = [getattr(one, attribute) / one.views for one in runs]
        error = float(np.std(found, ddof=1)) / np.sqrt(len(runs))
        # Five runs: the bound of the t distribution that one in ten thousand would break.
        allowed = 13.0 * error + (0.04 * of_ours if nearly else 0.002)
        assert of_ours == pytest.approx(np.mean(found), abs=allowed), attribute
    for of_ours, what in ((ours.fragment_entries, "fragments"), (ours.result_entries, "results")):
        if of_ours > 0.0:
            stored = [one.stored[what] for one in runs]
            assert of_ours == pytest.approx(np.mean(stored), rel=0.08 if nearly else 0.05), what


worlds = st.tuples(
    st.integers(0, 7), st.sampled_from([0.0, 0.5, 10.0, 600.0]), st.booleans(),
    st.integers(1, 5), st.integers(0, 5), st.integers(1, 3),
).map(lambda w: (*w[:4], min(w[4], w[3]), w[5]))  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    worlds, st.integers(1, 4), st.sampled_from([1.0, 50.0, 2000.0]),
    st.sampled_from([0.02, 0.1, 1.0]), st.sampled_from([1e-4, 0.01, 1.0]),
    st.sampled_from([0.0017, 0.1]),
)  # fmt: skip
def test_integrals_over_the_gaps_say_the_same(
    world: tuple[Any, ...], pages: int, rate: float, customer_rate: float, change: float,
    ends: float,
) -> None:  # fmt: skip
    caches, *rest = world
    p = popularity(pages, 0.8).tolist()
    ours = served(caches, *rest, p, rate, customer_rate, change, ends)
    theirs = expected(named(caches), *rest, p, rate, customer_rate, change, ends)
    assert list(ours[:5]) == pytest.approx(theirs, rel=2e-3, abs=2e-4)


def test_a_page_is_a_conjunction() -> None:
    """One page, as fractions, by inclusion and exclusion over what has changed."""
    rate, change = Fraction(1), Fraction(1, 100)
    for parts in (1, 2, 6, 12):
        ours = cache(PAGE, caches=1, n_pages=1, fragments=parts, personal=0, queries=1,
                     rate_per_s=1.0, unchanged_s=100.0)[kernels.HIT]  # fmt: skip
        assert ours == pytest.approx(float(theory.valid(rate, change, parts)), rel=1e-12)


def test_the_sum_over_pages() -> None:
    ours = cache(PAGE, caches=1, personal=0)[kernels.HIT]
    assert ours == pytest.approx(theory.over_pages(1000, 0.8, 2000.0, 12 / 600.0), rel=1e-9)


def test_what_lies_above_takes_the_hits_and_no_work() -> None:
    """Until a change, the lowest cache decides what is left, whatever is above it."""
    for caches in (0b1100, 0b1101, 0b1110, 0b1111):
        assert works(caches=caches)[kernels.DATABASE] == pytest.approx(
            works(caches=0b1100)[kernels.DATABASE], rel=1e-12
        )
    hits = [cache(QUERY, caches=caches)[kernels.HIT] for caches in (0b1100, 0b1110)]
    assert hits[1] < 0.4 < 0.99 < hits[0]
    alone = cache(QUERY, caches=0b1111, personal=0, n_pages=1, fragments=1)
    above = cache(FRAGMENT, caches=0b1010, personal=0, n_pages=1, fragments=1)[kernels.HIT]
    assert cache(QUERY, caches=0b1110, personal=0, n_pages=1, fragments=1)[
        kernels.HIT
    ] == pytest.approx(float(theory.below(alone[kernels.ALONE], above)), rel=1e-6)


def test_a_fragment_of_one_query_leaves_its_query_cache_nothing() -> None:
    assert cache(QUERY, caches=0b110, queries=1)[kernels.HIT] == pytest.approx(0.0, abs=1e-12)


def test_four_times_the_machines_of_another_layer_change_nothing() -> None:
    plain = here(caches=0b1000)
    assert plain[kernels.SLOWEST] == kernels.DATABASE
    for scaled in (1, 2, 3):
        more = here(caches=0b1000, scaled=scaled)
        assert more[kernels.FLEET_TAKES] == plain[kernels.FLEET_TAKES]
    assert here(caches=0b1000, scaled=4)[kernels.FLEET_TAKES] == pytest.approx(3000.0)


def test_no_page_is_there_without_its_parts() -> None:
    """All fragments personal and split: an empty shell, which is always there."""
    row = cache(PAGE, caches=1, fragments=2, personal=2, split=1)
    assert row[kernels.HIT] == 1.0
    assert works(caches=1, fragments=2, personal=2, split=1)[kernels.APPLICATION] == 4.0


anything = st.fixed_dictionaries({
    "caches": st.integers(0, 15), "ttl_s": st.sampled_from([0.0, 1e-3, 1.0, 60.0, 1e5]),
    "split": st.integers(0, 1), "fragments": st.integers(1, 12), "personal": st.integers(0, 13),
    "queries": st.integers(1, 8), "unchanged_s": st.sampled_from([0.1, 1.0, 600.0, 1e7]),
    "rate_per_s": st.sampled_from([1.0, 2000.0, 1e5]), "scaled": st.integers(0, 4),
    "n_pages": st.sampled_from([1, 2, 50]), "skew": st.sampled_from([0.0, 0.8, 2.0]),
    "think_s": st.sampled_from([1.0, 10.0, 1e5]), "visit_s": st.sampled_from([1.0, 600.0, 1e5]),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(anything)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    for column in (kernels.HIT, kernels.ALONE, kernels.OLD):
        assert (table[:, column] <= 1.0).all()
    found, bare = works(**world), works(**{**world, "caches": 0})
    # Only the presentation can have more to do, where parts are asked for by themselves.
    for layer in range(1, kernels.LAYERS):
        assert found[layer] <= bare[layer] * (1.0 + 1e-9)
    assert found[0] <= 2.0 * bare[0] * (1.0 + 1e-9)
    # What a cache leaves is what reaches the next one.
    rows = [cache(which, **world) for which in (PAGE, FRAGMENT, QUERY)]
    splits = world["split"] == 1 and world["caches"] & 1 == 1 and world["personal"] > 0
    if not splits:
        left = float(np.prod([1.0 - row[kernels.HIT] for row in rows]))
        assert found[kernels.DATABASE] == pytest.approx(3.0 * left, rel=1e-6, abs=1e-9)
    if world["ttl_s"] == 0.0:
        assert here(**world)[kernels.OLD] == 0.0


@settings(max_examples=60, deadline=None)
@given(anything, st.sampled_from([PAGE, FRAGMENT, QUERY, BUFFER]))
def test_slower_changes_never_lower_a_hit_ratio(world: dict[str, Any], which: int) -> None:
    alone = [
        cache(which, **{**world, "unchanged_s": gap})[kernels.ALONE] for gap in (1.0, 60.0, 3600.0)
    ]
    assert alone == sorted(alone) or np.diff(alone).min() > -1e-12
