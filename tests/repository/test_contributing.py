"""The worked example of CONTRIBUTING.md is run as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()

# In a process of its own, so that it imports the copy of the package with the example in it.
DRIVER = """
import ast, sys
from pathlib import Path
import numpy as np
import scalelab
from scalelab.labs.published import published
from scalelab.web.sphinx import kernel_address
from scalelab.web.wasm import compile_kernels
from scalelab.web.wasm_host import WasmKernel

assert Path(scalelab.__file__).is_relative_to(sys.argv[1]), scalelab.__file__
lab = published()["availability/replicas"]
native = lab.table()
down = 365.25 * 24 * 60 * 0.01 ** np.arange(1, 5)
np.testing.assert_allclose(native, np.column_stack([np.arange(1, 5), down]), rtol=1e-12)

address = kernel_address(lab)
module = WasmKernel(compile_kernels([address], Path(sys.argv[1]) / "wasm")[address])
for control in lab.controls:
    for value in control.values:
        settings = lab.settled({control.name: value})
        np.testing.assert_array_equal(lab.call(settings, kernel=module), lab.call(settings))

cell = ast.parse(Path(sys.argv[2]).read_text())
shown = cell.body.pop()
names = {}
exec(compile(cell, "cell", "exec"), names)
bundle = eval(compile(ast.Expression(shown.value), "cell", "eval"), names)._repr_mimebundle_()
assert 'data-lab="availability/replicas"' in bundle["text/html"]
assert bundle["text/plain"].endswith("down 52.6 minutes a year."), bundle["text/plain"]
print("the example works")
"""


@pytest.fixture(scope="module")
def blocks() -> list[str]:
    found = re.findall(r"^```python\n(.*?)^```", TEXT, re.M | re.S)
    assert len(found) == 3, "a kernel, a lab and a cell"
    return found


@pytest.fixture(scope="module")
def package(blocks: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with the example's files where the text says they go."""
    source = tmp_path_factory.mktemp("source")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "scalelab", source / "scalelab", ignore=ignored)
    named = re.findall(r"`src/(scalelab/\S+\.py)`", TEXT)
    assert len(named) == 2
    for name, block in zip(named, blocks[:2], strict=True):
        path = source / name
        path.parent.mkdir()
        (path.parent / "__init__.py").touch()
        path.write_text(block)
    return source


def test_example_runs_natively_in_webassembly_and_in_a_cell(
    package: Path, blocks: list[str], tmp_path: Path
) -> None:
    cell = tmp_path / "cell.py"
    cell.write_text(blocks[2])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRIVER, str(package), str(cell)],
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout == "the example works\n"


def test_example_keeps_to_the_style(package: Path) -> None:
    command = ["ruff", "check", "--config", str(ROOT / "pyproject.toml")]
    paths = [str(package / "scalelab" / layer / "availability") for layer in ("kernels", "labs")]
    done = subprocess.run(
        [sys.executable, "-m", *command, *paths], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
