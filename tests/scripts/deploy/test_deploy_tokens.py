"""Tokens: shown once, kept as hashes."""

import hashlib
import json
from pathlib import Path

from scripts.deploy.tokens import keep, make_token


def test_a_new_token_joins_the_others_as_its_hash_alone(tmp_path: Path):
    file = tmp_path / "tokens.json"
    tokens = [make_token(file), make_token(file)]
    hashes = [hashlib.sha256(token.encode()).hexdigest() for token in tokens]
    assert json.loads(file.read_text()) == {"token_hashes": hashes}
    assert not any(token in file.read_text() for token in tokens)


def test_a_token_has_256_bits_and_needs_no_quoting(tmp_path: Path):
    token = make_token(tmp_path / "tokens.json")
    assert len(token) == 43  # of base64, 6 bits each
    assert token.replace("-", "").replace("_", "").isalnum()


def test_hashes_of_a_running_function_can_be_kept(tmp_path: Path):
    file = tmp_path / "tokens.json"
    keep(["ab"], file)
    make_token(file)
    assert json.loads(file.read_text())["token_hashes"][0] == "ab"
