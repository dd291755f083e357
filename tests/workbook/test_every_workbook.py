"""Every workbook: the worked answers pass its checks, the stubs fail, and each of the listed wrong
answers (``wrong/NAME.py``) fails with the hint that is meant for it.
"""

import ast
import importlib
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from scalelab.workbook.hint import NotYet

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.stem for path in (ROOT / "solutions").glob("*.ipynb"))


@cache
def cells(folder: str, name: str) -> dict[str, str]:
    """The code of a notebook, by the cells' names."""
    notebook = nbformat.read(ROOT / folder / f"{name}.ipynb", 4)
    return {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "code"}


def tasks(name: str) -> list[str]:
    return [cell for cell in cells("solutions", name) if re.fullmatch(r"task-\d+", cell)]


def imports(name: str) -> str:
    """An answer needs no more of its notebook than this."""
    body = ast.parse(cells("solutions", name)["setup"]).body
    return "\n".join(
        ast.unparse(one) for one in body if isinstance(one, ast.Import | ast.ImportFrom)
    )


def check(name: str, task: str) -> str:
    """The call of the check, without what the cell prints after it."""
    first = ast.parse(cells("solutions", name)[f"{task}-check"]).body[0]
    call = ast.unparse(first)
    assert call.startswith(f"check.{task.replace('-', '_')}(")
    return call


def wrong_answers(name: str) -> list[tuple[str, Callable[..., None], tuple[Any, ...], str]]:
    listed: list[Any] = importlib.import_module(f"tests.workbook.wrong.{name}").WRONG
    return listed


every_task = pytest.mark.parametrize(
    ("name", "task"), [(name, task) for name in NAMES for task in tasks(name)]
)


@every_task
def test_the_worked_answer_passes(name: str, task: str, capsys: pytest.CaptureFixture[str]) -> None:
    space: dict[str, Any] = {}
    exec(f"{imports(name)}\n{cells('solutions', name)[task]}", space)
    exec(check(name, task), space)
    assert capsys.readouterr().out.startswith("Right")


@every_task
def test_the_empty_stub_fails_with_a_hint(name: str, task: str) -> None:
    stub = cells("labs", name)[task]
    space: dict[str, Any] = {}
    try:
        exec(f"{imports(name)}\n{stub}", space)
    except NotImplementedError:
        assert "def " not in stub  # it stands outside a function
    with pytest.raises(NotYet, match=r"still None|not written yet"):
        exec(check(name, task), space)


@pytest.mark.parametrize(
    ("task", "arguments", "hint"),
    [
        pytest.param(*case[1:], id=f"{name}, {case[1].__name__}: {case[0]}")
        for name in NAMES
        for case in wrong_answers(name)
    ],
)
def test_a_wrong_answer_gets_its_own_hint(
    task: Callable[..., None], arguments: tuple[Any, ...], hint: str
) -> None:
    with pytest.raises(NotYet, match=hint):
        task(*arguments)


@pytest.mark.parametrize("name", NAMES)
def test_wrong_answers_are_listed_for_every_task(name: str) -> None:
    listed = Counter(task.__name__ for _, task, _, _ in wrong_answers(name))
    assert {task.replace("-", "_") for task in tasks(name)} == set(listed)
    assert min(listed.values()) >= 3
