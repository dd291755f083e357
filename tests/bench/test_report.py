"""How measurements are put into words; the measuring of something small, for real."""

import json
from pathlib import Path

import pytest

from scalelab.bench import __main__ as command
from scalelab.bench import eviction, sliders
from scalelab.bench.browser import executable, found, pages_with_labs
from scalelab.bench.machine import machine
from scalelab.bench.report import Column, Report

REPORT = Report(
    "Speed", "Two of them.", [Column("who"), Column("ms"), Column("n", ",.0f")],
    [("tortoise", 12.34, 1_000), ("hare", "-", 2)], "under 10 ms", ["tortoise 12 ms"],
)  # fmt: skip


def test_a_report_is_an_aligned_table_with_its_verdict() -> None:
    assert REPORT.text().splitlines() == [
        "== Speed",
        "Two of them.",
        "",
        "who         ms      n",
        "tortoise  12.3  1,000",
        "hare         -      2",
        "",
        "Goal: under 10 ms: missed: tortoise 12 ms.",
    ]


def test_a_report_as_data_names_its_columns() -> None:
    assert REPORT.data()["rows"][0] == {"who": "tortoise", "ms": 12.34, "n": 1_000}
    assert REPORT.data()["missed"] == ["tortoise 12 ms"]


def test_the_machine_is_described() -> None:
    described = machine()
    assert described["processor"]
    assert int(described["cores"]) >= 1
    assert described["numba"].count(".") == 2


def test_a_small_race_counts_the_same_misses() -> None:
    report = eviction.throughput(n_requests=20_000, runs=1, policies=("LRU", "SIEVE"))
    assert [row[0] for row in report.rows] == ["LRU", "SIEVE"]
    for _, ours, default, best, ratio, misses in report.rows:
        assert misses == "equal"
        assert min(ours, default, best) > 0
        assert ratio == pytest.approx(ours / best)


def test_a_stream_is_counted_to_the_last_request() -> None:
    report = eviction.stream(eviction.BLOCK + 5)
    (row,) = report.rows
    assert row[0] == eviction.BLOCK + 5


def test_pages_are_found_by_the_labs_they_show(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    lab = '<figure data-lab="a/{}"></figure>'
    (tmp_path / "chapters" / "a.html").write_text(lab.format("b") + lab.format("c") * 2)
    (tmp_path / "plain.html").write_text("<p>No lab here.</p>")
    assert pages_with_labs(tmp_path) == {"chapters/a.html": ["a/b", "a/c"]}


def test_movements_that_change_nothing_are_counted_apart() -> None:
    times = {"Skew": [10.0, 20.0, None], "Size": [30.0], "Still": [None]}
    assert sliders.summed("a/b", times) == ("a/b", 3, 20.0, 29.0, 30.0, "Size", 2)


def test_the_command_runs_the_chosen_part_and_writes_json(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    monkeypatch.setattr(eviction, "throughput", lambda: REPORT)
    streamed = Report("Stream", "", [Column("n")], [(1_000,)], "none")
    monkeypatch.setattr(eviction, "stream", {1_000: streamed}.__getitem__)
    monkeypatch.setattr(
        "sys.argv", ["bench", "--only", "eviction", "--stream", "1e3", "--json", str(file)]
    )
    assert command.main() == 0
    assert "tortoise" in capsys.readouterr().out
    titles = [report["title"] for report in json.loads(file.read_text())["reports"]]
    assert titles == ["Stream", "Speed"]


def test_without_a_book_the_command_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--only", "weight", "--book", str(tmp_path)])
    with pytest.raises(SystemExit):
        command.main()
    assert "run `make book` first" in capsys.readouterr().err


def test_without_a_browser_the_command_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALELAB_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(SystemExit, match="no Chromium at /nowhere/chromium"):
        found(executable() or "")
