"""`make deploy`, in order. Each step may be repeated: after any failure, run it again."""

import os
from collections.abc import Callable
from http import HTTPStatus

from scripts.deploy import image, tokens
from scripts.deploy.database import migrate
from scripts.deploy.stack import Stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.terraform.adoption import apply, was_cut
from scripts.deploy.terraform.progress import Say
from scripts.deploy.tool import DeployError
from scripts.smoke.api import Api, SmokeError
from scripts.smoke.page import visit
from scripts.smoke.walk import walk

_REPOSITORY = "aws_ecr_repository.this"
_FIRST_START_S = 180  # until new functions, their network and their addresses answer
# What refuses to go while there is something in it, or while it is protected.
_GUARDED = ("aws_db_instance.this", "aws_ecr_repository.this", "aws_s3_bucket.results")
_UNGUARDED = ("-var=force_destroy=true", "-var=db_deletion_protection=false")


def deploy(stack: Stack, say: Say) -> None:
    """From nothing, or from whatever is there, to a stack that passes the smoke test."""
    token = find_token(stack, say)
    make_repository(stack, say)
    make_stack(stack, push_image(stack, say), say)
    migrate_database(stack, say)
    test_stack(token, say)
    say(farewell())


def find_token(stack: Stack, say: Say) -> str:
    """-> the token to test with: TOKEN, or the first one, made and shown here; "" for none."""
    say("Token")
    if not stack.token_hashes and (hashes := _deployed_hashes(stack)):
        tokens.keep(hashes)  # another checkout has deployed: its tokens stay valid
        say("  kept those of the running function")
    elif not stack.token_hashes:
        token = tokens.make_token()
        say(f"  the first one; it is shown this once:\n\n  export TOKEN={token}\n")
        return token
    return os.environ.get("TOKEN", "")


def make_repository(stack: Stack, say: Say) -> None:
    """Have a place to push the image to, before there is a function to run it."""
    say(f"Repository {stack.name} in account {stack.account}, {stack.region}")
    if _REPOSITORY not in terraform.resources():
        apply(stack, _indented(say), f"-target={_REPOSITORY}")


def push_image(stack: Stack, say: Say) -> str:
    """Have the image of this commit in the repository -> its URI."""
    say("Image")
    uri = image.push(stack.client("ecr"), stack.name)
    say(f"  {uri}")
    return uri


def make_stack(stack: Stack, image_uri: str, say: Say) -> None:
    """Have everything else, the page and its configuration with it."""
    say("Stack and page: the first time takes a quarter of an hour")
    apply(stack, _indented(say), f"-var=image_uri={image_uri}")


def migrate_database(stack: Stack, say: Say) -> None:
    """Have the role and the tables that the functions need."""
    say("Database")
    say(f"  migrations applied: {', '.join(migrate(stack)) or 'none, all were'}")


def test_stack(token: str, say: Say) -> None:
    """Fetch the page, and walk the API when there is a token to do it with."""
    say("Smoke test")
    outputs = terraform.outputs()
    page_url, api_url = outputs["page_url"], outputs["api_url"]
    try:
        visit(page_url, api_url)
        say("  ok  the page is served and knows its API")
        if token:
            walk(Api(api_url, token), lambda step: say(f"  ok  {step}"), _FIRST_START_S)
        else:
            Api(api_url).expect(HTTPStatus.OK, "GET", "/health")
            say("  ok  the function runs; TOKEN is not set, so the rest was skipped: make smoke")
    except SmokeError as error:
        raise DeployError(f"The smoke test failed: {error}") from error


def farewell() -> str:
    """-> where it all is, and how to call it."""
    told = terraform.outputs()
    return f"""
  page  {told["page_url"]}/
  API   {told["api_url"]}/

  curl -H "Authorization: Bearer $TOKEN" --data-binary @dashboard_static/samples/town.tif {told["api_url"]}/predictions
"""


def _deployed_hashes(stack: Stack) -> list[str]:
    """-> the tokens that the running function admits, none before the first deployment."""
    functions, name = stack.client("lambda"), terraform.outputs().get("api_function")
    if not name:
        return []
    try:
        about = functions.get_function_configuration(FunctionName=name)
    except functions.exceptions.ResourceNotFoundException:
        return []  # a stack half made
    hashes: str = about["Environment"]["Variables"]["TESELA_TOKEN_HASHES"]
    return hashes.split(",") if hashes else []


def _indented(say: Say) -> Say:
    return lambda line: say(f"  {line}")


def destroy(stack: Stack, ask: Callable[[str], str], say: Say) -> None:
    """Remove the stack once its name was typed; the state is empty afterwards."""
    if was_cut():
        raise DeployError("make deploy was killed: run it again first, to know what it has left.")
    held = terraform.resources()
    if not held:
        say(f"There is nothing of {stack.name} in Terraform's state.")
        return
    say(_warning(stack, len(held)))
    if ask(f"Type the stack's name, {stack.name}, to remove it: ").strip() != stack.name:
        raise DeployError("Nothing was removed.")
    guarded = [f"-target={address}" for address in _GUARDED if address in held]
    if guarded:
        terraform.apply(say, *_UNGUARDED, *guarded)
    terraform.destroy(say, *_UNGUARDED)
    if left := terraform.resources():
        raise DeployError(f"Still there: {', '.join(left)}. Run it again.")
    say("Terraform's state is empty.")


def _warning(stack: Stack, count: int) -> str:
    return (
        f"This removes {count} resources of {stack.name} in account {stack.account},"
        f" {stack.region}: the database without a last snapshot, every prediction and its"
        " earlier versions, all images, logs and the page."
    )
