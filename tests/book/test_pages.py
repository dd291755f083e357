"""The built book: links lead somewhere, nothing is fetched from elsewhere, pictures are there.

The book is built with warnings as errors by the fixture `book`.
"""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from tests.book.html_reader import read
from tests.book.shown import CHAPTERS, LABS, PAGE_OF
from tests.conftest import ROOT, build_book

from scalelab.labs.published import published

WELCOME = "book/welcome.html"
# Only sends the reader on, to the first page.
REDIRECT = "index.html"
TEXTS = {".html", ".js", ".css", ".svg", ".txt", ".json"}


@pytest.fixture(scope="module")
def pages(book: Path) -> dict[str, Path]:
    found = {str(path.relative_to(book)): path for path in sorted(book.rglob("*.html"))}
    # Templates that the theme copies beside its scripts; no page of the book.
    return {name: path for name, path in found.items() if not name.startswith("_static/")}


def test_the_pages_of_the_contents_are_there(pages: dict[str, Path]) -> None:
    expected = {
        WELCOME, *CHAPTERS, "book/how-to-use.html", "book/notation.html", "book/glossary.html",
        "404.html", "search.html", "index.html",
    }  # fmt: skip
    assert expected <= set(pages)
    assert WELCOME in pages["index.html"].read_text()


def test_every_lab_and_quiz_is_shown_in_a_chapter() -> None:
    assert set(PAGE_OF) == set(published())


def test_links_and_anchors_lead_somewhere(pages: dict[str, Path], book: Path) -> None:
    broken = []
    followed = 0
    for name, path in pages.items():
        for link in read(path).links:
            target = urlsplit(link)
            if target.scheme or target.netloc or link in ("", "#"):
                continue
            followed += 1
            base = book if target.path.startswith("/") else path.parent
            to = (base / unquote(target.path).lstrip("/")).resolve() if target.path else path
            if to.is_dir():
                to /= "index.html"
            if not to.is_file():
                broken.append(f"{name}: {link}: no such file")
            elif to.suffix == ".html" and unquote(target.fragment) not in {"", *read(to).ids}:
                broken.append(f"{name}: {link}: no such place in it")
    assert not broken, broken
    assert followed > 100


def test_links_to_other_sites_are_encrypted(pages: dict[str, Path]) -> None:
    outside = [
        (name, link)
        for name, path in pages.items()
        for link in read(path).links
        if urlsplit(link).scheme not in ("", "https", "mailto")
    ]
    assert not outside


def test_nothing_is_fetched_from_another_site(pages: dict[str, Path], book: Path) -> None:
    fetched = [(name, one) for name, path in pages.items() for one in read(path).fetched]
    assert len(fetched) > 50
    for name, address in fetched:
        parts = urlsplit(address)
        assert parts.scheme in ("", "data"), f"{name} fetches {address}"
        assert not parts.netloc, f"{name} fetches {address}"
        if not parts.scheme:
            file = (book / name).parent / unquote(parts.path)
            assert file.is_file(), f"{name} fetches {address}, which is not there"
    for style in book.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.S)
        for address in re.findall(r"(?:url\(|@import\s+)[\"']?([^\"')]+)", text):
            assert not re.match(r"(https?:)?//", address), f"{style.name} fetches {address}"


def test_pages_carry_a_policy_that_their_own_code_satisfies(pages: dict[str, Path]) -> None:
    for name, path in pages.items():
        if name == REDIRECT:
            continue
        page = read(path)
        (policy,) = [
            meta["content"]
            for meta in page.metas
            if meta.get("http-equiv") == "Content-Security-Policy"
        ]
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert "'unsafe-eval'" not in policy, name
        assert "'unsafe-inline'" not in rules["script-src"], name
        assert "http" not in policy, name
        assert rules["object-src"] == "'none'"
        for script in page.scripts:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in rules["script-src"], f"{name}: {script[:80]}"
        assert not page.handlers, f"{name}: the policy refuses {page.handlers}"


@pytest.mark.parametrize("lab", LABS)
def test_each_lab_is_a_picture_with_words_and_numbers_without_scripts(
    lab: str, pages: dict[str, Path]
) -> None:
    (figure,) = re.findall(
        rf'<figure class="scalelab-lab" id="lab.{lab}" data-lab="{lab}".*?</figure>',
        pages[PAGE_OF[lab]].read_text(),
        re.S,
    )
    encoded, words = re.search(
        r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', figure
    ).groups()
    picture = base64.b64decode(encoded).decode()
    assert picture.startswith("<svg")
    assert picture.count("<path") > 5
    assert len(words) > 40
    assert "{" not in words
    assert f"<figcaption>{words}</figcaption>" in figure
    assert figure.count("<tr>") > 3


def test_first_page_shows_its_lab_before_anything_else(pages: dict[str, Path]) -> None:
    text = pages[WELCOME].read_text()
    article = text[text.index('<article class="bd-article">') :]
    assert article.index('data-lab="caching/hit_ratio"') < article.index("<h2>")
    assert "from scalelab" not in article[: article.index("<h2>")]


def test_pages_name_no_place_of_the_machine_that_built_them(book: Path) -> None:
    places = {str(ROOT), str(book), str(Path.home())} - {"/"}
    for path in book.rglob("*"):
        if path.suffix in TEXTS:
            text = path.read_text()
            for place in places:
                assert f"{place}/" not in text, f"{path.name} names {place}"


def test_pages_describe_themselves(pages: dict[str, Path]) -> None:
    described = {}
    for name in (WELCOME, *CHAPTERS, "book/how-to-use.html"):
        metas = read(pages[name]).metas
        named = {m.get("property") or m.get("name"): m.get("content") for m in metas}
        assert named["og:site_name"] == "Scalability, live"
        assert "og:image" not in named, "the book does not know where it will be published"
        described[name] = named["description"]
    assert len(set(described.values())) == len(described)


def test_no_launch_buttons_without_a_public_repository(pages: dict[str, Path]) -> None:
    from scalelab.web.launch import own_repository

    public = own_repository(ROOT) is not None
    for chapter in CHAPTERS:
        assert ("mybinder.org/v2/" in pages[chapter].read_text()) == public


def files(html: Path) -> set[str]:
    """But for the stamp by which make knows that all was built."""
    found = {str(path.relative_to(html)) for path in html.rglob("*") if path.is_file()}
    return found - {".complete"}


def test_two_builds_are_the_same_to_the_byte(book: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert build_book(tmp_path, log) == 0, log.read_text()[-3000:]
    again = tmp_path / "_build" / "html"
    names = files(book)
    assert names == files(again)
    different = [
        name for name in names if (book / name).read_bytes() != (again / name).read_bytes()
    ]
    assert not different, different
