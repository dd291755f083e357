"""Calls a kernel's WebAssembly module from Python, as ``front_end/worker.js`` does in the page.

Used by the tests and benchmarks that hold WebAssembly against native code. The calling
convention is numba's: a pointer for the result, a pointer for an exception, then the arguments,
an array spread over seven of them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import wasmtime

from scalelab.kernels.jit import Table

# Layout of numba's two-dimensional array structure on wasm32.
RESULT_BYTES = 64
DATA, ROWS, COLUMNS = 24, 32, 40


class WasmKernel:
    """A kernel's module, instantiated once; call it with the kernel's arguments."""

    def __init__(self, path: Path) -> None:
        self._store = wasmtime.Store()
        module = wasmtime.Module.from_file(self._store.engine, str(path))
        self._exports: Any = wasmtime.Instance(self._store, module, []).exports(self._store)

    def __call__(self, *arguments: Any) -> Table:
        self._call("reset")
        result = self._call("allocate", RESULT_BYTES)
        exception = self._call("allocate", 8)
        memory = self._exports["memory"]
        memory.write(self._store, bytes(RESULT_BYTES), result)
        flat: list[Any] = []
        for argument in arguments:
            flat += self._spread(argument) if isinstance(argument, np.ndarray) else [argument]
        status = self._call("run", result, exception, *flat)
        if status:
            raise RuntimeError(f"kernel ended with status {status}")
        structure = memory.read(self._store, result, result + RESULT_BYTES)
        data = int(np.frombuffer(structure, np.uint32, 1, DATA)[0])
        rows, columns = np.frombuffer(structure, np.int64, 2, ROWS)
        values = memory.read(self._store, data, data + int(rows * columns) * 8)
        return np.frombuffer(values, np.float64).reshape(rows, columns).copy()

    def _call(self, name: str, *arguments: Any) -> int:
        return int(self._exports[name](self._store, *arguments) or 0)

    def _spread(self, array: np.ndarray) -> Sequence[int]:
        pointer = self._call("allocate", max(array.nbytes, 8))
        self._exports["memory"].write(self._store, array.tobytes(), pointer)
        return [0, 0, array.size, array.itemsize, pointer, array.size, array.itemsize]
