"""The AWS account: limits, permissions, its plan, and names that another stack has taken."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scripts.deploy import identity
from scripts.deploy.doctor.finding import Finding
from scripts.deploy.stack import Stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.terraform.adoption import was_cut
from scripts.deploy.terraform.ownership import find_owner
from scripts.deploy.tool import ROOT, DeployError

_RDS_ROLE = "AWSServiceRoleForRDS"
_REGIONS = ROOT / "lambda_image/tesela/edges/certificates/regions.txt"
_RESERVED = 10
_BLOCKS = 20
_UNRESERVED = 100  # what Lambda keeps for functions without a reservation
_ZONES = 2
_OLD_ZONES = ("use1-az3", "usw1-az2", "cac1-az3")  # as in providers.tf
_VPC_QUOTA = ("vpc", "L-F678F1CE")
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


def check_region(stack: Stack) -> Iterator[Finding]:
    """The region is enabled in the account, and its databases can be verified."""
    regions = stack.client("ec2").describe_regions(RegionNames=[stack.region], AllRegions=True)[
        "Regions"
    ]
    if not regions or regions[0]["OptInStatus"] == "not-opted-in":
        yield Finding(
            f"The region {stack.region} is not enabled in this account",
            f"run aws account enable-region --region-name {stack.region}, and wait until it is",
        )
    if stack.region not in _REGIONS.read_text().split():
        yield Finding(
            f"The root certificate of RDS in {stack.region} is not in lambda_image/tesela/edges/certificates/rds.pem",
            "run python -m scripts.vendor_certificates amazon, and commit what it writes",
        )


def check_concurrency(stack: Stack) -> Iterator[Finding]:
    """The account's Lambda limit leaves something to reserve: for the API, and for blocks of scenes."""
    limit, free = _concurrency(stack)
    room = free - min(_UNRESERVED, limit)
    reserves = (stack.variables["reserved_concurrency"] or 0) != -1
    for name in ("reserved_concurrency", "scene_concurrency") if reserves else ():
        wanted = stack.variables[name] or 0
        if wanted > max(0, room):
            yield Finding(
                f"{name} is {wanted}, and this account's Lambda limit of {limit} leaves"
                f" {max(0, room)} to reserve",
                "remove it from terraform/terraform.tfvars, or ask AWS for a higher limit (Service"
                " Quotas, Lambda, concurrent executions)",
            )
        room -= wanted
    if derive(stack).get("reserved_concurrency") == -1:
        yield Finding(
            f"The account's Lambda limit is {limit}, which leaves nothing to reserve: that limit alone"
            " bounds cost and database connections, and scenes take of it what the API needs",
            "nothing needs to be done; make deploy reserves 10 once AWS has raised it",
            stops=False,
        )


def check_scenes(stack: Stack) -> Iterator[Finding]:
    """Step Functions and EventBridge can be used: an older deployer's policies do not name them."""
    asked: dict[str, Callable[[], object]] = {
        "Step Functions": lambda: stack.client("stepfunctions").list_state_machines(maxResults=1),
        "EventBridge": lambda: stack.client("events").list_rules(Limit=1),
    }
    for service, ask in asked.items():
        try:
            ask()
        except ClientError as error:
            if not _is_denied(error):
                raise
            yield Finding(
                f"{service} is refused: {error.response['Error']['Message']}",
                "get the permissions in terraform/deployer/, which whole scenes need",
            )


def check_service_role(stack: Stack) -> Iterator[Finding]:
    """RDS has its role, or may have it made."""
    iam = stack.client("iam")
    try:
        iam.get_role(RoleName=_RDS_ROLE)
    except iam.exceptions.NoSuchEntityException:
        yield Finding(
            f"The account has no {_RDS_ROLE} yet, as it never had a database",
            "the first make deploy makes it, which needs iam:CreateServiceLinkedRole",
            stops=False,
        )


def check_cloudfront(stack: Stack) -> Iterator[Finding]:
    """CloudFront can be used. Whether AWS has verified a new account shows only when one tries."""
    if stack.variables["page_delivery"] != "cloudfront":
        return
    try:
        stack.client("cloudfront").list_distributions(MaxItems="1")
    except ClientError as error:
        if not _is_denied(error):
            raise
        yield Finding(
            f"CloudFront is refused: {error.response['Error']['Message']}",
            'get the permissions in terraform/deployer/, or write page_delivery = "s3-website" into'
            " terraform/terraform.tfvars",
        )


