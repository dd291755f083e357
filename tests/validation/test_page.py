"""What a row's verdict is, what the page shows of it, and the command that writes the page."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from scalelab.validation import __main__ as command
from scalelab.validation.page import Part, Section, page
from scalelab.validation.row import Chapter, Row, Topic


def a_row(ours: float, tolerance: float = 0.5, explanation: str = "", **more: str) -> Row:
    given = {"quantity": "Hits", "settings": "LRU", "source": "A book"} | more
    return Row(
        given["quantity"], given["settings"], "theory", given["source"], 10.0, ours, tolerance,
        ".1f", explanation,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (a_row(10.5), "agrees"),
        (a_row(9.4), "misses"),
        (a_row(9.4, explanation="Luck."), "explained"),
        (a_row(10.0, tolerance=0.0), "agrees"),
        (a_row(math.nan), "misses"),
    ],
)
def test_verdicts(row: Row, verdict: str) -> None:
    assert row.verdict == verdict


def a_part(*rows: Row, grid: str = "", title: str = "Caches") -> Part:
    topic = Topic("Hits", "About hits.", lambda: rows, grid)
    return Part(Chapter(title, (topic,), f"No {title.lower()}.\n"), (Section(topic, rows),))


def test_a_list_numbers_its_notes_and_marks_misses() -> None:
    text = page([a_part(a_row(10.0), a_row(12.0, explanation="Luck."), a_row(8.0))])
    assert "3 comparisons: 1 agree, 1 differs and is explained, 1 differs\nwithout" in text
    assert "| Hits<br><small>LRU</small> | 10.0<br>10.0 | 0.0<br>≤ 0.5 |" in text
    assert "| **2.0**<br>**> 0.5** [1] |" in text
    assert "| **2.0**<br>**> 0.5** |" in text
    assert "\n[1] Luck.\n" in text
    assert "*Theory:* A book.\n" in text


def test_a_grid_shows_the_reference_only_where_it_differs() -> None:
    one, other = a_row(10.0, settings="Loop"), a_row(12.0, settings="Zipf")
    text = page([a_part(one, other, grid="Moves")])
    assert "| Moves | Loop | Zipf |" in text
    assert "| Hits | 10.0 | **12.0 for 10.0** |" in text
    assert "1 of 2 counts are equal" in text
    assert "All 1 counts are equal" in page([a_part(one, grid="Moves")])


def test_each_chapter_has_its_topics_and_what_was_not_checked() -> None:
    disks, caches = a_part(a_row(10.0), title="Disks"), a_part(a_row(12.0, explanation="Luck"))
    empty = Part(Chapter("Queues", (), "No queues.\n"), ())
    text = page([disks, empty, caches])
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Validation", "## Disks", "### Hits", "## Caches", "### Hits", "## Not checked here",
        "## References",
    ]  # fmt: skip
    assert "2 comparisons: 1 agree, 1 differs" in text
    assert "\n\n*Disks.* No disks.\n\n*Caches.* No caches.\n\n## References" in text


def test_the_command_writes_the_page_and_fails_on_a_miss(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows() -> Iterator[Row]:
        yield a_row(8.0)

    chapter = Chapter("Caches", (Topic("Hits", "About hits.", rows),))
    monkeypatch.setattr(command, "CHAPTERS", (chapter,))
    monkeypatch.setattr("sys.argv", ["validation", "--page", str(tmp_path / "page.md")])
    assert command.main() == 1
    assert "MISS Hits, LRU: 8.0 for 10.0" in capsys.readouterr().err
    text = (tmp_path / "page.md").read_text()
    assert "### Hits" in text
    assert "## Not checked here" not in text
