"""Products and inverses against numpy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.kernels.matrix import inverse, product


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 20), st.integers(0, 1000))
def test_products_of_any_shape(rows: int, inner: int, columns: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    left, right = chance.normal(size=(rows, inner)), chance.normal(size=(inner, columns))
    left[chance.random((rows, inner)) < 0.3] = 0.0
    np.testing.assert_allclose(product(left, right), left @ right, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.floats(1e-6, 1.0), st.integers(0, 1000))
def test_an_inverse_of_what_its_diagonal_dominates(n: int, more: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    matrix = -chance.random((n, n)) * (chance.random((n, n)) < 0.5)
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, more - matrix.sum(axis=1))
    found = inverse(matrix.copy())
    np.testing.assert_allclose(found, np.linalg.inv(matrix), rtol=1e-7, atol=1e-12)
    # Each row of the matrix adds up to `more`: so do the inverse's rows, to one in its parts.
    assert found.sum(axis=1) == pytest.approx(1.0 / more, rel=1e-7)


def test_it_is_done_in_place() -> None:
    matrix = np.array([[2.0, 0.0], [-1.0, 4.0]])
    assert inverse(matrix) is matrix
    np.testing.assert_allclose(matrix, [[0.5, 0.0], [0.125, 0.25]])
