"""Each thing that would stop a deployment, as AWS answers when it is so: one line that says what to do."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.deploy import doctor
from scripts.deploy.doctor import account, machine
from scripts.deploy.doctor.finding import Finding
from scripts.deploy.tool import DeployError

ID, OTHER = "0123456789ab", "ba9876543210"


class AbsentError(Exception):
    """As boto3 makes them: what was asked for is not there."""


def denied(operation: str) -> ClientError:
    told = {"Code": "AccessDenied", "Message": f"User ana is not authorized to perform {operation}"}
    return ClientError({"Error": told}, operation)


class Aws:
    """A sound account, one client for all; `answers` replaces what a call returns or raises."""

    exceptions = SimpleNamespace(
        NoSuchEntityException=AbsentError,
        ResourceNotFoundException=AbsentError,
        InvalidInputException=AbsentError,
    )

    def __init__(self, **answers: Any) -> None:
        self.called: list[str] = []
        self._answers = {
            "describe_regions": {"Regions": [{"OptInStatus": "opt-in-not-required"}]},
            "get_account_settings": limits(1000),
            "get_function_concurrency": AbsentError(),
            "get_role": {},
            "list_distributions": {},
            "get_account_plan_state": {"accountPlanType": "PAID"},
            "describe_orderable_db_instance_options": [orderable("a", "b")],
            "describe_availability_zones": zones("use1-az6", "use1-az1"),
            "describe_vpcs": {"Vpcs": [{}]},
            "list_rules": {},
            "list_state_machines": {},
            "get_service_quota": {"Quota": {"Value": 5.0}},
            "describe_account_attributes": databases(3, 40),
            **answers,
        }

    def __getattr__(self, call: str) -> Any:
        def answer(**_: Any) -> Any:
            self.called.append(call)
            answer = self._answers[call]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return answer

    def get_paginator(self, call: str) -> Any:
        return SimpleNamespace(paginate=lambda **_: getattr(self, call)())


def limits(limit: int, unreserved: int | None = None) -> Any:
    free = limit if unreserved is None else unreserved
    return {"AccountLimit": {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": free}}


def orderable(*letters: str, version: str = "16.9") -> Any:
    named = [{"Name": f"us-east-1{letter}"} for letter in letters]
    return {"OrderableDBInstanceOptions": [{"EngineVersion": version, "AvailabilityZones": named}]}


def zones(*ids: str) -> Any:
    return {
        "AvailabilityZones": [
            {"ZoneName": f"us-east-1{letter}", "ZoneId": zone, "State": "available"}
            for letter, zone in zip("abcdef", ids, strict=False)
        ]
    }


def databases(used: int, limit: int) -> Any:
    return {"AccountQuotas": [{"AccountQuotaName": "DBInstances", "Used": used, "Max": limit}]}


def stack(aws: Aws, region: str = "us-east-1", **variables: Any) -> Any:
    known = {
        "alarm_email": "ana@example.org",
        "db_backup_days": None,
        "db_instance_class": "db.t4g.micro",
        "page_delivery": "cloudfront",
        "reserved_concurrency": None,
        "scene_concurrency": None,
    }
    return SimpleNamespace(
        name="tesela",
        account="123456789012",
        region=region,
        partition="aws",
        stack_id=ID,
        variables=known | variables,
        client=lambda *_: aws,
    )


@pytest.fixture(autouse=True)
def nothing_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_is_deployed", lambda: False)
    monkeypatch.setattr(account, "was_cut", lambda: False)
    monkeypatch.setattr(account, "find_owner", lambda *_: None)


def lines(check: Any, of: Any) -> list[str]:
    return [str(finding) for finding in check(of)]


def test_a_sound_account_has_no_finding() -> None:
    assert [line for check in account.CHECKS for line in lines(check, stack(Aws()))] == []
    assert account.derive(stack(Aws())) == {
        "reserved_concurrency": 10,
        "scene_concurrency": 20,
        "db_backup_days": 7,
    }


@pytest.mark.parametrize(
    ("check", "aws", "more", "problem", "remedy"),
    [
        (
            account.check_region,
            Aws(describe_regions={"Regions": [{"OptInStatus": "not-opted-in"}]}),
            {"region": "ap-east-1"},
            "stop  The region ap-east-1 is not enabled in this account.",
            "aws account enable-region --region-name ap-east-1",
        ),
        (
            account.check_region,
            Aws(),
            {"region": "mx-central-1"},
            "stop  The root certificate of RDS in mx-central-1 is not in",
            "Run python -m scripts.vendor_certificates amazon",
        ),
        (
            account.check_concurrency,
            Aws(get_account_settings=limits(10)),
            {},
            "note  The account's Lambda limit is 10, which leaves nothing to reserve",
            "make deploy reserves 10 once AWS has raised it",
        ),
        (
            account.check_concurrency,
            Aws(get_account_settings=limits(10)),
            {"reserved_concurrency": 10},
            "stop  reserved_concurrency is 10, and this account's Lambda limit of 10 leaves 0 to reserve",
            "ask AWS for a higher limit",
        ),
        (
            account.check_concurrency,
            Aws(get_account_settings=limits(1000, 105)),
            {"reserved_concurrency": 10},
            "stop  reserved_concurrency is 10, and this account's Lambda limit of 1000 leaves 5 to reserve",
            "Remove it from terraform/terraform.tfvars",
        ),
        (
            account.check_concurrency,
            Aws(get_account_settings=limits(1000, 150)),
            {"reserved_concurrency": 10, "scene_concurrency": 41},
            "stop  scene_concurrency is 41, and this account's Lambda limit of 1000 leaves 40 to reserve",
            "Remove it from terraform/terraform.tfvars",
        ),
        (
            account.check_scenes,
            Aws(list_state_machines=denied("ListStateMachines")),
            {},
            "stop  Step Functions is refused: User ana is not authorized to perform ListStateMachines",
            "terraform/deployer/",
        ),
        (
            account.check_scenes,
            Aws(list_rules=denied("ListRules")),
            {},
            "stop  EventBridge is refused: User ana is not authorized to perform ListRules",
            "terraform/deployer/",
        ),
        (
            account.check_service_role,
            Aws(get_role=AbsentError()),
            {},
            "note  The account has no AWSServiceRoleForRDS yet",
            "iam:CreateServiceLinkedRole",
        ),
        (
            account.check_cloudfront,
            Aws(list_distributions=denied("ListDistributions")),
            {},
            "stop  CloudFront is refused: User ana is not authorized to perform ListDistributions",
            'page_delivery = "s3-website"',
        ),
        (
            account.check_plan,
            Aws(get_account_plan_state={"accountPlanType": "FREE"}),
            {},
            "note  The account is on AWS's free plan",
            "Upgrade the account's plan",
        ),
        (
            account.check_plan,
            Aws(get_account_plan_state={"accountPlanType": "FREE"}),
            {"db_backup_days": 7},
            "stop  db_backup_days is 7, and AWS's free plan keeps backups for 1 day",
            "Remove it from terraform/terraform.tfvars",
        ),
        (
            account.check_instance_class,
            Aws(describe_orderable_db_instance_options=[{"OrderableDBInstanceOptions": []}]),
            {},
            "stop  db.t4g.micro with PostgreSQL 16 cannot be ordered in us-east-1",
            "Write another db_instance_class",
        ),
        (
            account.check_instance_class,
            Aws(describe_orderable_db_instance_options=[orderable("a", "b", version="17.2")]),
            {},
            "stop  db.t4g.micro with PostgreSQL 16 cannot be ordered in us-east-1",
            "such as db.t3.micro",
        ),
        (
            account.check_instance_class,
            Aws(describe_orderable_db_instance_options=[orderable("a")]),
            {},
            "stop  db.t4g.micro can be ordered in 1 of the zones that we use in us-east-1",
            "2 are needed",
        ),
        (
            account.check_zones,
            Aws(describe_availability_zones=zones("use1-az1", "use1-az3")),
            {},
            "stop  us-east-1 has 1 zone(s) without opting in, and RDS asks for 2",
            "Write another region",
        ),
        (
            account.check_networks,
            Aws(describe_vpcs={"Vpcs": [{}] * 5}),
            {},
            "stop  The region has 5 networks (VPCs), and the quota is 5",
            "ask AWS for more (Service Quotas",
        ),
        (
            account.check_databases,
            Aws(describe_account_attributes=databases(40, 40)),
            {},
            "stop  The region has 40 databases, and the quota is 40",
            "ask AWS for more (Service Quotas",
        ),
        (
            account.check_alarms,
            Aws(),
            {"alarm_email": ""},
            "note  Nobody hears of alarms or of the budget",
            'Write alarm_email = "..." into terraform/terraform.tfvars',
        ),
    ],
)
def test_what_is_wrong_is_one_line_with_its_remedy(
    check: Any, aws: Aws, more: dict[str, Any], problem: str, remedy: str
) -> None:
    (line,) = lines(check, stack(aws, **more))
    assert line.startswith(problem)
    assert remedy in line
    assert "\n" not in line


def test_a_reservation_of_our_own_is_not_missing() -> None:
    """Of 1000, 100 are left beside our two functions' 30, which the second deployment asks for again."""
    aws = Aws(
        get_account_settings=limits(1000, 100),
        get_function_concurrency={"ReservedConcurrentExecutions": 15},
    )
    assert lines(account.check_concurrency, stack(aws)) == []
    same = stack(aws, reserved_concurrency=10, scene_concurrency=20)
    assert lines(account.check_concurrency, same) == []
    derived = account.derive(stack(aws))
    assert (derived["reserved_concurrency"], derived["scene_concurrency"]) == (10, 20)


