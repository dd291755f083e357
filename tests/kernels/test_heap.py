"""The heap against Python's own."""

import heapq

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.kernels.heap import pop, push, replace


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=80))
def test_the_earliest_is_on_top(steps: list[float | None]) -> None:
    """A number goes in, None takes the earliest out."""
    times, items = np.empty(80), np.empty(80, np.int64)
    expected: list[float] = []
    put = {}
    size = 0
    for item, time in enumerate(steps):
        if time is not None:
            push(times, items, size, time, item)
            heapq.heappush(expected, time)
            put[item] = time
            size += 1
        elif size:
            # Each thing comes out once, and with its own time.
            assert put.pop(int(items[0])) == times[0] == heapq.heappop(expected)
            pop(times, items, size)
            size -= 1
        assert size == len(expected) == len(put)
        assert sorted(times[:size]) == sorted(expected)
        assert size == 0 or times[0] == expected[0]


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.floats(0, 1e6))
def test_replacing_is_taking_out_and_putting_in(start: list[float], time: float) -> None:
    times = np.array(start)
    expected = list(start)
    heapq.heapify(expected)
    times[:] = expected
    replace(times, time)
    assert heapq.heapreplace(expected, time) == min(start)
    assert sorted(times) == sorted(expected)
    assert times[0] == expected[0]
