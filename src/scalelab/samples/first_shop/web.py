"""Serves either variant over HTTP, with a thread for each worker."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIServer, make_server

Answer = Callable[[str, Mapping[str, str]], tuple[int, str]]


def application(answer: Answer) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """What WSGI asks for; a form is what stands behind the question mark, or what is sent."""

    def respond(request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        sent = request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0)).decode()
        form = dict(parse_qsl(f"{request.get('QUERY_STRING', '')}&{sent}"))
        status, text = answer(request["PATH_INFO"], form)
        start(f"{status} {'OK' if status == 200 else 'Error'}", [("Content-Type", "text/plain")])
        return [text.encode()]

    return respond


def server(answer: Answer, port: int, workers: int) -> WSGIServer:
    """Listens on ``port`` (0: any that is free); `serve_forever` answers."""
    threads = ThreadPoolExecutor(workers)

    class Threaded(WSGIServer):
        def process_request(self, request: Any, client_address: Any) -> None:
            threads.submit(self._answer, request, client_address)

        def _answer(self, request: Any, client_address: Any) -> None:
            self.finish_request(request, client_address)
            self.shutdown_request(request)

        def server_close(self) -> None:
            super().server_close()
            threads.shutdown()

    return make_server("localhost", port, application(answer), server_class=Threaded)
