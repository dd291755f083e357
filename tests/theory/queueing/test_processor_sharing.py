"""The closed forms against each other and limits."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.kernels.queueing.erlang import mean_wait
from scalelab.theory.queueing.processor_sharing import (
    first_come_wait,
    limited,
    numbers,
    stretch,
)

loads = st.floats(0.01, 0.95)
variations = st.floats(0.0, 50.0)


@given(loads, st.integers(1, 30))
def test_numbers_are_a_law_whose_mean_is_littles(rho: float, processors: int) -> None:
    law = list(islice(numbers(rho, processors), 1500))
    assert sum(law) == pytest.approx(1.0)
    mean = sum(n * p for n, p in enumerate(law))
    assert mean == pytest.approx(rho * processors * stretch(rho, processors))


@given(loads)
def test_one_processor_is_geometric(rho: float) -> None:
    assert stretch(rho) == pytest.approx(1.0 / (1.0 - rho))
    for n, p in enumerate(islice(numbers(rho), 20)):
        assert p == pytest.approx((1.0 - rho) * rho**n)


@given(loads, st.integers(1, 50))
def test_stretch_is_that_of_erlang(rho: float, processors: int) -> None:
    wait = mean_wait(rho * processors, 1.0, processors)
    assert stretch(rho, processors) == pytest.approx(1.0 + wait)
    assert stretch(rho, processors + 1) <= stretch(rho, processors) + 1e-12


@given(loads, variations, st.floats(0.01, 100.0))
def test_limited_has_both_ends(rho: float, cv2: float, size: float) -> None:
    assert limited(rho, 1.0, cv2, 1, size) == pytest.approx(first_come_wait(rho, 1.0, cv2) + size)
    assert limited(rho, 1.0, cv2, 100_000, size) == pytest.approx(size * stretch(rho))


@given(loads, st.integers(1, 20))
def test_a_limit_changes_no_mean_of_exponential_sizes(rho: float, limit: int) -> None:
    assert limited(rho, 1.0, 1.0, limit, 1.0) == pytest.approx(stretch(rho))


@given(loads, variations, st.integers(1, 20))
def test_higher_limits_are_nearer_to_sharing(rho: float, cv2: float, limit: int) -> None:
    """Over all sizes: down where they vary more than exponential ones, up where less."""
    here, next_one = (limited(rho, 1.0, cv2, k, 1.0) for k in (limit, limit + 1))
    assert (next_one - here) * (1.0 - cv2) >= -1e-9


def test_first_come_is_better_for_equal_sizes_by_less_than_half() -> None:
    for rho in (0.1, 0.5, 0.9, 0.999):
        ratio = limited(rho, 1.0, 0.0, 1, 1.0) / stretch(rho)
        assert ratio == pytest.approx(1.0 - rho / 2.0)


def test_pollaczek_and_khinchine() -> None:
    """Textbook values: utilisation, cv2, wait over mean size."""
    for rho, cv2, wait in (
        (0.5, 0.0, 0.5), (0.8, 0.5, 3.0), (0.9, 1.0, 9.0), (0.95, 4.0, 47.5), (0.7, 25.0, 30.3333),
    ):  # fmt: skip
        assert first_come_wait(rho, 1.0, cv2) == pytest.approx(wait, abs=5e-5)
