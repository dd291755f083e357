"""The machine against one that deals out slices, against theorems, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.single_server.sharing_reference import responses

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.queueing.law import law
from scalelab.kernels.single_server import sharing as kernels
from scalelab.kernels.single_server.sharing import (
    EXACT,
    EXPECTED,
    FIRST_COME,
    JOBS,
    LIMITED,
    MEAN,
    MEAN_HIGH,
    MEAN_LOW,
    MEASURED,
    MEDIAN,
    OF_REPORT,
    P99,
    P99_HIGH,
    P99_LOW,
    PAGE,
    POSSIBLE,
    REPORT,
    SEPARATE,
    SHARED,
    SIZE,
    SLOWDOWN,
    WAIT,
    WIDTH,
    mark,
    marked,
    sharing,
)
from scalelab.theory.queueing import erlang

STORY: dict[str, Any] = {
    "vcpus": 4, "load": 0.7, "report_share": 0.3, "page_ms": 20.0, "report_ratio": 50.0,
    "page_cv2": 1.0, "report_cv2": 1.0, "limit": 8, "jobs": 2000, "runs": 4, "seed": 1,
}  # fmt: skip
LONG: dict[str, Any] = {"jobs": 200_000, "runs": 6}


def table(**changed: Any) -> Table:
    return sharing(*{**STORY, **changed}.values())


def row(policy: int, which: int, **changed: Any) -> Floats:
    found: Floats = table(**changed)[policy * kernels.CLASSES + which]
    return found


def jobs_of(count: int, seed: int, load: float = 3.0, cv2: float = 1.0) -> tuple[Floats, Floats]:
    gaps, sizes = np.empty(count), np.empty(count)
    of_reports = 0.05
    mean = (1 - of_reports) * 1.0 + of_reports * 10.0
    kernels.stream(of_reports, mean / load, law(1.0, cv2), law(10.0, cv2), gaps, sizes, seed)
    return gaps, sizes


def served(gaps: Floats, sizes: Floats, vcpus: int, limit: int) -> tuple[Floats, Floats, Floats]:
    size, waited, took = (np.empty(gaps.size) for _ in range(3))
    assert kernels.serve(gaps, sizes, vcpus, limit, size, waited, took) == gaps.size
    return size, waited, took


@settings(deadline=None)
@given(st.floats(1e-6, 1e9), st.booleans(), st.booleans())
def test_a_mark_changes_nothing_but_itself(size: float, report: bool, measured: bool) -> None:
    found = marked(size, report, measured)
    assert mark(found) == report * OF_REPORT + measured * MEASURED
    assert found == pytest.approx(size, rel=1e-15)


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from([(1, 1), (1, 3), (1, 1000), (3, 3), (3, 5), (3, 1000)]),
    st.sampled_from([0.0, 1.0, 4.0]),
    st.integers(0, 10**6),
)
def test_the_machine_is_that_of_the_reference(
    machine: tuple[int, int], cv2: float, seed: int
) -> None:
    vcpus, limit = machine
    gaps, sizes = jobs_of(150, seed, 0.8 * vcpus, cv2)
    size, waited, took = served(gaps, sizes, vcpus, limit)
    slice_ = 0.002
    expected = responses(gaps.tolist(), sizes.tolist(), vcpus, limit, slice_)
    # Sizes may repeat (constant ones), so pairs are compared in order of size, then time. A wait
    # is late by as many slices as jobs went before it.
    ours = sorted(zip(size.tolist(), took.tolist(), strict=True))
    theirs = sorted(zip(sizes.tolist(), expected, strict=True))
    np.testing.assert_allclose([s for s, _ in ours], [s for s, _ in theirs])
    np.testing.assert_allclose(
        [t for _, t in ours], [t for _, t in theirs], atol=150 * slice_
    )  # fmt: skip
    assert np.mean([t for _, t in ours]) == pytest.approx(np.mean(expected), rel=0.02)
    assert (waited >= 0.0).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 50), st.sampled_from([0.0, 1.0, 9.0]))
def test_no_policy_makes_work_or_loses_any(seed: int, limit: int, cv2: float) -> None:
    """On one vCPU all policies have done the same work at any time: the last is done at one time.

    And each response is no shorter than the job is long.
    """
    gaps, sizes = jobs_of(400, seed, 0.9, cv2)
    ends = []
    for policy in (1, limit, 1000):
        size, waited, took = served(gaps, sizes, 1, policy)
        assert (took >= size * (1.0 - 1e-9)).all()
        assert (waited <= took).all()
        np.testing.assert_allclose(np.sort(size), np.sort(sizes))
        came = dict(zip(sizes.tolist(), np.cumsum(gaps).tolist(), strict=True))
        if len(came) == sizes.size:
            ends.append(max(came[s] + t for s, t in zip(size.tolist(), took.tolist(), strict=True)))
    if ends:
        np.testing.assert_allclose(ends, ends[0], rtol=1e-9)


worlds = st.fixed_dictionaries({
    "vcpus": st.sampled_from([1, 2, 4, 16]), "load": st.sampled_from([0.05, 0.5, 0.7, 0.95]),
    "report_share": st.sampled_from([0.001, 0.05, 0.3, 0.9]),
    "page_ms": st.sampled_from([0.1, 20.0]), "report_ratio": st.sampled_from([1.0, 50.0, 5000.0]),
    "page_cv2": st.sampled_from([0.0, 0.5, 1.0, 9.0]),
    "report_cv2": st.sampled_from([0.0, 1.0, 9.0]), "limit": st.sampled_from([1, 8, 200]),
    "seed": st.integers(0, 10**6), "jobs": st.sampled_from([100, 1500]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    found = table(**world)
    assert found.shape == (kernels.POLICIES * kernels.CLASSES, WIDTH)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()
    can = found[found[:, POSSIBLE] == 1.0]
    assert len(can) >= 6
    assert (can[:, EXPECTED] > 0.0).all()
    assert not found[found[:, POSSIBLE] == 0.0][:, POSSIBLE:].any()
    for which in (PAGE, REPORT):
        own = can[can[:, kernels.CLASS] == which]
        # The same jobs under each policy.
        assert len(set(own[:, JOBS].tolist())) == 1
        np.testing.assert_allclose(own[:, SIZE], own[0, SIZE], rtol=1e-9)
    some = can[can[:, JOBS] > 0]
    assert (some[:, MEAN_LOW] <= some[:, MEAN] * (1 + 1e-12)).all()
    assert (some[:, MEAN] <= some[:, MEAN_HIGH] * (1 + 1e-12)).all()
    assert (some[:, P99_LOW] <= some[:, P99]).all()
    assert (some[:, P99] <= some[:, P99_HIGH]).all()
    assert (some[:, MEDIAN] <= some[:, P99]).all()
    assert (some[:, SLOWDOWN] >= 1.0 - 1e-9).all()
    assert (some[:, WAIT] <= some[:, MEAN]).all()
    assert not found[2 * SHARED : 2 * SHARED + 2, WAIT].any()
    n = (world["jobs"] - int(0.1 * world["jobs"])) - int(0.2 * world["jobs"])
    assert can[:2, JOBS].sum() == n * STORY["runs"]


@pytest.mark.parametrize("cv2", [0.0, 1.0, 9.0])
@pytest.mark.parametrize("vcpus", [1, 4])
def test_sharing_does_not_mind_the_law_of_the_sizes(vcpus: int, cv2: float) -> None:
    """A class takes its size over 1 - rho on one vCPU: for any law, and for each class."""
    given_ = {"vcpus": vcpus, "load": 0.6, "report_ratio": 20.0, "page_cv2": cv2, **LONG}
    page = row(SHARED, PAGE, report_cv2=1.0, **given_)
    report = row(SHARED, REPORT, report_cv2=1.0, **given_)
    stretch = 2.5 if vcpus == 1 else 1.0 + erlang.mean_wait(2.4, 4)
    assert page[EXACT] == report[EXACT] == 1.0
    assert page[EXPECTED] == pytest.approx(20.0 * stretch, rel=1e-9)
    assert page[MEAN] / page[SIZE] == pytest.approx(stretch, rel=0.03)
    assert report[MEAN] / report[SIZE] == pytest.approx(stretch, rel=0.05)


def test_first_come_is_the_formula_of_pollaczek_and_khinchine() -> None:
    for cv2 in (0.0, 1.0):
        given_ = {"vcpus": 1, "load": 0.6, "report_ratio": 20.0, "page_cv2": cv2,
                  "report_cv2": 1.0, **LONG}  # fmt: skip
        # Rate times the mean square over twice the idle share, written out.
        pages, reports = 0.6 * 0.7 / 20.0, 0.6 * 0.3 / 400.0
        wait = (pages * 400.0 * (1.0 + cv2) + reports * 320_000.0) / (2.0 * 0.4)
        for which in (PAGE, REPORT):
            found = row(FIRST_COME, which, **given_)
            assert found[EXACT] == 1.0
            assert found[EXPECTED] == pytest.approx(wait + (20.0, 400.0)[which], rel=1e-9)
            assert found[WAIT] == pytest.approx(wait, rel=0.06)


def test_equal_exponential_sizes_are_erlangs() -> None:
    expected = 20.0 * (1.0 + erlang.mean_wait(2.8, 4))
    found = table(report_ratio=1.0, **LONG)
    for policy in (FIRST_COME, LIMITED, SHARED):
        for which in (PAGE, REPORT):
            own = found[2 * policy + which]
            assert own[EXPECTED] == pytest.approx(expected, rel=1e-9)
            assert own[MEAN] == pytest.approx(expected, rel=0.02)
    assert found[2 * FIRST_COME, EXACT] == 1.0


def test_a_vcpu_for_reports() -> None:
    """Two queues that know nothing of each other: M/M/3 for pages and M/M/1 for reports."""
    given_ = {"load": 0.6, "report_share": 0.2, "report_ratio": 20.0, **LONG}
    pages, reports = row(SEPARATE, PAGE, **given_), row(SEPARATE, REPORT, **given_)
    assert pages[EXACT] == reports[EXACT] == 1.0
    assert pages[EXPECTED] == pytest.approx(20.0 * (1.0 + erlang.mean_wait(1.92, 3)), rel=1e-9)
    assert reports[EXPECTED] == pytest.approx(400.0 / (1.0 - 0.48), rel=1e-9)
    assert pages[MEAN] == pytest.approx(pages[EXPECTED], rel=0.02)
    assert reports[MEAN] == pytest.approx(reports[EXPECTED], rel=0.06)


def test_which_parts_keep_up() -> None:
    assert not row(SEPARATE, PAGE, vcpus=1)[POSSIBLE]
    assert not row(SEPARATE, PAGE, report_share=0.4)[POSSIBLE]  # 1.12 vCPUs of reports
    assert not row(SEPARATE, PAGE, load=0.9, report_share=0.1)[POSSIBLE]  # 3.24 of pages
    assert row(SEPARATE, PAGE, load=0.9, report_share=0.2)[POSSIBLE]


def test_a_limit_is_between_the_two() -> None:
    given_ = {"vcpus": 2, "report_ratio": 20.0, **LONG}
    means = [row(LIMITED, PAGE, limit=limit, **given_)[MEAN] for limit in (1, 2, 4, 16, 10_000)]
    assert means[0] == means[1] == row(FIRST_COME, PAGE, **given_)[MEAN]
    assert means == sorted(means, reverse=True)
    assert means[-1] == row(SHARED, PAGE, **given_)[MEAN]
    assert means[0] > 2.0 * means[-1]


def test_another_seed_is_another_stream() -> None:
    assert (table() == table()).all()
    assert table(seed=2)[0, MEAN] != table()[0, MEAN]
