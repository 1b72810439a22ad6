"""`python -m scripts.deploy COMMAND`: what the make targets call."""

import sys

from botocore.exceptions import BotoCoreError, ClientError

from scripts.deploy import image, tokens
from scripts.deploy.commands import deploy, destroy, make_repository, push_image
from scripts.deploy.logs import follow_logs
from scripts.deploy.stack import open_stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.tool import DeployError

_ZEROS = 64 * "0"  # of a SHA-256


def main() -> int:
    """Run the command that the first argument names -> exit status."""
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
        print("\nStopped. Run it again to go on.", file=sys.stderr)
        return 130
    return 0


def _image() -> None:
    _say(image.build())


def _push() -> None:
    stack = open_stack()
    make_repository(stack, _say)
    push_image(stack, _say)


def _plan() -> None:
    stack = open_stack()
    options = ["-no-color"] if not sys.stdout.isatty() else []
    uri = image.find(stack.client("ecr"), stack.name)
    if not uri:
        _say("No image of this commit is pushed yet: a digest of zeros stands for it.")
        uri = f"{stack.name}@sha256:{_ZEROS}"
    if not stack.token_hashes:
        _say("There is no token yet: a hash of zeros stands for it.")
        options.append(f'-var=token_hashes=["{_ZEROS}"]')
    terraform.show_plan(f"-var=image_uri={uri}", *options)


def _deploy() -> None:
    deploy(open_stack(), _say)


def _logs() -> None:
    stack = open_stack()
    for line in follow_logs(stack.client("logs"), terraform.outputs()["log_group"]):
        _say(line)


def _token() -> None:
    token = tokens.make_token()
    print(token)
    print("Shown this once. make deploy makes it valid.", file=sys.stderr)


def _destroy() -> None:
    destroy(open_stack(), _ask, _say)


def _ask(question: str) -> str:
    try:
        return input(question)
    except EOFError:  # nobody is there to answer
        return ""


def _say(line: str) -> None:
    print(line, flush=True)


_COMMANDS = {
    "image": _image,
    "push": _push,
    "plan": _plan,
    "deploy": _deploy,
    "logs": _logs,
    "token": _token,
    "destroy": _destroy,
}

if __name__ == "__main__":
    sys.exit(main())
