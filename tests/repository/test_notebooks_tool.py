"""`tools/notebooks.py` stores a notebook the same way every time, and never a broken one."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import v4

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "notebooks.py"
PIECES = """
import time
for i in range(3):
    print("piece", i, flush=True)
    time.sleep(0.05)
"""
WIDGET = """
class Shown:
    def _repr_mimebundle_(self, **_):
        view = {"version_major": 2, "version_minor": 0, "model_id": __import__("uuid").uuid4().hex}
        return {"application/vnd.jupyter.widget-view+json": view, "text/plain": "a widget"}
Shown()
"""


def written(path: Path, *sources: str) -> Path:
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00.000000Z"}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.2"}
    nbformat.write(notebook, path)
    return path


def run(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOL), *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_what_changes_from_run_to_run_is_left_out(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.ipynb",
        PIECES,
        WIDGET,
    )
    first = run(path)
    assert first.returncode == 0, first.stderr
    assert "stored" in first.stdout
    text = path.read_text()
    second = run(path)
    assert "unchanged" in second.stdout
    assert path.read_text() == text

    notebook = nbformat.reads(text, as_version=4)
    assert [cell.execution_count for cell in notebook.cells] == [1, 2]
    assert [output.text for output in notebook.cells[0].outputs] == ["piece 0\npiece 1\npiece 2\n"]
    assert notebook.cells[1].outputs[0].data == {"text/plain": "a widget"}
    assert notebook.metadata.language_info == {"name": "python"}
    assert not {"model_id", "execution", "widgets"} & set(json.dumps(notebook).split('"'))


def test_a_failing_notebook_stays_as_it_was_and_the_others_are_run(tmp_path: Path) -> None:
    broken = written(tmp_path / "broken.ipynb", "1 / 0")
    before = broken.read_bytes()
    sound = written(tmp_path / "sound.ipynb", "6 * 7")
    done = run(broken, sound)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout
    assert broken.read_bytes() == before
    assert nbformat.read(sound, as_version=4).cells[0].outputs[0].data["text/plain"] == "42"
