"""Every lab's WebAssembly gives the same table as the native kernel, bit for bit.

The tolerance is zero: logarithm, exponential and power are compiled into the kernel, so no
platform's C library takes part. Not-a-number and infinity are failures, not values.
"""

from pathlib import Path

import numpy as np
import pytest
from tests.web.spread import spread

from scalelab.models import access_log
from scalelab.models.zipf import requests
from scalelab.samples import shop
from scalelab.web import wasm
from scalelab.web.lab import Lab, OwnValues
from scalelab.web.sphinx import MODULES, kernel_address, published
from scalelab.web.wasm import compile_kernels
from scalelab.web.wasm_host import WasmKernel

ROOT = Path(__file__).resolve().parents[2]
LABS = {name: lab for name, lab in published().items() if isinstance(lab, Lab)}


@pytest.fixture(scope="session")
def modules(request: pytest.FixtureRequest) -> dict[str, Path]:
    """Those of the labs that this run tests: a kernel takes seconds to compile.

    The book's builds keep theirs in the same place, by the hash of all that they are made from.
    """
    tested = {
        item.callspec.params.get("name")
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    }
    addresses = sorted({kernel_address(lab) for name, lab in LABS.items() if name in tested})
    return compile_kernels(addresses, ROOT / MODULES)


@pytest.mark.parametrize("name", LABS)
def test_same_table_over_the_controls_ranges(name: str, modules: dict[str, Path]) -> None:
    lab = LABS[name]
    module = WasmKernel(modules[kernel_address(lab)])
    for settings in spread(lab):
        for part in lab.parts(settings):
            native = lab.call(part)
            assert np.isfinite(native).all(), settings
            np.testing.assert_array_equal(lab.call(part, kernel=module), native, str(settings))


TRACES = [requests(5000, 700, 0.9), np.zeros(1, np.int64), np.arange(300)]
MEASUREMENTS = [
    np.array([1.0, 955.0]),
    np.array([[8, 6531], [1, 955], [4, 3549], [2, 1879], [4, 3500]], float),
    np.stack([np.arange(1.0, 1001.0), 20 * np.arange(1.0, 1001.0) ** 0.7], axis=1),
    np.array([[1, 1e-9], [1e9, 1e18], [7.5, 3.0], [1.5, 2.0], [1e5, 1e5]]),
]
HISTORIES = [
    np.array([[20_000.0 + i, 100.0 + i % 7 + 0.1 * i] for i in range(200)]),
    np.array([[20_000.0 + 3 * i, 5.0] for i in range(30)]),
    np.array([[20_000.0, 0.0]]),
    np.array([[0.0, 1e-9], [84_000.0, 1e15]] + [[83_000.0 + i, 1.0 + i % 5] for i in range(999)]),
]
# Out of order, with failures; one; none that counts; all at once.
RESULTS: list[OwnValues] = [
    np.array([[i * 7 % 300 / 1.1, 20.0 + i * i % 977, float(i % 50 > 0)] for i in range(4000)]),
    np.array([[0.0, 12.5, 1.0]]),
    np.array([[0.0, 12.5, 1.0], [1.0, 0.0, 0.0]]),
    np.tile([60.0, 100.0, 1.0], (50, 1)),
]
# A whole day; one request; one second and one client; out of order, long apart, nothing sent.
LOGS: list[OwnValues] = [
    access_log.read(shop.FILE).values,
    np.array([[1.7e9, 0.0, 0.0, 0.0, 0.0, 512.0]]),
    np.tile([1.7e9, 0.0, 0.0, 0.0, 1.0, 0.0], (50, 1)),
    np.array([[1.7e9 + i * i * 37 % 900_000 / 3, i % 7, i % 40, i % 3, i % 11 == 0, 0.0]
              for i in range(2000)]),
    np.array([[0.0, 0.0, 0.0, 0.0, 0.0, 1e15], [7.2e9, 1.0, 1.0, 1.0, 1.0, 0.0]]),
]  # fmt: skip
# By the format that a lab takes: arrays as its parser gives them.
OWN: dict[str, list[OwnValues]] = {
    "trace": TRACES,
    "measurements": MEASUREMENTS,
    "history": HISTORIES,
    "load_test_result": RESULTS,
    "access_log": LOGS,
}


@pytest.mark.parametrize("name", [name for name, lab in LABS.items() if lab.own])
def test_same_table_on_data_of_the_reader_s_own(name: str, modules: dict[str, Path]) -> None:
    lab = LABS[name]
    assert lab.own is not None
    module = WasmKernel(modules[kernel_address(lab)])
    for own in OWN[lab.own.format.name]:
        for part in lab.parts(lab.defaults):
            native = lab.call(part, own)
            assert np.isfinite(native).all()
            np.testing.assert_array_equal(lab.call(part, own, kernel=module), native)


@pytest.mark.parametrize("name", LABS)
def test_modules_import_nothing_and_stay_small(name: str, modules: dict[str, Path]) -> None:
    path = modules[kernel_address(LABS[name])]
    WasmKernel(path)  # instantiated with an empty list of imports
    assert path.stat().st_size < 60_000


def test_a_kernel_that_cannot_be_compiled_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no_such_kernel"):
        compile_kernels(["scalelab.kernels.zipf:no_such_kernel"], tmp_path)


def test_a_module_is_made_again_only_if_what_it_is_made_from_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = "scalelab.kernels.load_balancing.zones:zones"
    sources = wasm._sources(kernel.split(":")[0])
    parts = {str(source.relative_to(ROOT / "src/scalelab/kernels")) for source in sources}
    assert parts == {"jit.py", "load_balancing/zones.py", "queueing/erlang.py"}
    (made,) = compile_kernels([kernel], tmp_path).values()
    made.write_bytes(b"as it was")
    (again,) = compile_kernels([kernel], tmp_path).values()
    assert (again, again.read_bytes()) == (made, b"as it was")
    changed = tmp_path / "erlang.py"
    changed.write_text("# otherwise")
    monkeypatch.setattr(wasm, "_sources", lambda _: {*sources, changed})
    (other,) = compile_kernels([kernel], tmp_path).values()
    assert other != made
    WasmKernel(other)
