"""The internet as a proxy: HTTPS to AWS's own host names ends here, at servers of this machine.

Programs find it by HTTPS_PROXY, and take its certificates by SSL_CERT_FILE; they are told nothing
else, and call the very addresses that they were given.
"""

import contextlib
import functools
import select
import socket
import socketserver
import ssl
import threading
from pathlib import Path

import trustme


class Internet(socketserver.ThreadingTCPServer):
    """`servers`: by the end of a host name, the local port that stands for it."""

    daemon_threads = True

    def __init__(self, servers: dict[str, int], folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.servers, self._authority = servers, trustme.CA()
        self.authority = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(self.authority)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    @functools.cache  # noqa: B019 (lives as long as the tests)
    def certificate(self, host: str) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert(host).configure_cert(context)
        return context


class _Tunnel(socketserver.StreamRequestHandler):
    server: Internet

    def handle(self) -> None:
        host = self.rfile.readline().decode().split()[1].partition(":")[0]
        while self.rfile.readline().strip():
            pass
        port = next(p for end, p in self.server.servers.items() if host.endswith(end))
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with (
            self.server.certificate(host).wrap_socket(self.connection, server_side=True) as near,
            socket.create_connection(("127.0.0.1", port)) as far,
        ):
            _carry(near, far)


def _carry(near: ssl.SSLSocket, far: socket.socket) -> None:
    """Copy in both directions until one side ends, in this thread alone.

    HTTP takes turns, so no side waits for the other. A thread for each direction would read and write
    one TLS connection at once, at which OpenSSL crashes.
    """
    with contextlib.suppress(OSError):
        while True:
            ready = [near] if near.pending() else select.select([near, far], [], [])[0]
            for source, target in ((near, far), (far, near)):
                if source in ready:
                    data = source.recv(1 << 16)
                    if not data:
                        return
                    target.sendall(data)
