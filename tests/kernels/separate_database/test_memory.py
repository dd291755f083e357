"""Hit ratios against an LRU request by request and page by page, limits, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.separate_database.memory_reference import disk, drawn, hits

from scalelab.kernels.jit import Floats
from scalelab.kernels.separate_database import memory as kernels
from scalelab.theory.separate_database import memory as theory

STORY: dict[str, Any] = {
    "memory_gib": 16.0, "application_gib": 6.0, "data_gib": 40.0, "skew": 0.8, "pages": 30.0,
    "iops": 3000.0, "rate_per_s": 300.0, "vcpus": 4,
}  # fmt: skip
ONE, APART = kernels.SIZES, 2 * kernels.SIZES + 1


def table(**changed: Any) -> Floats:
    found: Floats = kernels.memory(*{**STORY, **changed}.values())
    return found


def hit_ratio(pages: int, in_memory: int, skew: float) -> float:
    return kernels.hit_ratio(float(in_memory), kernels.grouped(float(pages), skew))


@pytest.mark.parametrize("skew", [0.0, 0.6, 0.8, 1.0, 1.2])
@pytest.mark.parametrize("in_memory", [100, 500, 1500])
def test_an_lru_request_by_request(skew: float, in_memory: int) -> None:
    """What Che's approximation and the groups are off, with 2,000 pages: below half a point."""
    n, warm = 200_000, 40_000
    found = hits(drawn(2000, skew, n, seed=1), in_memory, warm) / (n - warm)
    assert hit_ratio(2000, in_memory, skew) == pytest.approx(found, abs=0.005)


@pytest.mark.parametrize("skew", [0.0, 0.5, 0.8, 1.0, 1.2, 1.5])
@pytest.mark.parametrize("in_memory", [100, 10_000, 50_000, 90_000, 99_999])
def test_groups_against_every_page(skew: float, in_memory: int) -> None:
    exact = theory.hit_ratio(100_000, in_memory, skew)
    found = hit_ratio(100_000, in_memory, skew)
    assert found == pytest.approx(exact, abs=2e-5)
    assert 1.0 - found == pytest.approx(1.0 - exact, rel=4e-3)


def test_as_many_pages_as_the_story_has() -> None:
    pages = int(40 * kernels.PAGES_PER_GIB)
    exact = theory.hit_ratio(pages, int(15 * kernels.PAGES_PER_GIB), 0.8)
    assert table()[APART, kernels.HIT] == pytest.approx(exact, abs=2e-5)


@pytest.mark.parametrize("in_memory", [1, 17, 5000, 9999])
def test_pages_that_are_all_alike(in_memory: int) -> None:
    assert hit_ratio(10_000, in_memory, 0.0) == pytest.approx(in_memory / 10_000, rel=1e-9)


@pytest.mark.parametrize("pages", [1, 2, 39, 40, 41, 5000, 123_456])
@pytest.mark.parametrize("skew", [0.0, 0.8, 1.0, 1.5])
def test_groups_have_all_pages_and_all_requests(pages: int, skew: float) -> None:
    number, popularity = kernels.grouped(float(pages), skew)
    assert number.sum() == pages
    assert (number * popularity).sum() == pytest.approx(1.0, rel=1e-12)
    assert (np.diff(popularity) <= 1e-18).all()
    assert (number[:39] == 1.0).all()
    # And a group has the requests of its pages; the least ones, of two pages, are off most.
    weight = np.arange(1, pages + 1) ** -skew
    ends = np.cumsum(number).astype(int)
    exact = np.diff(np.concatenate(([0.0], np.cumsum(weight)[ends - 1]))) / weight.sum()
    np.testing.assert_allclose(number * popularity, exact, rtol=1.5e-4)


def test_memory_that_is_left() -> None:
    found = table()
    assert found[ONE, kernels.CACHE] == 9.0
    assert found[APART, kernels.CACHE] == 15.0
    small = table(memory_gib=4.0)
    assert small[ONE, kernels.CACHE] == kernels.LEAST_GIB
    assert small[APART, kernels.CACHE] == 3.0


