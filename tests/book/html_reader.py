"""What the tests of the built pages want to know about an HTML file."""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

# Attributes that make a browser fetch something, by element.
FETCHED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "input": ("src",),
}
# A link of these kinds is read by machines and fetches nothing.
NOT_FETCHED = {"canonical", "next", "prev", "index", "search", "author", "license"}


@dataclass
class Page:
    """The parts of a page. ``handlers``: code in attributes, which a strict policy refuses."""

    text: str
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    metas: list[dict[str, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.in_script = False

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        page = self.page
        attributes = {name: value or "" for name, value in given}
        page.ids |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        page.handlers += [f"{tag} {name}" for name in attributes if name.startswith("on")]
        page.fetched += [attributes[n] for n in FETCHED.get(tag, ()) if attributes.get(n)]
        if tag == "link" and not set(attributes.get("rel", "").split()) & NOT_FETCHED:
            page.fetched.append(attributes["href"])
        if tag in ("a", "area") and "href" in attributes:
            page.links.append(attributes["href"])
        if tag == "meta":
            page.metas.append(attributes)
        if tag == "script" and "src" not in attributes:
            self.in_script = True
            page.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.in_script:
            self.page.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.in_script = False


@cache
def read(path: Path) -> Page:
    page = Page(path.read_text())
    _Reader(page).feed(page.text)
    return page
