"""Every chapter is complete, and what its prose says is what its cells print."""

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from tests.notebooks.expected import CHAPTERS

from scalelab.labs.published import published
from scalelab.web.lab import Lab
from scalelab.web.quiz import Quiz

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
SHOWN_LABS = [
    f"{name}/{lab}" for name in NAMES if name in CHAPTERS for lab in CHAPTERS[name].models
]
# What every chapter ends with, in this order.
ENDING = ("The model", "Check yourself", "In practice", "Summary", "Further reading")
NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip

every_chapter = pytest.mark.parametrize("name", NAMES)
every_lab = pytest.mark.parametrize("lab", SHOWN_LABS)


@cache
def notebook(name: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "chapters" / f"{name}.ipynb", as_version=4)


def prose(name: str) -> str:
    cells = notebook(name).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def code(name: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook(name).cells if cell.cell_type == "code"]


def html(name: str) -> list[str]:
    """What the cells show on the page."""
    outputs = [output for cell in code(name) for output in cell.outputs if "data" in output]
    return ["".join(output.data.get("text/html", "")) for output in outputs]


def quiz_of(name: str) -> Quiz:
    quiz = published()[f"{name}/quiz"]
    assert isinstance(quiz, Quiz)
    return quiz


def printed(cell: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_each_chapter_has_an_entry_in_the_table() -> None:
    assert set(CHAPTERS) == set(NAMES)


@every_chapter
def test_headings_are_there_in_order(name: str) -> None:
    wanted = (*CHAPTERS[name].headings, *ENDING)
    found = re.findall(r"^#{1,2} (.+)$", prose(name), re.M)
    assert found[0] == CHAPTERS[name].title
    assert [heading for heading in found if heading in wanted] == list(wanted)


@every_chapter
def test_the_welcome_page_leads_to_it_and_says_how_long_it_takes(name: str) -> None:
    (minutes,) = re.findall(r"^\*About (\d+) minutes, labs included\.", prose(name), re.M)
    welcome = nbformat.read(ROOT / "book" / "welcome.ipynb", as_version=4)
    said = " ".join(cell.source for cell in welcome.cells)
    labs = NUMBERS[len(CHAPTERS[name].models)]
    wanted = (
        f"](../chapters/{name}.ipynb). About {minutes} minutes with its {labs} labs and a quiz."
    )
    assert wanted in said


@every_chapter
def test_everything_named_is_taught(name: str) -> None:
    said = " ".join(prose(name).lower().split())
    assert [idea for idea in CHAPTERS[name].taught if idea.lower() not in said] == []


@every_chapter
def test_its_labs_are_those_of_its_topic(name: str) -> None:
    of_topic = {
        lab.name
        for lab in published().values()
        if isinstance(lab, Lab) and lab.name.startswith(f"{name}/")
    }
    assert of_topic == {f"{name}/{lab}" for lab in CHAPTERS[name].models}


@every_lab
def test_every_lab_is_shown(lab: str) -> None:
    """As a live figure, so that the page has something to take over."""
    name = lab.split("/")[0]
    assert any(f'data-lab="{lab}"' in one for one in html(name))


@every_chapter
def test_it_says_of_every_model_what_it_leaves_out(name: str) -> None:
    section = prose(name).split("### What the models leave out")[1].split("\n#")[0]
    for model in CHAPTERS[name].models.values():
        assert f"\n*{model}.* " in section, model


@every_lab
def test_the_text_after_a_lab_quotes_what_the_lab_shows(lab: str) -> None:
    """A cell below the lab prints its numbers, and the text below that cell quotes some in bold."""
    cells = notebook(lab.split("/")[0]).cells
    at = next(i for i, c in enumerate(cells) if f'data-lab="{lab}"' in str(c))
    computed = [i for i in range(at + 1, at + 4) if "lab.table(" in cells[i].source]
    assert computed, "no cell runs the lab"
    assert re.search(r"\*\*\d", cells[computed[0] + 1].source)


@every_chapter
@pytest.mark.parametrize("page", ["../book/validation.md", "../book/how-to-use.md#the-workbook"])
def test_it_leads_on(name: str, page: str) -> None:
    assert f"]({page})" in prose(name)
    path, _, heading = page.removeprefix("../").partition("#")
    text = (ROOT / path).read_text()
    anchors = {re.sub(r"[^a-z -]", "", line.lower()).strip().replace(" ", "-")
               for line in text.splitlines() if line.startswith("#")}  # fmt: skip
    assert not heading or heading in anchors


@every_chapter
def test_the_quiz_is_shown_as_it_is_defined(name: str) -> None:
    assert quiz_of(name).html() in html(name)


@every_chapter
def test_the_quiz_has_three_to_five_questions_with_feedback_on_each_answer(name: str) -> None:
    questions = quiz_of(name).questions
    assert 3 <= len(questions) <= 5
    for question in questions:
        assert sum(option.right for option in question.options) == 1
        assert len({option.feedback for option in question.options}) == len(question.options)


@every_chapter
def test_the_right_answer_is_not_always_in_the_same_place(name: str) -> None:
    questions = quiz_of(name).questions
    places = {[o.right for o in question.options].index(True) for question in questions}
    assert len(places) > 1


@every_chapter
def test_bold_numbers_are_printed_by_the_cells_above(name: str) -> None:
    """A number in bold is one that the page computes; the nearest cells above must print it."""
    outputs: list[str] = []
    quoted = 0
    for cell in notebook(name).cells:
        if cell.cell_type == "code":
            outputs.append(printed(cell))
            continue
        for number in re.findall(r"\*\*(\d[\d,.]*(?:e-\d+)?%?)\*\*", cell.source):
            quoted += 1
            near = " ".join(outputs[-2:])
            assert re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d])", near), (
                f"the text says {number}, but the cells above print {near!r}"
            )
    assert quoted > 10


