"""The HTTP server under everything that runs on this machine."""

import socket
import struct
import threading
import time

from scripts.local.http.server import Connection, HttpServer


def test_an_answer_to_a_client_that_is_gone_leaves_no_connection_open() -> None:
    answering, gone = threading.Event(), threading.Event()
    accepted: list[Connection] = []  # kept, as an exception that failed a function may keep it

    class Late(Connection):
        def answer(self, body: bytes) -> None:
            accepted.append(self)
            answering.set()
            assert gone.wait(10)
            self.reply(200, bytes(10_000_000))

    server = HttpServer(0, Late)
    server.start()
    try:
        client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answering.wait(10)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()  # with a reset, as a browser does that is closed
        gone.set()
        deadline = time.monotonic() + 10
        while accepted[0].connection.fileno() != -1 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert accepted[0].connection.fileno() == -1
    finally:
        server.stop()
