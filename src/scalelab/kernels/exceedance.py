"""How many of what is simulated take longer than each of some times, without keeping them."""

from scalelab.kernels.jit import Floats, step


@step
def count_later(times: Floats, lag: float, counted: Floats) -> None:
    """Counts ``lag`` at the last of ``times`` that is before it; they ascend."""
    low, high = 0, times.size
    while low < high:
        middle = (low + high) // 2
        if times[middle] < lag:
            low = middle + 1
        else:
            high = middle
    if low > 0:
        counted[low - 1] += 1.0


@step
def add_up(counted: Floats) -> None:
    """Makes of what `count_later` counted how many were later than each time."""
    for j in range(counted.size - 2, -1, -1):
        counted[j] += counted[j + 1]
