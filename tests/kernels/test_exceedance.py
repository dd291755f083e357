import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scalelab.kernels.exceedance import add_up, count_later

TIMES = st.lists(st.floats(0.0, 100.0), min_size=1, max_size=12).map(sorted)
# Some of them are equal to a time, and not later than it.
LAGS = st.lists(st.one_of(st.floats(0.0, 120.0), st.integers(0, 11)), max_size=30)


@given(TIMES, LAGS)
def test_as_many_as_are_later(times: list[float], lags: list[float | int]) -> None:
    at = np.array(times)
    taken = np.array([at[lag % at.size] if isinstance(lag, int) else lag for lag in lags])
    counted = np.zeros(at.size)
    for lag in taken:
        count_later(at, lag, counted)
    add_up(counted)
    assert counted.tolist() == [(taken > time).sum() for time in at]