@pytest.mark.parametrize("row", [ONE, APART])
def test_what_the_disk_and_the_vcpus_allow(row: int) -> None:
    found = table()[row]
    hit = found[kernels.HIT]
    assert found[kernels.DISK_MOST] == pytest.approx(theory.disk_allows(3000.0, 30.0, hit))
    assert found[kernels.CPU_MOST] == pytest.approx(400.0 if row == ONE else 4000.0 / 7.0)
    fast = table(iops=64_000.0)[row]
    assert fast[kernels.FULL_FIRST] == kernels.VCPUS
    assert fast[kernels.POSSIBLE] == found[kernels.CPU_MOST]


def test_all_in_memory() -> None:
    found = table(data_gib=15.0)
    assert found[APART, kernels.HIT] == 1.0
    for column in (kernels.READS, kernels.READS_DISK, kernels.DISK_MOST, kernels.WAIT):
        assert found[APART, column] == 0.0
    assert found[APART, kernels.FULL_FIRST] == kernels.VCPUS
    assert found[ONE, kernels.READS_DISK] == 1.0


@pytest.mark.parametrize("rate", [100.0, 250.0, 350.0])
def test_waits_read_by_read(rate: float) -> None:
    found = table(rate_per_s=rate)[APART]
    reads = found[kernels.READS]
    runs = [disk(rate * reads, 3000.0, 40_000, seed) for seed in range(8)]
    error = np.std(runs, ddof=1) / np.sqrt(len(runs))
    assert abs(found[kernels.WAIT] - reads * np.mean(runs)) < 4.0 * reads * error
    assert found[kernels.WAIT] == pytest.approx(
        theory.disk_wait_ms(rate, 30.0, found[kernels.HIT], 3000.0)
    )
    assert found[kernels.DISK_BUSY] == pytest.approx(rate * reads / 3000.0)


worlds = st.fixed_dictionaries({
    "memory_gib": st.sampled_from([2.0, 4.0, 16.0, 128.0, 1024.0]),
    "application_gib": st.sampled_from([0.0, 6.0, 1024.0]),
    "data_gib": st.sampled_from([0.2, 5.0, 40.0, 1024.0]),
    "skew": st.sampled_from([0.0, 0.8, 1.0, 1.5]),
    "pages": st.sampled_from([0.1, 30.0, 1e4]), "iops": st.sampled_from([10.0, 3000.0, 1e7]),
    "rate_per_s": st.sampled_from([0.1, 300.0, 1e6]), "vcpus": st.sampled_from([1, 4, 256]),
})  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    found = table(**world)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()
    assert (found[:, kernels.HIT] <= 1.0).all()
    one, apart = found[:ONE], found[ONE + 1 : APART]
    for lines in (one, apart):
        # More memory never finds less, nor allows fewer requests.
        assert (np.diff(lines[:, kernels.MEMORY]) > 0.0).all()
        assert (np.diff(lines[:, kernels.HIT]) >= -1e-12).all()
        assert (np.diff(lines[:, kernels.POSSIBLE]) >= -1e-9).all()
    for column in (kernels.CACHE, kernels.HIT, kernels.POSSIBLE):
        assert (apart[:, column] >= one[:, column]).all()
    assert (found[:, kernels.POSSIBLE] <= found[:, kernels.CPU_MOST]).all()
    disk_first = found[:, kernels.FULL_FIRST] == kernels.DISK
    assert (found[disk_first, kernels.POSSIBLE] == found[disk_first, kernels.DISK_MOST]).all()
    assert (found[:, kernels.DISK_BUSY] <= 1.0 + 1e-12).all()
    keeps_up = found[:, kernels.KEEPS_UP] == 1.0
    assert (keeps_up == (found[:, kernels.COME] < found[:, kernels.POSSIBLE])).all()
    assert (found[~keeps_up, kernels.WAIT] == 0.0).all()
    assert found[ONE, kernels.HERE] == found[APART, kernels.HERE] == 1.0
    assert found[:, kernels.HERE].sum() == 2.0


@pytest.mark.parametrize("skew", [0.0, 0.8, 1.2])
def test_more_data_is_found_less(skew: float) -> None:
    found = [table(data_gib=size, skew=skew)[APART, kernels.HIT] for size in (20.0, 40.0, 400.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] - found[-1] > 0.02
