"""`make doctor`: what would make a deployment fail, found before anything is made."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from scripts.deploy.doctor import account, machine
from scripts.deploy.doctor.finding import Finding
from scripts.deploy.stack import Stack

make_service_roles = account.make_service_roles


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        findings: One per line, those that stop a deployment first.
        derived: Terraform's variables that follow from the account, where nobody has set them.
    """

    findings: list[Finding]
    derived: dict[str, int] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """Return whether a deployment would fail."""
        return any(finding.stops for finding in self.findings)


def examine(stack: Stack) -> Report:
    """Ask the machine and the account, all at once, within some seconds."""
    checks: list[Callable[[], Iterable[Finding]]] = list(machine.CHECKS)
    checks += [_named(check, stack) for check in account.CHECKS]
    with ThreadPoolExecutor(len(checks)) as pool:
        found = [
            finding
            for findings in pool.map(lambda check: list(check()), checks)
            for finding in findings
        ]
    ordered = sorted(found, key=lambda finding: not finding.stops)
    return Report(ordered, {} if any(each.stops for each in ordered) else account.derive(stack))


def examine_machine() -> list[Finding]:
    """Ask the machine alone: where the account cannot be asked."""
    return [finding for check in machine.CHECKS for finding in check()]


def _named(
    check: Callable[[Stack], Iterable[Finding]], stack: Stack
) -> Callable[[], Iterable[Finding]]:
    """Return a check of the stack that ends in a finding where AWS refuses to answer."""

    def checked() -> Iterable[Finding]:
        try:
            return list(check(stack))
        except (BotoCoreError, ClientError) as error:
            subject = check.__name__.removeprefix("check_").replace("_", " ")
            return [
                Finding(
                    f"Could not check the {subject}: {error}",
                    "give whoever deploys the permissions in terraform/deployer/, or check it by hand",
                    stops=False,
                )
            ]

    return checked