@pytest.mark.parametrize(
    ("limit", "free", "given", "blocks"),
    [
        (1000, 130, {}, 20),
        (1000, 117, {}, 7),  # what is left beside 10 for the API, and the 100 that Lambda keeps
        (1000, 111, {}, 1),
        (1000, 110, {}, 20),  # nothing can be reserved for both, so neither: of one scene
        (10, 10, {}, 4),  # a new account: the API keeps more than half
        (1, 1, {}, 1),
        (1000, 1000, {"reserved_concurrency": -1}, 20),
        (1000, 130, {"reserved_concurrency": 25}, 5),
    ],
)
def test_blocks_take_what_the_account_and_the_api_leave(
    limit: int, free: int, given: dict[str, Any], blocks: int
) -> None:
    aws = Aws(get_account_settings=limits(limit, free))
    derived = account.derive(stack(aws, **given))
    assert derived["scene_concurrency"] == blocks
    reserved = given.get("reserved_concurrency", derived.get("reserved_concurrency", 0))
    assert reserved == -1 or reserved + blocks <= free - 100


def test_what_follows_from_the_account_is_not_derived_where_somebody_set_it() -> None:
    new = Aws(get_account_settings=limits(10), get_account_plan_state={"accountPlanType": "FREE"})
    assert account.derive(stack(new)) == {
        "reserved_concurrency": -1,
        "scene_concurrency": 4,
        "db_backup_days": 1,
    }
    given = stack(new, reserved_concurrency=5, scene_concurrency=2, db_backup_days=3)
    assert account.derive(given) == {}


