"""Where PostgreSQL is and how to log in, as `DATABASE_URL` says."""

import ssl
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

from tesela.edges.rds_token import sign

Login = Literal["password", "iam"]
Tls = Literal["verify-full", "disable"]

_RDS_AUTHORITIES = Path(__file__).with_name("certificates") / "rds.pem"


@dataclass(frozen=True, slots=True)
class Database:
    """`secret` is the password where `login` is; `authorities` a PEM file, None: this machine's."""

    host: str
    port: int
    name: str
    user: str
    secret: str = field(repr=False)
    login: Login
    tls: Tls
    authorities: Path | None

    @classmethod
    def at(cls, url: str) -> "Database":
        """Read `postgresql://user:password@host:port/database?sslmode=verify-full`.

        `login=iam` logs in with a token of RDS, over TLS that Amazon's authorities vouch for;
        `sslrootcert=FILE` names others.

        Raises:
            ValueError: An option that is not known here; a wrong one must not mean less security.
        """
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        login = _choice(options, "login", get_args(Login))
        tls = _choice(options, "sslmode", get_args(Tls))
        file = options.pop("sslrootcert", str(_RDS_AUTHORITIES) if login == "iam" else None)
        if options:
            raise ValueError(f"DATABASE_URL: {', '.join(options)} is not known here")
        if login == "iam" and tls == "disable":
            raise ValueError("DATABASE_URL: login=iam needs TLS, else its token is overheard")
        return cls(
            host=parts.hostname or "",
            port=parts.port or 5432,
            name=parts.path.lstrip("/"),
            user=unquote(parts.username or ""),
            secret=unquote(parts.password or ""),
            login=cast(Login, login),
            tls=cast(Tls, tls),
            authorities=Path(file) if file else None,
        )

    def as_user(self, user: str, password: str) -> "Database":
        """The same database for somebody with a password."""
        return replace(self, user=user, secret=password, login="password")

    def password(self) -> str | None:
        """What to log in with now: a token is signed for each connection, as it lives 15 minutes."""
        if self.login == "iam":
            return sign(self.host, self.port, self.user)
        return self.secret or None

    def tls_context(self) -> ssl.SSLContext | None:
        """Certificate and host name are checked."""
        return None if self.tls == "disable" else _context(self.authorities)


def _choice(options: dict[str, str], name: str, known: tuple[str, ...]) -> str:
    """Take an option out; the first of those known is the default."""
    value = options.pop(name, known[0])
    if value not in known:
        raise ValueError(f"DATABASE_URL: {name}={value} is none of {', '.join(known)}")
    return value


@cache
def _context(authorities: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authorities)
