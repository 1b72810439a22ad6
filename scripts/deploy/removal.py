"""`make destroy`: everything that Terraform made, with what people put into it."""

from collections.abc import Callable

from scripts.deploy import terraform
from scripts.deploy.adoption import was_cut
from scripts.deploy.errors import DeployError
from scripts.deploy.progress import Say
from scripts.deploy.stack import Stack

# What refuses to go while there is something in it, or while it is protected.
_GUARDED = ("aws_db_instance.this", "aws_ecr_repository.this", "aws_s3_bucket.results")
_UNGUARDED = ("-var=force_destroy=true", "-var=db_deletion_protection=false")


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
