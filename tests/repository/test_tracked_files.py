"""What has no place in the repository: unfinished marks, hosts of registries, private paths."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# In pieces, so that this file is not the first to be found.
UNFINISHED = re.compile(r"\b(?:" + "TO" + "DO" + "|" + "FIX" + r"ME)\b")
REGISTRIES = re.compile(
    "|".join(
        re.escape(one)
        for one in (
            "pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com",
            "anaconda" + ".org", "jsdelivr" + ".net", "unpkg" + ".com", "cloudflare" + "js",
            "cdnjs" + ".", "--index" + "-url http", "--find" + "-links http",
        )
    )
)  # fmt: skip
# A directory of somebody's machine: a home, a place to work, a place for what is temporary.
PLACES = "|".join(["ho" + "me", "Use" + "rs", "ro" + "ot", "wo" + "rk", "t" + "mp"])
PRIVATE = re.compile(rf"(?<![\w.:/~-])/(?:{PLACES})/[A-Za-z0-9]")
BINARY = {".png", ".gz", ".zst", ".woff2", ".ico"}
# Libraries of others keep their own words.
THIRD_PARTY = "src/scalelab/web/front_end/vendor/"


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    names = [name for name in listed.split("\0") if name and not name.startswith(THIRD_PARTY)]
    return [ROOT / name for name in names if (ROOT / name).suffix not in BINARY]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = {str(path.relative_to(ROOT)): path.read_text() for path in tracked() if path.exists()}
    assert len(found) > 100
    return found


@pytest.mark.parametrize(
    ("what", "pattern"),
    [("an unfinished mark", UNFINISHED), ("a registry's host", REGISTRIES), ("a path", PRIVATE)],
)
def test_no_file_holds(what: str, pattern: re.Pattern[str], texts: dict[str, str]) -> None:
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()!r}"
        for name, text in texts.items()
        for match in pattern.finditer(text)
    ]
    assert not found, f"{what} in {found}"


def test_the_patterns_find_what_they_are_for() -> None:
    assert UNFINISHED.search("# TO" + "DO: later")
    assert REGISTRIES.search("https://files.pythonhosted" + ".org/packages")
    assert PRIVATE.search('open("/ho' + 'me/someone/file")')
    assert not PRIVATE.search("https://example.org/ho" + "me/page")


def test_nothing_generated_is_tracked() -> None:
    names = {str(path.relative_to(ROOT)) for path in tracked()}
    generated = re.compile(r"(^|/)(_build|\.venv|__pycache__|\.ipynb_checkpoints)(/|$)|\.nb[ic]$")
    assert not [name for name in names if generated.search(name)]


def test_the_card_has_the_size_that_the_pages_say() -> None:
    from scalelab.web.preview import PICTURE, PICTURE_SIZE

    picture = (ROOT / "book" / PICTURE).read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == PICTURE_SIZE