def test_an_account_of_this_stack_s_own_network_is_not_full() -> None:
    ours = {"Tags": [{"Key": "StackId", "Value": ID}]}
    aws = Aws(describe_vpcs={"Vpcs": [ours, {}, {}, {}, {}]})
    assert lines(account.check_networks, stack(aws)) == []


def test_another_stack_of_the_same_name_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "find_owner", lambda *_: OTHER)
    (line,) = lines(account.check_names, stack(Aws()))
    assert line.startswith("stop  Another stack named tesela is in this account")
    assert f"ADOPT={OTHER} make deploy takes it over" in line


def test_a_name_that_somebody_took_by_hand_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    owners = {"aws_ecr_repository": ""}
    monkeypatch.setattr(account, "find_owner", lambda _, kind, __: owners.get(kind))
    (line,) = lines(account.check_names, stack(Aws()))
    assert line.startswith("stop  aws_ecr_repository tesela exists already and is not a stack's")


def test_what_this_stack_has_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "find_owner", lambda *_: ID)
    assert lines(account.check_names, stack(Aws())) == []


def test_a_question_that_is_refused_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "CHECKS", ())
    aws = Aws(describe_account_attributes=denied("DescribeAccountAttributes"))
    report = doctor.examine(stack(aws))
    assert not report.stops
    assert [str(finding) for finding in report.findings] == [
        "note  Could not check the databases: An error occurred (AccessDenied) when calling the"
        " DescribeAccountAttributes operation: User ana is not authorized to perform"
        " DescribeAccountAttributes. Give whoever deploys the permissions in terraform/deployer/, or"
        " check it by hand."
    ]


