import socket
import threading
import time

from scripts.benchmark.delay import DelayingProxy

DELAY_S = 0.1


def echo(listener: socket.socket) -> None:
    """Answer three bytes by the same three."""
    connection, _ = listener.accept()
    with connection:
        while chunk := connection.recv(3, socket.MSG_WAITALL):
            connection.sendall(chunk)


def test_each_call_waits_once_and_arrives_whole() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        with (
            DelayingProxy(listener.getsockname()[1], DELAY_S) as proxy,
            socket.create_connection(("127.0.0.1", proxy.port)) as client,
        ):
            for text in (b"one", b"two"):
                start = time.monotonic()
                client.sendall(text[:1])
                time.sleep(DELAY_S / 2)  # the rest comes while the first byte waits
                client.sendall(text[1:])
                assert client.recv(3, socket.MSG_WAITALL) == text
                assert time.monotonic() - start >= DELAY_S
