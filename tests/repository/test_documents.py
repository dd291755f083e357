"""What the README, the changelog and the citation promise is there."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "book/how-to-use.md")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_exist(document: str) -> None:
    text = (ROOT / document).read_text()
    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", text, re.M))
    assert named
    assert named <= TARGETS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_to_files_lead_somewhere(document: str) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_directories_of_the_readme_exist() -> None:
    layout = (ROOT / "README.md").read_text().split("## Layout")[1]
    named = re.findall(r"^    ( *)([\w/]+/)  ", layout, re.M)
    assert len(named) > 10
    for indented, directory in named:
        base = ROOT / "src" / "scalelab" if indented else ROOT
        assert (base / directory).is_dir(), directory


def test_integration_runs_the_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert script.rstrip().endswith("\nmake test")
    assert "export SCALELAB_REQUIRE_BROWSER=1" in script
    assert "`make test`" in (ROOT / "README.md").read_text()
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_one_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert str(citation["version"]) == VERSION
    newest = re.search(
        r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text(), re.M
    )
    assert newest
    assert newest[1] == VERSION
    assert newest[2] == str(citation["date-released"])


def test_the_snippet_of_the_guide_prints_what_the_guide_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    guide = (ROOT / "book" / "how-to-use.md").read_text()
    (code,) = re.findall(r"^```python\n(.*?)^```", guide, re.M | re.S)
    (printed,) = re.findall(r"^```text\n(.*?)^```", guide, re.M | re.S)
    exec(compile(code, "how-to-use.md", "exec"), {})
    assert capsys.readouterr().out == printed


def test_the_guide_lists_the_workbooks_as_they_are() -> None:
    import nbformat

    rows = []
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        graded = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("points")]
        by_hand = [cell for cell in graded if cell.cell_type == "markdown"]
        points = sum(cell.metadata.nbgrader.points for cell in graded)
        manual = sum(cell.metadata.nbgrader.points for cell in by_hand)
        rows.append(f"| `labs/{path.name}` | {points - manual} | {manual} |")
        tasks = [cell for cell in cells if re.match(r"## \d+\. ", cell.source)]
        assert len(tasks) == 8, f"{path.name}: the guide promises eight tasks"
    guide = (ROOT / "book" / "how-to-use.md").read_text()
    assert sorted(re.findall(r"^\| `labs/.*", guide, re.M)) == rows
    assert "holds eight tasks" in guide
