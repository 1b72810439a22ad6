"""RDS's side of IAM login: says whether a token may log a user in, to PostgreSQL as an LDAP server.

RDS asks by PAM; an unprivileged test can make PostgreSQL ask by LDAP's simple bind, which carries the
same: a name and, as the password, the token. The signature is computed here anew (AWS's "Signature
Version 4"), without botocore.
"""

import hashlib
import hmac
import socketserver
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode

_SUCCESS, _INVALID_CREDENTIALS = 0, 49


class TokenServer(socketserver.ThreadingTCPServer):
    """Knows one key; `clock` moves its time; `asked` are the (user, token) that it was asked about."""

    daemon_threads = True

    def __init__(self, key: str, secret: str, region: str) -> None:
        super().__init__(("127.0.0.1", 0), _Bind)
        self.key, self.secret, self.region = key, secret, region
        self.host = ""
        self.clock = timedelta()
        self.asked: list[tuple[str, str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def admits(self, user: str, token: str) -> bool:
        self.asked.append((user, token))
        host, _, query = token.partition("/?")
        told = dict(parse_qsl(query))
        signature = told.pop("X-Amz-Signature", "")
        return (
            (host, told.get("Action"), told.get("DBUser")) == (self.host, "connect", user)
            and self._is_valid_now(told)
            and hmac.compare_digest(signature, self._signature(host, told))
        )

    def _is_valid_now(self, told: dict[str, str]) -> bool:
        signed = datetime.strptime(told["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        lifetime = timedelta(seconds=min(int(told["X-Amz-Expires"]), 900))
        return signed <= datetime.now(UTC) + self.clock < signed + lifetime

    def _signature(self, host: str, told: dict[str, str]) -> str:
        moment, scope = told["X-Amz-Date"], ["rds-db", "aws4_request"]
        scope = [moment[:8], self.region, *scope]
        if told["X-Amz-Credential"] != "/".join([self.key, *scope]):
            return ""
        query = urlencode(sorted(told.items()), quote_via=quote, safe="-_.~")
        request = f"GET\n/\n{query}\nhost:{host}\n\nhost\n{hashlib.sha256(b'').hexdigest()}"
        digest = hashlib.sha256(request.encode()).hexdigest()
        key = f"AWS4{self.secret}".encode()
        for part in scope:
            key = hmac.digest(key, part.encode(), "sha256")
        signed = f"AWS4-HMAC-SHA256\n{moment}\n{'/'.join(scope)}\n{digest}"
        return hmac.digest(key, signed.encode(), "sha256").hex()


class _Bind(socketserver.StreamRequestHandler):
    """LDAP (RFC 4511, 4.2), just a simple bind: [number, [version, name, password]]."""

    server: TokenServer

    def handle(self) -> None:
        while message := self._element():
            number, bind = _elements(message)
            if len(parts := _elements(bind)) != 3:  # an unbind has no parts
                return
            _, user, token = (part.decode() for part in parts)
            code = (
                _SUCCESS
                if self.server.admits(user.removeprefix("cn="), token)
                else _INVALID_CREDENTIALS
            )
            answer = bytes([0x0A, 1, code, 4, 0, 4, 0])
            body = bytes([2, len(number)]) + number + bytes([0x61, len(answer)]) + answer
            self.wfile.write(bytes([0x30, len(body)]) + body)

    def _element(self) -> bytes:
        head = self.rfile.read(2)
        if len(head) < 2:
            return b""
        size = head[1]
        if size & 0x80:
            size = int.from_bytes(self.rfile.read(size & 0x7F))
        return self.rfile.read(size)


def _elements(body: bytes) -> list[bytes]:
    """The contents of BER elements that stand one after another."""
    found = []
    while body:
        size, start = body[1], 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(body[2:start])
        found.append(body[start : start + size])
        body = body[start + size :]
    return found
