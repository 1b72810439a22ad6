"""The small HTTP/1.1 server under the Runtime API, the function URL and the page."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from scripts.local.errors import PortBusyError
from scripts.local.http.body import (
    BodyError,
    BodyTooLargeError,
    declared_length,
    discard_body,
    read_body,
)

_DISCARDED = 64 << 20  # bytes of a refused body that are still read before the connection closes
_NO_BODY = {204, 304}
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Headers = Iterable[tuple[str, str]]


class HttpServer(ThreadingHTTPServer):
    """Threads on 127.0.0.1; the port is taken when it is made, answers come from `start` on."""

    daemon_threads = True
    request_queue_size = 128  # the default 5 makes a burst of clients wait for retransmissions

    def __init__(self, port: int, handler: type["Connection"], setting: str = "") -> None:
        """Listen on `port` (0: any free one); `setting` names its variable for the error."""
        try:
            super().__init__(("127.0.0.1", port), handler)
        except OSError as error:
            hint = f" Choose another with {setting}=..." if setting else ""
            raise PortBusyError(f"Port {port} cannot be used ({error.strerror}).{hint}") from error
        self._thread: threading.Thread | None = None
        self.connections: set[socket.socket] = set()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer from now on, in a thread of its own."""
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._thread:
            self.shutdown()
            self._thread.join()
        self.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def server_bind(self) -> None:
        """Bind without asking for this machine's name, which can take the resolver seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.port

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing to do: a client that went away is its own affair."""


class Connection(BaseHTTPRequestHandler):
    """One client's connection. Subclasses write `answer`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # status, headers and a small body leave in one packet
    timeout: ClassVar[float | None] = (
        75  # seconds without a byte, after which a silent client is let go
    )
    body_limit = 0
    server: HttpServer

    def setup(self) -> None:
        """Let the server know of this connection, so that it can be closed."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Forget it again."""
        self.server.connections.discard(self.connection)
        try:
            super().finish()
        finally:  # which sends what is left, and fails where the client is gone
            self.rfile.close()  # open, it would keep the connection open

    def answer(self, body: bytes) -> None:
        """Send the answer to `command` and `path`, the whole body read."""
        raise NotImplementedError

    def too_large(self) -> None:
        """Send the answer to a body over `body_limit`."""
        self.reply(413, {"Message": "Request Entity Too Large"})

    def reply(self, status: int, body: bytes | object = b"", headers: Headers = ()) -> None:
        """Send an answer; anything but bytes goes as JSON."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers = [*headers, ("Content-Type", "application/json")]
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in _NO_BODY:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status not in _NO_BODY:
            self.wfile.write(body)
        self.wfile.flush()

    def handle_expect_100(self) -> bool:
        """Invite the body only where it would be read (curl asks first, above 1 MB)."""
        try:
            length = declared_length(self.headers)
        except BodyError:
            return True  # `_serve` refuses it
        if length is None or length <= self.body_limit:
            self.send_response_only(100)
            self.end_headers()
            self.wfile.flush()
        return True

    def version_string(self) -> str:
        """Return the value of the header Server."""
        return "tesela-local"

    def log_message(self, *arguments: Any) -> None:
        """Quiet: the terminal shows two addresses, the workers' logs the rest."""

    def _serve(self) -> None:
        try:
            body = read_body(self.headers, self.rfile, self.body_limit)
        except BodyTooLargeError:
            self.close_connection = True
            self.too_large()
            self._linger()
        except BodyError as error:
            self.close_connection = True
            self.reply(400, {"Message": str(error)})
        else:
            self.answer(body)

    def _linger(self) -> None:
        """Read on for a while: closing on a client that still sends would lose it the answer."""
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(5)
        discard_body(self.rfile, _DISCARDED)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what the base class cannot read; 501 is a method that AWS hands to no function."""
        del explain
        self.close_connection = True
        if code == HTTPStatus.NOT_IMPLEMENTED:
            allow = ", ".join(_METHODS)
            self.reply(405, {"Message": f"Method not allowed; use {allow}"}, [("Allow", allow)])
        else:
            self.reply(code, {"Message": message or HTTPStatus(code).phrase})

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815
