"""What the tests of the built book share: the book itself, its address and a browser."""

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from scalelab.web.serve import server

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = Path(os.environ.get("SCALELAB_CHROMIUM", "/usr/bin/chromium"))
BROWSER_REQUIRED = os.environ.get("CI") == "true" or "SCALELAB_REQUIRE_BROWSER" in os.environ


def build_book(output: Path, log: Path) -> int:
    """Build the book below ``output`` with warnings as errors; the builder's exit status."""
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(ROOT)]
    command += ["--path-output", str(output), "--all", "-W", "--keep-going"]
    with log.open("w") as said:
        return subprocess.run(command, stdout=said, stderr=said, check=False).returncode


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the book's HTML, built from the sources with warnings as errors.

    Workers of one run share one build: the first to hold the lock makes it. SCALELAB_BOOK names
    one that is built already, which saves the half minute while a test is being written.
    """
    if "SCALELAB_BOOK" in os.environ:
        return Path(os.environ["SCALELAB_BOOK"])
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    built, log = shared / "book-is-built", shared / "book.log"
    html = shared / "_build" / "html"
    with (shared / "book.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            built.write_text(str(build_book(shared, log)))
    assert built.read_text() == "0", f"the book does not build cleanly:\n{log.read_text()[-6000:]}"
    return html


@pytest.fixture(scope="session")
def book_address(book: Path) -> Iterator[str]:
    """Where the built book is served while the tests run; ends in a slash."""
    with server(book, port=0) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}/"
        served.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    if not CHROMIUM.exists():
        if BROWSER_REQUIRED:
            pytest.fail(f"browser tests are required and {CHROMIUM} is not there")
        pytest.skip(f"{CHROMIUM} is not there (SCALELAB_CHROMIUM names another)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            # In a container the sandbox and a small /dev/shm stop Chromium from starting.
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page. The test fails if it logs a warning or asks another origin for anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []

    def logged(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def requested(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "file://", "data:", "blob:")):
            problems.append(f"request to {request.url}")

    page.on("console", logged)
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.on("request", requested)
    yield page
    context.close()
    assert not problems, "\n".join(problems)
