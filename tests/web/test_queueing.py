"""The library of queues in the page: WebAssembly gives what native code gives, bit for bit.

Labs that simulate a queue are tested with their own kernels; here is one kernel for each queue.
"""

import sys
from pathlib import Path

import numpy as np
import pytest

from scalelab.web.wasm import compile_kernels
from scalelab.web.wasm_host import WasmKernel

# Any law that a queue can be given is drawn from in one of them.
KERNELS = """
import numpy as np

from scalelab.kernels.jit import Table, kernel
from scalelab.kernels.queueing import abandonment, fcfs, finite_buffer, priority
from scalelab.kernels.queueing.law import law, lognormal, pareto


@kernel
def patient(rate: float, cv2: float, stays: float, servers: int, places: int, seed: int) -> Table:
    arrival, patience = law(1.0 / rate, cv2), pareto(stays, 1.5, 50.0 * stays)
    service = lognormal(1.0, 2.0)
    return abandonment.simulate(arrival, service, patience, servers, places, 100, 4, 2000, seed)


@kernel
def limited(rate: float, cv2: float, stays: float, servers: int, places: int, seed: int) -> Table:
    arrival, service = law(1.0 / rate, 1.0), law(1.0, cv2)
    room = max(servers, places)
    return finite_buffer.simulate(arrival, service, servers, room, stays, 100, 4, 2000, seed)


@kernel
def urgent(rate: float, cv2: float, stays: float, servers: int, places: int, seed: int) -> Table:
    rates, laws = np.array([0.3 * rate, 0.2 * rate]), (law(1.0, cv2), law(2.0, 1.0))
    return priority.simulate(rates, laws, servers, places == 0, 100, 4, 2000, seed)


@kernel
def ordered(rate: float, cv2: float, stays: float, servers: int, places: int, seed: int) -> Table:
    many = servers if places else fcfs.SORTED_MOST + servers
    counts = np.zeros(fcfs.BINS)
    arrival, service = law(1.0 / (rate * many), cv2), law(0.5, 1.0)
    sums = fcfs.simulate(arrival, service, many, 100, 2, 300, 0.5, seed, counts)
    for i in range(sums.shape[0]):
        sums[i, 0] = counts[i * 100]
    return sums
"""
NAMES = ("patient", "limited", "urgent", "ordered")
SETTINGS = (
    (0.8, 4.0, 2.0, 1, 0, 1), (3.0, 0.3, 1.0, 2, 5, 2), (5.0, 0.0, 0.1, 2, 0, 3),
    (5.0, 1.0, 30.0, 3, 3, 4),
)  # fmt: skip


def test_as_native(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "queues_in_the_page.py").write_text(KERNELS)
    monkeypatch.syspath_prepend(tmp_path)
    # The compiler is a process of its own.
    monkeypatch.setenv("PYTHONPATH", ":".join([str(tmp_path), *sys.path]))
    import queues_in_the_page as native  # type: ignore[import-not-found]

    made = compile_kernels([f"queues_in_the_page:{name}" for name in NAMES], tmp_path / "wasm")
    for name in NAMES:
        module = WasmKernel(made[f"queues_in_the_page:{name}"])
        for settings in SETTINGS:
            table = getattr(native, name)(*settings)
            assert np.isfinite(table).all()
            np.testing.assert_array_equal(module(*settings), table, f"{name} {settings}")
