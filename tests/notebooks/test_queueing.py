"""The page on the library of queues: complete, and fit to read."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = nbformat.read(ROOT / "book" / "queueing.ipynb", as_version=4)
TEXT = "\n\n".join(cell.source for cell in NOTEBOOK.cells)
CODE = [cell for cell in NOTEBOOK.cells if cell.cell_type == "code"]


@pytest.mark.parametrize(
    "module",
    sorted(
        path.stem
        for path in (ROOT / "src/scalelab/models/queueing").glob("*.py")
        if path.stem not in ("__init__", "estimate")
    ),
)
def test_every_model_is_on_the_page(module: str) -> None:
    imported = (f"scalelab.models.queueing.{module} ", f"queueing import {module}")
    assert any(one in TEXT for one in imported)


def test_cells_are_short() -> None:
    for cell in CODE:
        lines = cell.source.splitlines()
        assert len(lines) <= 15, cell.source
        assert max(map(len, lines)) <= 80, cell.source


def test_it_was_run_from_top_to_bottom() -> None:
    assert [cell.execution_count for cell in CODE] == list(range(1, len(CODE) + 1))
    assert all(cell.outputs for cell in CODE)


@pytest.mark.parametrize("page", ["validation.md", "notation.md", "../chapters/workload.ipynb"])
def test_it_leads_on(page: str) -> None:
    assert f"]({page})" in TEXT
    assert (ROOT / "book" / page).exists()