def check_plan(stack: Stack) -> Iterator[Finding]:
    """AWS's free plan keeps backups for one day."""
    days = stack.variables["db_backup_days"]
    if _is_free_plan(stack) and days is not None and days > 1:
        yield Finding(
            f"db_backup_days is {days}, and AWS's free plan keeps backups for 1 day",
            "remove it from terraform/terraform.tfvars, or upgrade the account's plan",
        )
    elif _is_free_plan(stack):
        yield Finding(
            "The account is on AWS's free plan: the database's backups are kept for 1 day, not 7, and"
            " everything stops when the credits are used up",
            "upgrade the account's plan before people rely on the stack",
            stops=False,
        )


def check_instance_class(stack: Stack) -> Iterator[Finding]:
    """The database's class can be ordered in two zones of the region."""
    wanted = stack.variables["db_instance_class"]
    pages = stack.client("rds").get_paginator("describe_orderable_db_instance_options")
    offers = [
        offer
        for page in pages.paginate(Engine="postgres", DBInstanceClass=wanted, Vpc=True)
        for offer in page["OrderableDBInstanceOptions"]
        if offer["EngineVersion"].partition(".")[0] == "16"
    ]
    offered = {zone["Name"] for offer in offers for zone in offer["AvailabilityZones"]}
    if not offers:
        yield Finding(
            f"{wanted} with PostgreSQL 16 cannot be ordered in {stack.region}",
            "write another db_instance_class into terraform/terraform.tfvars, such as db.t3.micro",
        )
    elif len(usable := offered & _zones(stack)) < _ZONES:
        yield Finding(
            f"{wanted} can be ordered in {len(usable)} of the zones that we use in {stack.region}, and"
            f" {_ZONES} are needed",
            "write another db_instance_class into terraform/terraform.tfvars",
        )


def check_zones(stack: Stack) -> Iterator[Finding]:
    """The region has two zones that every account has."""
    if (count := len(_zones(stack))) < _ZONES:
        yield Finding(
            f"{stack.region} has {count} zone(s) without opting in, and RDS asks for {_ZONES}",
            "write another region into terraform/terraform.tfvars",
        )


