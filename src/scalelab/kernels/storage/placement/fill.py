"""One loop that places many keys, whatever places them."""

from collections.abc import Callable
from typing import Any

from scalelab.kernels.jit import Ints, inlined


@inlined
def fill(place: Callable[[Any, int], int], state: Any, keys: Ints, out: Ints) -> None:
    """The shard of each of ``keys``, into ``out``."""
    for i in range(keys.size):
        out[i] = place(state, keys[i])
