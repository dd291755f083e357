"""The workbook's notebooks: in step, solvable, and graded as an instructor would grade them.

Everything that has to do with the checks themselves is in ``tests/workbook``.
"""

import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))

READ_GRADES = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook(sys.argv[1]) as book:
    print(json.dumps({
        student: {
            grade.name: [grade.auto_score, grade.max_score, grade.needs_manual_grade]
            for grade in book.find_submission(sys.argv[2], student).notebooks[0].grades
        }
        for student in ("solved", "unsolved")
    }))
"""


def test_every_original_has_a_copy_and_no_copy_is_left_over() -> None:
    copies = {path.name for path in (ROOT / "labs").glob("*.ipynb")}
    assert SOLUTIONS
    assert copies == {path.name for path in SOLUTIONS}


@pytest.mark.parametrize("original", SOLUTIONS, ids=lambda path: path.stem)
def test_students_copy_is_what_nbgrader_makes_of_the_original(original: Path) -> None:
    with warnings.catch_warnings():
        # nbgrader's own imports and settings warn on newer traitlets and SQLAlchemy.
        warnings.simplefilter("ignore")
        from scalelab.workbook.generate import student_copy

        made = student_copy(original)
    committed = (ROOT / "labs" / original.name).read_text()
    assert made == committed, "run: python -m scalelab.workbook.generate"


@pytest.mark.parametrize("original", SOLUTIONS, ids=lambda path: path.stem)
def test_students_copy_gives_no_answer_away_and_was_never_run(original: Path) -> None:
    text = (ROOT / "labs" / original.name).read_text()
    assert "SOLUTION" not in text
    for cell in nbformat.reads(text, 4).cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None


@pytest.mark.parametrize("original", SOLUTIONS, ids=lambda path: path.stem)
def test_original_is_committed_as_run_from_top_to_bottom(original: Path) -> None:
    notebook = nbformat.read(original, 4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert "widgets" not in notebook.metadata
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if "widget-view" in json.dumps(output)]


@pytest.mark.parametrize("original", SOLUTIONS, ids=lambda path: path.stem)
def test_nbgrader_gives_the_solution_full_marks_and_the_unsolved_copy_none(
    original: Path, tmp_path: Path
) -> None:
    name = original.stem
    for part in (f"source/{name}", f"submitted/solved/{name}", f"submitted/unsolved/{name}"):
        (tmp_path / part).mkdir(parents=True)
    shutil.copy(original, tmp_path / "source" / name)
    shutil.copy(original, tmp_path / "submitted" / "solved" / name)
    shutil.copy(ROOT / "labs" / original.name, tmp_path / "submitted" / "unsolved" / name)
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.ExecutePreprocessor.timeout = 300\n"
    )
    # As an instructor does it: by command, in processes of its own, where nbgrader's own
    # warnings are its own affair. It looks for its database tool (alembic) on the path.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    run("-m", "nbgrader", "generate_assignment", name)
    run("-m", "nbgrader", "autograde", name)
    grades = json.loads(run("-c", READ_GRADES, f"sqlite:///{tmp_path}/gradebook.db", name))

    for cell, (score, possible, by_hand) in grades["solved"].items():
        if by_hand:
            assert score is None, cell
        else:
            assert score == possible, cell
    assert sum(possible for _, possible, by_hand in grades["solved"].values() if not by_hand) > 0
    assert [score for score, _, _ in grades["unsolved"].values()] == [0] * len(grades["unsolved"])