def check_networks(stack: Stack) -> Iterator[Finding]:
    """One more network fits the quota."""
    networks = stack.client("ec2").describe_vpcs()["Vpcs"]
    service, code = _VPC_QUOTA
    quotas = stack.client("service-quotas")
    limit = int(quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"])
    ours = [each for each in networks if _tagged(each, stack.stack_id)]
    if not ours and len(networks) >= limit:
        yield Finding(
            f"The region has {len(networks)} networks (VPCs), and the quota is {limit}",
            "delete one, or ask AWS for more (Service Quotas, VPC, VPCs per Region)",
        )


def check_databases(stack: Stack) -> Iterator[Finding]:
    """One more database fits the quota."""
    quotas = stack.client("rds").describe_account_attributes()["AccountQuotas"]
    for quota in quotas:
        full = quota["Used"] >= quota["Max"]
        if quota["AccountQuotaName"] == "DBInstances" and full and not _is_deployed():
            yield Finding(
                f"The region has {quota['Used']} databases, and the quota is {quota['Max']}",
                "delete one, or ask AWS for more (Service Quotas, RDS, DB instances)",
            )


def check_names(stack: Stack) -> Iterator[Finding]:
    """No name is taken by another stack, or by something that somebody made by hand."""
    for kind, arguments in _names(stack):
        owner = find_owner(stack, kind, arguments)
        (name,) = arguments.values()
        if owner is None or owner == stack.stack_id:
            continue
        if owner:
            yield Finding(
                f"Another stack named {stack.name} is in this account: {kind} {name} has the StackId"
                f" {owner}, ours is {stack.stack_id}",
                f"write another name into terraform/terraform.tfvars; if that stack's state was lost,"
                f" ADOPT={owner} make deploy takes it over",
            )
            return
        if not (was_cut() or identity.is_adopting() or _is_deployed()):
            yield Finding(
                f"{kind} {name} exists already and is not a stack's",
                "write another name into terraform/terraform.tfvars, or remove it",
            )


def check_alarms(stack: Stack) -> Iterator[Finding]:
    """Somebody hears of alarms."""
    if not stack.variables["alarm_email"]:
        yield Finding(
            "Nobody hears of alarms or of the budget",
            'write alarm_email = "..." into terraform/terraform.tfvars',
            stops=False,
        )


def derive(stack: Stack) -> dict[str, int]:
    """Return the variables that follow from the account, where nobody has set them."""
    derived = {}
    limit, free = _concurrency(stack)
    reserved, blocks = (stack.variables[f"{name}_concurrency"] for name in ("reserved", "scene"))
    if reserved is None:
        enough = free - _RESERVED - (blocks or 1) >= _UNRESERVED
        derived["reserved_concurrency"] = reserved = _RESERVED if enough else -1
    if blocks is None:
        room = free - reserved - _UNRESERVED if reserved > 0 else limit // 2 - 1
        derived["scene_concurrency"] = max(1, min(_BLOCKS, room))
    if stack.variables["db_backup_days"] is None:
        derived["db_backup_days"] = 1 if _is_free_plan(stack) else 7
    return derived


def make_service_roles(stack: Stack) -> None:
    """Have the role that RDS needs; AWS's own attempt comes too late for the first database.

    Raises:
        DeployError: The account does not have it, and whoever deploys may not make it.
    """
    iam = stack.client("iam")
    try:
        iam.get_role(RoleName=_RDS_ROLE)
    except iam.exceptions.NoSuchEntityException:
        _make_service_role(iam)
    except ClientError as error:
        if not _is_denied(error):  # who may not look is not asked to make it: most accounts have it
            raise


def _make_service_role(iam: Any) -> None:
    try:
        iam.create_service_linked_role(AWSServiceName="rds.amazonaws.com")
    except iam.exceptions.InvalidInputException:
        return  # made in the meantime
    except ClientError as error:
        if not _is_denied(error):
            raise
        raise DeployError(
            f"The account has no {_RDS_ROLE}, and you may not make it"
            f" ({error.response['Error']['Message']}). Let somebody who may run this once: aws iam"
            " create-service-linked-role --aws-service-name rds.amazonaws.com; then make deploy again."
        ) from error


def _is_denied(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in _DENIED


def _concurrency(stack: Stack) -> tuple[int, int]:
    """Return the account's limit, and what is not reserved, ours counted as free."""
    limits = stack.client("lambda").get_account_settings()["AccountLimit"]
    ours = sum(_reserved(stack, name) for name in ("api", "scene-block"))
    return limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"] + ours


def _reserved(stack: Stack, name: str) -> int:
    """Return what a function of the stack has reserved."""
    functions = stack.client("lambda")
    try:
        ours = functions.get_function_concurrency(FunctionName=f"{stack.name}-{name}")
    except functions.exceptions.ResourceNotFoundException:
        return 0
    return int(ours.get("ReservedConcurrentExecutions") or 0)


def _is_free_plan(stack: Stack) -> bool:
    """Return whether AWS says so; partitions and older accounts have no plans."""
    try:
        answer = stack.client("freetier", "us-east-1").get_account_plan_state()
    except (BotoCoreError, ClientError):
        return False
    return bool(answer["accountPlanType"] == "FREE")


def _zones(stack: Stack) -> set[str]:
    found = stack.client("ec2").describe_availability_zones(
        Filters=[{"Name": "opt-in-status", "Values": ["opt-in-not-required"]}]
    )["AvailabilityZones"]
    return {
        zone["ZoneName"]
        for zone in found
        if zone["State"] == "available" and zone["ZoneId"] not in _OLD_ZONES
    }


def _names(stack: Stack) -> Iterator[tuple[str, dict[str, str]]]:
    """Return the names that every stack takes, the repository's first of all."""
    name, place = stack.name, f"{stack.account}-{stack.region}"
    yield "aws_lambda_function", {"function_name": f"{name}-api"}
    yield "aws_s3_bucket", {"bucket": f"{name}-results-{place}"}
    yield "aws_ecr_repository", {"name": name}
    yield "aws_iam_role", {"name": f"{name}-{stack.region}-api"}


def _tagged(resource: dict[str, Any], stack_id: str) -> bool:
    return {"Key": "StackId", "Value": stack_id} in resource.get("Tags", [])


def _is_deployed() -> bool:
    return bool(terraform.outputs())


CHECKS = (
    check_region,
    check_concurrency,
    check_service_role,
    check_cloudfront,
    check_scenes,
    check_plan,
    check_instance_class,
    check_zones,
    check_networks,
    check_databases,
    check_names,
    check_alarms,
)
