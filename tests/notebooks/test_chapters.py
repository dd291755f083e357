"""The caching chapter is complete, and what its prose says is what its cells print."""

import re
from pathlib import Path

import nbformat
import pytest

from scalelab.labs.caching.quiz import quiz

ROOT = Path(__file__).parents[2]
CHAPTER = ROOT / "chapters" / "caching.ipynb"
LABS = ("latency", "multi_level", "hit_ratio", "freshness", "stampede")

# The parts of the section that the chapter mirrors, in its order.
HEADINGS = (
    "Client-Side Caching",
    "Content Delivery Network (CDN) Caching",
    "Application-Level Caching",
    "Database Query Caching",
    "Cache Invalidation, Expiration Policies, and Data Freshness",
    "The model",
    "Check yourself",
    "In practice",
    "Summary",
    "Further reading",
)
TAUGHT = (
    "Redis", "Memcached", "Cloudflare", "Akamai", "key-value store", "template", "mobile app",
    "recommendation", "distributed cache", "server-side caching", "invalidation", "API",
    "materialised view", "session", "edge node", "HTML pages", "evict", "TTL", "hit ratio",
)  # fmt: skip


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(CHAPTER, as_version=4)


@pytest.fixture(scope="module")
def prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(cell) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_headings_are_there_in_order(prose):
    found = re.findall(r"^#{1,2} (.+)$", prose, re.M)
    assert found[0] == "Stage 5: Caching"
    assert [heading for heading in found if heading in HEADINGS] == list(HEADINGS)


@pytest.mark.parametrize("idea", TAUGHT)
def test_everything_named_is_taught(prose, idea):
    assert idea.lower() in " ".join(prose.lower().split())


@pytest.mark.parametrize("name", LABS)
def test_every_lab_is_shown(code, name):
    """As a live figure, so that the page has something to take over."""
    shown = [
        output.data.get("text/html", "")
        for cell in code
        for output in cell.outputs
        if "data" in output
    ]
    assert any(f'data-lab="caching/{name}"' in "".join(html) for html in shown)


LEFT_OUT = ("Hit ratio", "Latency", "Levels", "Freshness", "Stampede")


def test_it_says_of_every_model_what_it_leaves_out(prose):
    section = prose.split("### What the models leave out")[1].split("\n#")[0]
    assert len(LEFT_OUT) == len(LABS)
    for model in LEFT_OUT:
        assert f"\n*{model}.* " in section, model


@pytest.mark.parametrize("name", LABS)
def test_the_text_after_a_lab_quotes_what_the_lab_shows(notebook, name):
    """A cell below the lab prints its numbers, and the text below that cell quotes some in bold."""
    cells = notebook.cells
    at = next(i for i, c in enumerate(cells) if f'data-lab="caching/{name}"' in str(c))
    computed = [i for i in range(at + 1, at + 4) if "lab.table(" in cells[i].source]
    assert computed, "no cell runs the lab"
    assert re.search(r"\*\*\d", cells[computed[0] + 1].source)


@pytest.mark.parametrize("page", ["../book/validation.md", "../book/how-to-use.md#the-workbook"])
def test_it_leads_on(prose, page):
    assert f"]({page})" in prose
    path, _, heading = page.removeprefix("../").partition("#")
    text = (ROOT / path).read_text()
    anchors = {re.sub(r"[^a-z -]", "", line.lower()).strip().replace(" ", "-")
               for line in text.splitlines() if line.startswith("#")}  # fmt: skip
    assert not heading or heading in anchors


def test_the_quiz_is_shown_as_it_is_defined(code):
    shown = [
        "".join(output.data.get("text/html", ""))
        for cell in code
        for output in cell.outputs
        if "data" in output
    ]
    assert quiz.html() in shown


def test_the_quiz_has_three_to_five_questions_with_feedback_on_each_answer():
    assert 3 <= len(quiz.questions) <= 5
    for question in quiz.questions:
        assert sum(option.right for option in question.options) == 1
        assert len({option.feedback for option in question.options}) == len(question.options)


def test_the_right_answer_is_not_always_in_the_same_place():
    places = {[o.right for o in question.options].index(True) for question in quiz.questions}
    assert len(places) > 1


def test_bold_numbers_are_printed_by_the_cells_above(notebook):
    """A number in bold is one that the page computes; the nearest cells above must print it."""
    outputs: list[str] = []
    quoted = 0
    for cell in notebook.cells:
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


def test_cells_are_short_and_define_nothing(code):
    for cell in code:
        assert not re.search(r"^\s*(def|class) ", cell.source, re.M), cell.source
        assert len(cell.source.splitlines()) <= 15, cell.source
        assert max(map(len, cell.source.splitlines())) <= 80, "too wide for the page"


def test_committed_as_run_from_top_to_bottom_without_widget_state(notebook, code):
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs for cell in code)
    assert "widgets" not in notebook.metadata
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "error"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})


def test_every_citation_is_in_the_bibliography(prose):
    cited = {
        key.strip()
        for keys in re.findall(r"\{cite:[pt]\}`([^`]+)`", prose)
        for key in keys.split(",")
    }
    entries = set(re.findall(r"^@\w+\{(\w+),", (ROOT / "book/references.bib").read_text(), re.M))
    assert cited <= entries
    assert "{bibliography}" in prose


def test_every_term_is_in_the_glossary(prose):
    glossary = (ROOT / "book" / "glossary.md").read_text().lower()
    terms = {
        re.sub(r".*<(.+)>", r"\1", term).lower() for term in re.findall(r"\{term\}`([^`]+)`", prose)
    }
    assert terms
    for term in terms:
        assert f"\n{term}\n" in glossary, term


def test_tables_have_at_most_five_columns(prose):
    for line in prose.splitlines():
        if line.startswith("|"):
            assert line.count("|") <= 6, line
