"""Bearer tokens: made here, shown once, kept as SHA-256 alone."""

import hashlib
import json
import secrets
from pathlib import Path

from scripts.deploy.terraform.cli import MODULE

FILE = MODULE / "tokens.auto.tfvars.json"  # which Terraform reads by itself
_BYTES = 32


def make_token(file: Path = FILE) -> str:
    """-> a new token of 256 random bits; its hash is added to `file`."""
    token = secrets.token_urlsafe(_BYTES)
    keep([*kept(file), hashed(token)], file)
    return token


def hashed(token: str) -> str:
    """-> the form in which the function knows a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def kept(file: Path = FILE) -> list[str]:
    """-> the hashes in `file`, none where there is no file."""
    if not file.exists():
        return []
    hashes: list[str] = json.loads(file.read_text())["token_hashes"]
    return hashes


def keep(hashes: list[str], file: Path = FILE) -> None:
    """Make `hashes` the tokens that the next apply admits."""
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps({"token_hashes": hashes}, indent=2) + "\n")
    partial.replace(file)
