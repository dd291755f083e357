"""The closed forms against each other, against exact moments, and where the answer is known."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.queueing import erlang
from scalelab.theory.single_server import sharing
from scalelab.theory.single_server.sharing import (
    Class,
    classes,
    first_come_wait,
    indifferent_size,
    mixture,
    report_shares,
    separate,
    shared_response,
)

loads = st.floats(0.05, 0.95)
shares = st.floats(0.01, 0.99)
ratios = st.floats(1.0, 1000.0)


@given(loads, shares, ratios, st.floats(0.0, 9.0), st.floats(0.0, 9.0))
def test_the_classes_bring_the_load_that_was_asked_for(
    load: float, share: float, ratio: float, page_cv2: float, report_cv2: float
) -> None:
    page, report = classes(load, share, 20.0, ratio, page_cv2, report_cv2)
    assert page.load + report.load == pytest.approx(load)
    assert report.load == pytest.approx(load * share)
    assert report.mean == pytest.approx(20.0 * ratio)
    both = mixture(page, report)
    assert both.load == pytest.approx(load)
    assert both.cv2 >= min(page_cv2, report_cv2) - 1e-9


def test_moments_of_a_mixture_against_drawing() -> None:
    page, report = classes(0.7, 0.3, 20.0, 10.0, 0.0, 1.0)
    both = mixture(page, report)
    chance = np.random.default_rng(1)
    is_report = chance.random(1_000_000) < report.rate / both.rate
    sizes = np.where(is_report, chance.exponential(200.0, is_report.size), 20.0)
    assert both.mean == pytest.approx(sizes.mean(), rel=0.01)
    assert both.cv2 == pytest.approx(sizes.var() / sizes.mean() ** 2, rel=0.03)


@given(loads, shares, ratios)
def test_sharing_and_waiting_are_the_same_for_one_size(
    load: float, share: float, ratio: float
) -> None:
    both = mixture(*classes(load, share, 20.0, ratio, 1.0, 1.0))
    size = indifferent_size(both)
    wait = first_come_wait(both, 1)
    assert shared_response(size, load, 1) == pytest.approx(size + wait, rel=1e-9)
    assert shared_response(0.9 * size, load, 1) < 0.9 * size + wait
    assert shared_response(1.1 * size, load, 1) > 1.1 * size + wait


@given(loads, st.integers(1, 16))
def test_equal_exponential_sizes_are_erlangs(rho: float, vcpus: int) -> None:
    load = rho * vcpus
    both = mixture(*classes(load, 0.4, 20.0, 1.0, 1.0, 1.0))
    expected = 20.0 * (1.0 + erlang.mean_wait(load, vcpus))
    assert 20.0 + first_come_wait(both, vcpus) == pytest.approx(expected, rel=1e-9)
    assert shared_response(20.0, load, vcpus) == pytest.approx(expected, rel=1e-9)


def test_separate_where_it_is_known() -> None:
    # Both sides are M/M/1 at a half.
    page, report = Class(0.5, 1.0, 1.0), Class(0.05, 10.0, 1.0)
    assert separate(page, report, 2) == pytest.approx((2.0, 20.0))
    assert separate(page, Class(0.2, 10.0, 1.0), 2) == (pytest.approx(2.0), math.inf)
    assert separate(Class(1.0, 1.0, 1.0), report, 2) == (math.inf, pytest.approx(20.0))
    # A constant size waits half as long.
    assert separate(Class(0.5, 1.0, 0.0), report, 2)[0] == pytest.approx(1.5)


@given(st.floats(0.1, 7.9), st.integers(2, 8), shares)
def test_which_shares_keep_up(load: float, vcpus: int, share: float) -> None:
    if load >= vcpus or min(abs(share - end) for end in report_shares(load, vcpus)) < 1e-9:
        return
    low, high = report_shares(load, vcpus)
    keeps_up = low < share < high
    assert all(map(math.isfinite, separate(*classes(load, share, 1.0, 9.0, 1.0, 1.0), vcpus))) == (
        keeps_up
    )


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(sharing).failed == 0
