"""An HTTPS server of files, for tests: it answers ranges and conditions, unless it is to misbehave."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme
from tesela.edges.https import Web
from tesela.jobs.sources import Allowed

HOST = "files.test"

# Sets the status and headers of an answer, or None for the usual one.
Misbehave = Callable[[str, dict[str, str]], tuple[int, dict[str, str], bytes] | None]


def usual(path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes] | None:
    return None


@dataclass
class Files:
    """What is served, by path; and the requests that came."""

    kept: dict[str, bytes] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    misbehave: Misbehave = usual
    port: int = 0
    web: Web = field(init=False)

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        self.requests.append((path, headers))
        special = self.misbehave(path, headers)
        if special:
            return special
        body = self.kept.get(path.partition("?")[0])
        if body is None:
            return 404, {}, b""
        etag = self.etags.get(path, f'"{hash(body)}"')
        if headers.get("if-match", etag) != etag:
            return 412, {}, b""
        about = {"ETag": etag, "Accept-Ranges": "bytes"}
        if "range" not in headers:
            return 200, about, body
        first, _, last = headers["range"].removeprefix("bytes=").partition("-")
        part = body[int(first) : int(last) + 1]
        stop = int(first) + len(part) - 1
        return 206, about | {"Content-Range": f"bytes {first}-{stop}/{len(body)}"}, part


@contextmanager
def served(*others: str) -> Iterator[Files]:
    """Serve files as `https://files.test:PORT`, to a `Web` that finds that name on this machine.

    `others` are names of the same server that may not be read.
    """
    files, authority = Files(), trustme.CA()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            named = {name.lower(): value for name, value in self.headers.items()}
            status, headers, body = files.answer(self.path, named)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, *others).configure_cert(tls)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    files.port = server.server_address[1]
    client = ssl.create_default_context()
    authority.configure_trust(client)
    files.web = Web(
        Allowed(hosts=frozenset({f"{HOST}:{files.port}"})),
        resolve=lambda *_: ["127.0.0.1"],
        check=lambda *_: None,
        context=client,
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield files
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
