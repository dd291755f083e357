"""One loop that puts a stream of keys through any policy."""

from collections.abc import Callable
from typing import Any

from scalelab.kernels.jit import Ints, inlined


@inlined
def replay(access: Callable[[Any, int], bool], state: Any, keys: Ints) -> int:
    """Misses among ``keys``. ``state`` changes, so that a long trace can come in blocks."""
    misses = 0
    for key in keys:
        if not access(state, key):
            misses += 1
    return misses
