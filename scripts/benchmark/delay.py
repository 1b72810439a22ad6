"""A TCP proxy in front of S3 or PostgreSQL that lets every call wait, as a network does."""

import selectors
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

_CHUNK = 2**16


class DelayingProxy:
    """Forwards connections to a server on this machine; inside `with`, it listens on `port`.

    A call is what a client sends after the last answer: its first bytes wait for `delay_s`.
    """

    def __init__(self, port: int, delay_s: float) -> None:
        self._target, self._delay_s = ("127.0.0.1", port), delay_s
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with (
            suppress(OSError),  # either side may break off
            client,
            socket.create_connection(self._target) as server,
            selectors.DefaultSelector() as selector,
        ):
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            self._forward(selector, client)

    def _forward(self, selector: selectors.BaseSelector, client: socket.socket) -> None:
        answered = True
        while True:
            for key, _ in selector.select():
                source: socket.socket = key.fileobj  # type: ignore[assignment]
                chunk = source.recv(_CHUNK)
                if not chunk:
                    return
                if source is client and answered:
                    time.sleep(self._delay_s)
                answered = source is not client
                key.data.sendall(chunk)
