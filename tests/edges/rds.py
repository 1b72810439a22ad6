"""A PostgreSQL like one of RDS: TLS forced, a master who is no superuser, members of rds_iam log in
by token and nothing else."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pg8000.native
import pytest
import trustme

from scripts.local.postgres.binaries import PostgresBinaries, find_binaries
from scripts.local.postgres.home import kept_directory
from scripts.local.postgres.server import Postgres
from tests.edges.tokens import TokenServer

NAME, MASTER, PASSWORD = "localhost", "master", "geheim:/@?"
_ADMIN = "rdsadmin"


class Rds:
    """Knows its certificate by the name `localhost`; `authority` is the file of who vouches for it."""

    def __init__(self, folder: Path, tokens: TokenServer) -> None:
        self._postgres = Postgres(folder, folder, _binaries())
        self._data = kept_directory(folder) / "data"
        self.authority = folder / "authority.pem"
        self._postgres.start()
        self._become_rds()
        self._protect(tokens.port)
        self._postgres.stop()
        self._postgres.start()
        tokens.host = f"{NAME}:{self.port}"

    @property
    def port(self) -> int:
        return self._postgres.port

    def url(self, options: str, host: str = NAME) -> str:
        return f"postgresql://tesela@{host}:{self.port}/tesela?{options}"

    @property
    def iam_url(self) -> str:
        return self.url(f"login=iam&sslmode=verify-full&sslrootcert={quote(str(self.authority))}")

    def execute(self, statement: str) -> list[list[Any]]:
        """As a superuser, whom nobody has on RDS."""
        with pg8000.native.Connection(
            _ADMIN, "127.0.0.1", "tesela", self.port, PASSWORD, timeout=10
        ) as connection:
            return connection.run(statement) or []

    def disconnect(self, role: str) -> None:
        """End its sessions, as those of a database that is gone."""
        self.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
        )

    def stop(self) -> None:
        self._postgres.stop()

    def _become_rds(self) -> None:
        """Its first superuser is called tesela here; RDS has no such role."""
        first = self._postgres.url.split(":")[2].split("@")[0]
        login = f"LOGIN PASSWORD '{PASSWORD}'"
        with pg8000.native.Connection(
            "tesela", "127.0.0.1", "tesela", self.port, first, timeout=10
        ) as connection:
            connection.run(f"CREATE ROLE {_ADMIN} SUPERUSER {login}")
        self.execute("ALTER ROLE tesela RENAME TO first")
        self.execute("CREATE ROLE rds_iam")
        self.execute(f"CREATE ROLE {MASTER} CREATEROLE CREATEDB {login}")
        self.execute(f"GRANT rds_iam TO {MASTER} WITH ADMIN OPTION")
        self.execute(f"ALTER DATABASE tesela OWNER TO {MASTER}")

    def _protect(self, tokens_port: int) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.authority))
        certificate = authority.issue_cert(NAME)
        self._write("server.crt", b"".join(c.bytes() for c in certificate.cert_chain_pems))
        self._write("server.key", certificate.private_key_pem.bytes())
        self._write(
            "pg_hba.conf", _RULES.format(admin=_ADMIN, master=MASTER, port=tokens_port).encode()
        )
        self.execute("ALTER SYSTEM SET ssl = on")

    def _write(self, name: str, content: bytes) -> None:
        path, owner = self._data / name, self._data.stat()
        path.write_bytes(content)
        path.chmod(0o600)
        os.chown(path, owner.st_uid, owner.st_gid)


_RULES = """
host      all {admin}   127.0.0.1/32 scram-sha-256
hostnossl all all       all reject
hostssl   all {master}  all scram-sha-256
hostssl   all +rds_iam  all ldap ldapserver=127.0.0.1 ldapport={port} ldapprefix=cn=
"""


def _binaries() -> PostgresBinaries:
    binaries = find_binaries()
    command = ["ldd", str(binaries.directory / "postgres")]
    linked = (
        subprocess.run(command, capture_output=True, text=True, check=False).stdout
        if shutil.which("ldd")
        else ""
    )
    if "libssl" not in linked or "libldap" not in linked:
        pytest.skip(f"PostgreSQL in {binaries.directory} has no TLS or LDAP: install postgresql")
    return binaries
