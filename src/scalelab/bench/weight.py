"""What a first visit of a page with labs transfers, and from where."""

import gzip
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response

from scalelab.bench.browser import chromium, pages_with_labs, served
from scalelab.bench.report import Column, Report

GOAL_MB = 1.5
COMPRESSED = (".woff2", ".png", ".gz", ".jpg", ".webp")
LEVEL = 6  # what web servers compress with unless told otherwise


def visit(browser: Browser, address: str) -> list[Response]:
    """Everything that a browser that has never been there asks for until all labs are live."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(address, wait_until="networkidle")
    page.wait_for_function(
        "() => [...document.querySelectorAll('figure.scalelab-lab')]"
        ".every((lab) => lab.dataset.state === 'ready')",
        timeout=120_000,
    )
    for response in responses:
        response.finished()
    return responses


def transferred(response: Response) -> tuple[int, int]:
    """(bytes, bytes as a web server would send them)."""
    body = response.body()
    path = urlsplit(response.url).path
    packed = body if path.endswith(COMPRESSED) else gzip.compress(body, LEVEL)
    return len(body), min(len(packed), len(body))


Row = tuple[str, int, float, float, str, int]


def weighed(browser: Browser, address: str, page_name: str) -> Row:
    """A page's line of the table."""
    responses = visit(browser, address + page_name)
    sizes = {one.url: transferred(one) for one in responses if one.url.startswith(address)}
    elsewhere = sum(not one.url.startswith((address, "data:", "blob:")) for one in responses)
    largest = max(sizes, key=lambda url: sizes[url][1])
    return (
        page_name,
        len(sizes),
        sum(plain for plain, _ in sizes.values()) / 1e6,
        sum(packed for _, packed in sizes.values()) / 1e6,
        f"{urlsplit(largest).path.rpartition('/')[2]} {sizes[largest][1] / 1e6:.2f}",
        elsewhere,
    )


def of_pages(book: Path) -> Report:
    """Every page of the book that shows a lab."""
    with served(book) as address, chromium() as browser:
        rows = [weighed(browser, address, page_name) for page_name in pages_with_labs(book)]
    heavy = [f"{name} {packed:.2f} MB" for name, _, _, packed, *_ in rows if packed >= GOAL_MB]
    asks = [f"{name} asks elsewhere" for name, *_, elsewhere in rows if elsewhere]
    return Report(
        "First visit of a page with labs",
        f"Until all its labs are live; MB as they are and compressed as a web server does "
        f"(gzip {LEVEL}).",
        [
            Column("page"), Column("requests", ",.0f"), Column("MB", ".2f"),
            Column("compressed", ".2f"), Column("largest"), Column("to elsewhere", ",.0f"),
        ],
        rows,
        f"under {GOAL_MB:g} MB compressed and nothing from elsewhere",
        [*heavy, *asks],
    )  # fmt: skip
