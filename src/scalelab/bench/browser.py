"""Headless Chromium, and the built book served on this machine."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scalelab.web.serve import LOOPBACK, server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """A Chromium of this machine: SCALELAB_CHROMIUM, or one on the path; else Playwright's own."""
    named = os.environ.get("SCALELAB_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def found(path: str) -> str:
    """``path``, if there is a file; ends the program otherwise."""
    if Path(path).exists():
        return path
    raise SystemExit(
        f"There is no Chromium at {path}. Install one (Debian: apt install chromium) or "
        "name one with SCALELAB_CHROMIUM; --only eviction needs none."
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found(executable() or playwright.chromium.executable_path),
            # In a container the sandbox and a small /dev/shm stop Chromium from starting.
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


@contextmanager
def served(book: Path) -> Iterator[str]:
    """The book's address, which ends in a slash."""
    with server(book, port=0) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{running.server_address[1]}/"
        finally:
            running.shutdown()
            thread.join()


def pages_with_labs(book: Path) -> dict[str, list[str]]:
    """The book's pages that show labs, by address, with the names of these."""
    pages = {}
    for path in sorted(book.rglob("*.html")):
        names = re.findall(r'data-lab="([^"]+)"', path.read_text(encoding="utf-8"))
        if names:
            pages[path.relative_to(book).as_posix()] = list(dict.fromkeys(names))
    return pages
