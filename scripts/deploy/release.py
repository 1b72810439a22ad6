"""From a version that was published to one that people call: tokens, tests, the alias, and the way back."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.deploy import image, tokens
from scripts.deploy.functions import Function, FunctionFailedError, function
from scripts.deploy.stack import Stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.terraform.progress import Say
from scripts.deploy.tokens import AccessList
from scripts.deploy.tool import ROOT, DeployError
from scripts.smoke.api import Api, SmokeError
from scripts.smoke.invoked import InvokedApi
from scripts.smoke.page import visit
from scripts.smoke.walk import walk

ALIAS = "live"
TOKEN_FILE = ROOT / ".tesela-token"  # of the first token, where there is no terminal to show it on
_FIRST_START_S = 180  # until new functions, their network and their addresses answer
_SMOKE_MINUTES = 30


def access_list(stack: Stack) -> AccessList:
    """Return the list of tokens in the stack's bucket.

    Raises:
        DeployError: Nothing is deployed yet.
    """
    bucket, _, key = terraform.outputs().get("access_list", "").partition("/")
    if not bucket:
        raise DeployError(f"There is no stack {stack.name} yet: make deploy")
    return AccessList(stack.client("s3"), bucket, key)


def make_first_token(access: AccessList, say: Say) -> None:
    """List a token of every right where there is none, and show it once."""
    if [token for token in access.tokens() if token.name != tokens.SMOKE]:
        return
    secret, token = tokens.make_token("first", "admin", None)
    access.add(token)
    say("Token: the first one, of scope admin")
    if sys.stderr.isatty():
        print(f"  it is shown this once:\n\n  export TOKEN={secret}\n", file=sys.stderr)
    else:  # logs of machines are kept
        keep_secret(secret)
        say(f"  in {TOKEN_FILE.name}, as this is no terminal")


def keep_secret(secret: str, file: Path = TOKEN_FILE) -> None:
    """Write a token to a file that its owner alone can read."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as opened:
        opened.write(f"{secret}\n")


@contextmanager
def smoke_token(access: AccessList) -> Iterator[str]:
    """Lend a token for the smoke test, which ends with it, or by itself half an hour later."""
    if tokens.SMOKE in {token.name for token in access.tokens()}:  # a run was killed
        access.remove(tokens.SMOKE)
    until = tokens.for_minutes(_SMOKE_MINUTES)
    secret, token = tokens.make_token(tokens.SMOKE, "admin", until)
    access.add(token)
    try:
        yield secret
    finally:
        access.remove(tokens.SMOKE)


def go_live(api: Function, token: str, say: Say) -> None:
    """Test the newest version, then let the alias name it; the old one answers until then."""
    version, live = api.versions()[-1], api.live_version(ALIAS)
    if version == live:
        say(f"Version {version} is live already")
        return
    say(f"Version {version}, before it goes live")
    try:
        _walk_version(api, version, token, say)
    except (SmokeError, FunctionFailedError) as error:
        answers = f"version {live} still answers" if live else "nothing is live yet"
        raise DeployError(f"Version {version} failed its test, {answers}: {error}") from error
    if live:
        api.move(ALIAS, version)
        say(f"  live, in the place of version {live}")


def test_addresses(token: str, say: Say) -> None:
    """Fetch the page, and walk the API by its address."""
    say("Smoke test")
    outputs = terraform.outputs()
    page_url, api_url = outputs["page_url"], outputs["api_url"]
    try:
        visit(page_url, api_url, _FIRST_START_S)
        say("  ok  the page is served and knows its API")
        walk(Api(api_url, token), lambda step: say(f"  ok  {step}"), _FIRST_START_S)
    except SmokeError as error:
        raise DeployError(f"The smoke test failed: {error}") from error


def clean_up(stack: Stack, api: Function, say: Say) -> None:
    """Delete old versions, and the images that no version of a function runs."""
    used = api.prune(api.live_version(ALIAS))
    used.add(function(stack, f"{stack.name}-migrate").image_digest("$LATEST"))
    used.add(terraform.outputs()["scenes_image_uri"].partition("@")[2])
    if count := image.delete_unused(stack.client("ecr"), stack.name, used):
        say(f"Deleted {count} images that no version runs")


def roll_back(stack: Stack, say: Say, version: int = 0) -> None:
    """Let the alias name an older version: the one given, or the one before the live one.

    The database stays as it is, so migrations only add.
    """
    api = function(stack, terraform.outputs()["api_function"])
    live = api.live_version(ALIAS)
    older = [each for each in api.versions() if (each == version if version else each < live)]
    if not older:
        raise DeployError(
            f"There is no version {version or f'before {live}'};"
            f" there are {', '.join(map(str, api.versions()))}."
        )
    say(f"Version {older[-1]}, before it goes live")
    with smoke_token(access_list(stack)) as token:
        try:
            _walk_version(api, older[-1], token, say)
        except (SmokeError, FunctionFailedError) as error:
            raise DeployError(f"Version {older[-1]} failed its test: {error}") from error
    api.move(ALIAS, older[-1])
    say(f"Version {older[-1]} is live, in the place of {live}. The next make deploy moves forward.")


def _walk_version(api: Function, version: int, token: str, say: Say) -> None:
    """Walk a version that no address leads to."""
    invoked = InvokedApi(
        "https://smoke.test", token, invoke=lambda event: api.invoke(event, str(version))
    )
    walk(invoked, lambda step: say(f"  ok  {step}"), _FIRST_START_S)
