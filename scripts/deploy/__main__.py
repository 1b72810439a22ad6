"""`python -m scripts.deploy COMMAND`: what the make targets call; options come as environment variables."""

import os
import sys
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from scripts.deploy import base, commands, doctor, image, release, tokens
from scripts.deploy.database import reconcile
from scripts.deploy.logs import find_request, follow_logs
from scripts.deploy.stack import open_stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.tool import DeployError

_ZEROS = 64 * "0"  # of a SHA-256


def main() -> int:
    """Run the command that the first argument names, and return the exit status."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in _COMMANDS:
        print(f"Unknown command {name!r}; one of {', '.join(_COMMANDS)}.", file=sys.stderr)
        return 2
    try:
        _COMMANDS[name]()
    except (DeployError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run it again: it resumes.", file=sys.stderr)
        return 130
    return 0


def _doctor() -> None:
    try:
        stack = open_stack()
    except DeployError as error:
        for finding in doctor.examine_machine():
            _say(str(finding))
        raise DeployError(f"stop  {error}") from error
    report = doctor.examine(stack)
    for finding in report.findings:
        _say(str(finding))
    if report.stops:
        raise DeployError("make deploy would fail.")
    _say(f"make deploy can run. It takes: {report.derived or 'what terraform.tfvars says'}")


def _image() -> None:
    if os.environ.get("FRESH"):
        _say(f"{base.renew()}: commit lambda_image/base_image, then make deploy")
    else:
        for each in (image.API, image.SCENES):
            _say(image.build(each))


def _push() -> None:
    stack = open_stack()
    commands.make_repository(stack, _say)
    commands.push_images(stack, _say)


def _plan() -> None:
    stack = open_stack()
    options = ["-no-color"] if not sys.stdout.isatty() else []
    uris = {
        name: image.find(stack.client("ecr"), stack.name, each)
        for name, each in (("image_uri", image.API), ("scenes_image_uri", image.SCENES))
    }
    if not uris["image_uri"]:
        _say("No image of this commit is pushed yet: a digest of zeros stands for it.")
        uris = dict.fromkeys(uris, f"{stack.name}@sha256:{_ZEROS}")
    variables = {**uris, **doctor.account.derive(stack)}
    terraform.show_plan(*(f"-var={name}={value}" for name, value in variables.items()), *options)


def _deploy() -> None:
    commands.deploy(open_stack(), _say)


def _rollback() -> None:
    version = os.environ.get("VERSION", "")
    if not (version == "" or version.isdecimal()):
        raise DeployError(f"VERSION is {version!r}: give the number of a version.")
    release.roll_back(open_stack(), _say, int(version or 0))


def _reconcile() -> None:
    stack = open_stack()
    release.access_list(stack)  # one line where nothing is deployed
    reconcile(stack, _say)


def _logs() -> None:
    stack = open_stack()
    logs, outputs = stack.client("logs"), terraform.outputs()
    groups = (outputs["log_group"], outputs["migrate_log_group"])
    request_id = os.environ.get("ID", "")
    lines = (
        find_request(logs, outputs["access_log_group"], groups, request_id)
        if request_id
        else follow_logs(logs, outputs["log_group"])
    )
    for line in lines:
        _say(line)


def _token() -> None:
    name, scope = os.environ.get("NAME", ""), os.environ.get("SCOPE", "write")
    until = tokens.read_until(os.environ.get("UNTIL", ""))
    secret, token = tokens.make_token(name, scope, until)
    release.access_list(open_stack()).add(token)
    _say(secret)  # at once: before what follows on the other stream
    print(f"Shown this once: {tokens.described((token,))}; valid within seconds.", file=sys.stderr)


def _tokens() -> None:
    _say(tokens.described(release.access_list(open_stack()).tokens()))


def _revoke() -> None:
    name = os.environ.get("NAME", "")
    release.access_list(open_stack()).remove(name)
    _say(f"{name} is refused within a minute.")


def _destroy() -> None:
    commands.destroy(open_stack(), _ask, _say)


def _ask(question: str) -> str:
    try:
        return input(question)
    except EOFError:  # nobody is there to answer
        return ""


_say = partial(print, flush=True)

_COMMANDS = {
    "doctor": _doctor,
    "image": _image,
    "push": _push,
    "plan": _plan,
    "deploy": _deploy,
    "rollback": _rollback,
    "reconcile": _reconcile,
    "logs": _logs,
    "token": _token,
    "tokens": _tokens,
    "revoke": _revoke,
    "destroy": _destroy,
}

if __name__ == "__main__":
    sys.exit(main())