def test_what_stops_comes_first_and_nothing_is_derived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "CHECKS", ())
    aws = Aws(get_account_settings=limits(10), describe_vpcs={"Vpcs": [{}] * 9})
    report = doctor.examine(stack(aws, alarm_email=""))
    assert [finding.stops for finding in report.findings] == [True, False, False]
    assert report.derived == {}


def test_the_role_of_rds_is_made_once() -> None:
    new, known = Aws(get_role=AbsentError(), create_service_linked_role={}), Aws()
    account.make_service_roles(stack(new))
    account.make_service_roles(stack(known))
    assert "create_service_linked_role" in new.called
    assert "create_service_linked_role" not in known.called
    raced = Aws(get_role=AbsentError(), create_service_linked_role=AbsentError())
    account.make_service_roles(stack(raced))  # somebody else was first


def test_who_may_not_make_the_role_of_rds_is_told_who_can() -> None:
    refused = Aws(
        get_role=AbsentError(), create_service_linked_role=denied("CreateServiceLinkedRole")
    )
    with pytest.raises(DeployError) as error:
        account.make_service_roles(stack(refused))
    assert str(error.value) == (
        "The account has no AWSServiceRoleForRDS, and you may not make it (User ana is not authorized"
        " to perform CreateServiceLinkedRole). Let somebody who may run this once: aws iam"
        " create-service-linked-role --aws-service-name rds.amazonaws.com; then make deploy again."
    )
    blind = Aws(get_role=denied("GetRole"))
    account.make_service_roles(stack(blind))  # the account has it, more often than not
    assert blind.called == ["get_role"]
    throttled = ClientError({"Error": {"Code": "Throttling", "Message": "Slow down"}}, "GetRole")
    for answers in (
        {"get_role": throttled},
        {"get_role": AbsentError(), "create_service_linked_role": throttled},
    ):
        with pytest.raises(ClientError, match="Slow down"):
            account.make_service_roles(stack(Aws(**answers)))


# --- The machine


@pytest.mark.parametrize(
    ("printed", "problem"),
    [
        ("", "Terraform is not installed"),
        ("Terraform v1.10.5\non linux", "Terraform is v1.10, and 1.11 or later is needed"),
    ],
)
def test_terraform_is_there_and_new_enough(
    monkeypatch: pytest.MonkeyPatch, printed: str, problem: str
) -> None:
    monkeypatch.setattr(machine, "_printed", lambda *_: printed)
    (finding,) = machine.check_terraform()
    assert finding.problem == problem
    monkeypatch.setattr(machine, "_printed", lambda *_: "Terraform v1.11.0")
    assert list(machine.check_terraform()) == []


def test_without_a_builder_or_a_full_disk_nothing_is_begun(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("IMAGE_URI", raising=False)
    (finding,) = machine.check_builder()
    assert str(finding).startswith("stop  Nothing to build an image with. Install and start one of")
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1.2e9))
    (finding,) = machine.check_disk()
    assert str(finding).startswith("stop  The disk has 1.2 GB free, and an image takes up to 5.")


def test_an_image_that_is_named_needs_no_builder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("IMAGE_URI", "registry.test/other@sha256:34")
    assert [*machine.check_builder(), *machine.check_commit()] == []


def test_a_finding_is_one_line_whatever_aws_has_said() -> None:
    assert str(Finding("No\n  way.", "ask", stops=False)) == "note  No way. Ask."
