"""What the make targets do, in order. Each step may be repeated: after any failure, run it again."""

import os
from collections.abc import Callable

from scripts.deploy import doctor, identity, image
from scripts.deploy.database import migrate
from scripts.deploy.functions import function
from scripts.deploy.release import (
    access_list,
    clean_up,
    go_live,
    make_first_token,
    smoke_token,
    test_addresses,
)
from scripts.deploy.stack import Stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.terraform.adoption import apply, was_cut
from scripts.deploy.terraform.progress import Say
from scripts.deploy.tool import DeployError

_REPOSITORY = "aws_ecr_repository.this"
# And what processes scenes: an API that takes them goes live after it.
_FUNCTIONS = (
    "aws_lambda_function.api",
    "aws_lambda_function.migrate",
    "aws_cloudwatch_event_target.start",
    "aws_cloudwatch_event_target.stop",
    "aws_cloudwatch_event_target.end",
    "aws_lambda_permission.stop",
    "aws_lambda_permission.end",
    "aws_s3_bucket_notification.results",
)
# What refuses to go while there is something in it, or while it is protected.
_GUARDED = ("aws_db_instance.this", "aws_ecr_repository.this", "aws_s3_bucket.results")
_UNGUARDED = ("-var=force_destroy=true", "-var=db_deletion_protection=false")


def deploy(stack: Stack, say: Say) -> None:
    """From nothing, or from what is there, to a stack that passes the smoke test.

    A new version goes live only after it has migrated the database and passed the test itself.
    """
    derived = check_account(stack, say)
    make_repository(stack, say)
    image_uri, scenes_image_uri = push_images(stack, say)
    options = [f"-var=image_uri={image_uri}", f"-var=scenes_image_uri={scenes_image_uri}", *derived]
    make_functions(stack, options, say)
    access = access_list(stack)
    make_first_token(access, say)
    say("Database")
    migrate(stack, _indented(say))
    api = function(stack, f"{stack.name}-api")
    with smoke_token(access) as token:
        go_live(api, token, say)
        make_the_rest(stack, options, say)
        test_addresses(token, say)
    clean_up(stack, api, say)
    say(farewell(stack, image_uri))


def check_account(stack: Stack, say: Say) -> list[str]:
    """Stop at what would fail later, and return the variables that follow from the account."""
    say("Account")
    report = doctor.examine(stack)
    for finding in report.findings:
        say(f"  {finding}")
    if report.stops:
        raise DeployError("Nothing was made. Correct the above, and run it again.")
    doctor.make_service_roles(stack)
    return [f"-var={name}={value}" for name, value in report.derived.items()]


def make_repository(stack: Stack, say: Say) -> None:
    """Have a place to push the image to, before there is a function to run it."""
    say(f"Repository {stack.name} in account {stack.account}, {stack.region}")
    if _REPOSITORY not in terraform.resources():
        apply(stack, _indented(say), f"-target={_REPOSITORY}")


def push_images(stack: Stack, say: Say) -> tuple[str, str]:
    """Have both images of this commit in the repository, and return their URIs; "" for no scenes."""
    say("Images")
    uris = [image.push(stack.client("ecr"), stack.name, each) for each in (image.API, image.SCENES)]
    for uri in uris:
        say(f"  {uri or 'none of scenes, as SCENES_IMAGE_URI is not set: the API refuses them'}")
    return uris[0], uris[1]


def make_functions(stack: Stack, options: list[str], say: Say) -> None:
    """Have the functions and what they need: database, bucket, network. Nothing goes live."""
    say("Functions, database and network: the first time takes a quarter of an hour")
    apply(stack, _indented(say), *options, *(f"-target={address}" for address in _FUNCTIONS))


def make_the_rest(stack: Stack, options: list[str], say: Say) -> None:
    """Have everything else: addresses, page, alarms."""
    say("Addresses, page and alarms")
    apply(stack, _indented(say), *options)


def farewell(stack: Stack, image_uri: str) -> str:
    """Return where everything is, how to call it, and what is not watched."""
    outputs = terraform.outputs()
    scan = image.scan_findings(stack.client("ecr"), stack.name, image_uri)
    return f"""
  page    {outputs["page_url"]}/
  API     {outputs["api_url"]}/
  image   {scan}
  scenes  {_scenes(outputs["scenes_image_uri"], outputs["api_url"])}
  alarms  {_alarms(stack)}

  curl -H "Authorization: Bearer $TOKEN" --data-binary @dashboard_static/samples/town.tif {outputs["api_url"]}/predictions
"""


def _scenes(image_uri: str, api_url: str) -> str:
    if not image_uri:
        return "none, as there is no image of theirs"
    return f"make scene FILE=scene.tif API={api_url} TOKEN=$TOKEN"


def _alarms(stack: Stack) -> str:
    address = stack.variables["alarm_email"]
    if not address:
        return 'nobody hears of them: write alarm_email = "..." into terraform/terraform.tfvars'
    topic = terraform.outputs()["alarms_topic"]
    subscribed = stack.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    waiting = [each for each in subscribed if each["SubscriptionArn"] == "PendingConfirmation"]
    if waiting:
        return f"{address} has not confirmed yet: there is a mail from AWS Notifications"
    return f"{address} hears of them"


def destroy(stack: Stack, ask: Callable[[str], str], say: Say) -> None:
    """Remove the stack once its name was typed; the state is empty afterwards."""
    if was_cut():
        raise DeployError("make deploy was killed: run it again first, to know what it has left.")
    held = terraform.resources()
    if not held:
        say(f"There is nothing of {stack.name} in Terraform's state.")
        return
    snapshot = bool(os.environ.get("SNAPSHOT"))
    say(_warning(stack, len(held), snapshot))
    if ask(f"Type the stack's name, {stack.name}, to remove it: ").strip() != stack.name:
        raise DeployError("Nothing was removed.")
    options = [*_UNGUARDED, f"-var=final_snapshot={str(snapshot).lower()}"]
    guarded = [f"-target={address}" for address in _GUARDED if address in held]
    if guarded:
        terraform.apply(say, *options, *guarded)
    terraform.destroy(say, *options)
    if left := terraform.resources():
        raise DeployError(f"Still there: {', '.join(left)}. Run it again.")
    identity.forget()
    say("Terraform's state is empty.")


def _warning(stack: Stack, count: int, snapshot: bool) -> str:
    database = f"with a last snapshot, {stack.name}-last-{stack.stack_id}" if snapshot else ""
    return (
        f"This removes {count} resources of {stack.name} in account {stack.account},"
        f" {stack.region}: the database {database or 'without a last snapshot (SNAPSHOT=1 takes one)'},"
        " every prediction and its earlier versions, all images, logs and the page. It takes 20 to"
        " 45 minutes, most of them for the network interfaces that Lambda gives back late."
    )


def _indented(say: Say) -> Say:
    return lambda line: say(f"  {line}")
