"""The one place where the numba options of every kernel are decided.

A *kernel* takes plain numbers and one-dimensional arrays and returns a two-dimensional
``float64`` table. Its annotations are its binary interface: the WebAssembly compiler reads the
argument types from them, so a kernel declares its signature exactly once.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
Table = NDArray[np.float64]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile ``function`` the way all kernels are compiled.

    ``error_model="numpy"``: a division by zero gives inf or nan as in the browser, not a Python
    exception. No ``fastmath``: additions stay in program order, so native code and WebAssembly
    give the same bits. ``cache=True``: compiled once per machine.
    """
    return njit(cache=True, error_model="numpy", nogil=True)(function)  # type: ignore[no-any-return]
