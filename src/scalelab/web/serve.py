"""Serves the built book on this machine only, and opens it in a browser where there is one.

python -m scalelab.web.serve _build/html
"""

import argparse
import os
import sys
import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LOOPBACK = "127.0.0.1"


class Handler(SimpleHTTPRequestHandler):
    """Files of the book with their right types, and the book's own page for what is missing."""

    # Said here, because the system's own list may know them differently or not at all.
    extensions_map = {  # noqa: RUF012  (as the base class has it)
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".woff2": "font/woff2",
    }

    def end_headers(self) -> None:
        # A rebuilt book is seen at once: the browser asks whether its copy is still current.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a line per file would bury the address."""


def server(directory: Path, port: int) -> ThreadingHTTPServer:
    """A server for ``directory`` at ``port``, or at a free port when that one is taken."""
    handler = partial(Handler, directory=str(directory))
    try:
        return ThreadingHTTPServer((LOOPBACK, port), handler)
    except OSError:
        return ThreadingHTTPServer((LOOPBACK, 0), handler)


def has_screen() -> bool:
    """Whether a browser window can appear. A browser for terminals would take the terminal over."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="the built book")
    parser.add_argument("--port", type=int, default=8000, help="a free one is taken if it is busy")
    arguments = parser.parse_args()
    if not (arguments.directory / "index.html").is_file():
        parser.error(f"{arguments.directory} holds no built book; run `make book` first")

    with server(arguments.directory, arguments.port) as served:
        address = f"http://{LOOPBACK}:{served.server_address[1]}/"
        print(f"The book is at {address}  (Ctrl+C stops it)", flush=True)
        if not (has_screen() and webbrowser.open(address)):
            print("No browser could be opened here: copy the address into one.", flush=True)
        try:
            served.serve_forever()
        except KeyboardInterrupt:
            print("\nStopped.")


if __name__ == "__main__":
    main()
