"""The book of small labs, and where it is served."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.small_labs import write_book

from scalelab.web.serve import server


@pytest.fixture(scope="session")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a book of small labs; its name is one to be escaped in an address."""
    folder = tmp_path_factory.mktemp("small") / "a book, 100%"
    write_book(folder)
    return folder


@pytest.fixture(scope="session")
def small_book_address(small_book: Path) -> Iterator[str]:
    """The address of the book in a folder of a server."""
    with server(small_book.parent, port=0) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}/a%20book,%20100%25/"
        running.shutdown()
        thread.join()