@every_chapter
def test_cells_are_short_and_define_nothing(name: str) -> None:
    for cell in code(name):
        assert not re.search(r"^\s*(def|class) ", cell.source, re.M), cell.source
        assert len(cell.source.splitlines()) <= 15, cell.source
        assert max(map(len, cell.source.splitlines())) <= 80, "too wide for the page"


@every_chapter
def test_committed_as_run_from_top_to_bottom_without_widget_state(name: str) -> None:
    cells = code(name)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(cell.outputs for cell in cells)
    assert "widgets" not in notebook(name).metadata
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})


def key_prefix(text: str) -> str:
    """What stands before every key that a page cites: a work may be in several bibliographies."""
    (directive,) = re.findall(r"```\{bibliography\}\n(.*?)```", text, re.S)
    found = re.search(r":keyprefix: (\S+)", directive)
    return found[1] if found else ""


@every_chapter
def test_every_citation_is_in_the_bibliography(name: str) -> None:
    text = prose(name)
    cited = {
        key.strip()
        for keys in re.findall(r"\{cite:[pt]\}`([^`]+)`", text)
        for key in keys.split(",")
    }
    entries = re.findall(r"^@\w+\{(\w+),", (ROOT / "book/references.bib").read_text(), re.M)
    assert cited <= {key_prefix(text) + entry for entry in entries}


def test_each_bibliography_of_the_book_has_its_own_prefix() -> None:
    prefixes = [key_prefix(prose(name)) for name in NAMES]
    prefixes.append(key_prefix((ROOT / "book" / "validation.md").read_text()))
    assert len(set(prefixes)) == len(prefixes)


@every_chapter
def test_every_term_is_in_the_glossary(name: str) -> None:
    glossary = (ROOT / "book" / "glossary.md").read_text().lower()
    terms = {
        re.sub(r".*<(.+)>", r"\1", term).lower()
        for term in re.findall(r"\{term\}`([^`]+)`", prose(name))
    }
    assert terms
    for term in terms:
        assert f"\n{term}\n" in glossary, term


@every_chapter
def test_tables_have_at_most_five_columns(name: str) -> None:
    for line in prose(name).splitlines():
        if line.startswith("|"):
            assert line.count("|") <= 6, line
