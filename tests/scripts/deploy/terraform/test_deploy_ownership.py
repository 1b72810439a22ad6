"""Only what carries the stack's id is taken over, asked of a real (moto) account."""

import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts.deploy.terraform import adoption
from scripts.deploy.terraform.adoption import _named, _nameless
from scripts.deploy.terraform.ownership import find_owner
from scripts.deploy.tool import DeployError

ID, OTHER = "0123456789ab", "ba9876543210"
ROLE = '{"Version": "2012-10-17", "Statement": []}'


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """An account inside this process, also where another test runs the local stack's S3."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.Session(region_name="us-east-1")


@pytest.fixture
def stack(session: boto3.Session) -> Any:
    return stack_of(session, ID)


def stack_of(session: boto3.Session, stack_id: str) -> Any:
    return SimpleNamespace(
        name="tesela",
        account="123456789012",
        region=session.region_name,
        partition="aws",
        stack_id=stack_id,
        client=session.client,
    )


def tags(stack_id: str) -> list[dict[str, str]]:
    return [{"Key": "StackId", "Value": stack_id}]


def make(session: boto3.Session, kind: str, stack_id: str) -> dict[str, Any]:
    """Make a resource with the tag of a stack, and return what Terraform would say of it."""
    match kind:
        case "aws_s3_bucket":
            session.client("s3").create_bucket(Bucket="tesela-page")
            if stack_id:
                session.client("s3").put_bucket_tagging(
                    Bucket="tesela-page", Tagging={"TagSet": tags(stack_id)}
                )
            return {"bucket": "tesela-page"}
        case "aws_iam_role":
            session.client("iam").create_role(
                RoleName="tesela-us-east-1-api",
                AssumeRolePolicyDocument=ROLE,
                Tags=tags(stack_id) if stack_id else [],
            )
            return {"name": "tesela-us-east-1-api"}
        case "aws_ecr_repository":
            session.client("ecr").create_repository(
                repositoryName="tesela", tags=tags(stack_id) if stack_id else []
            )
            return {"name": "tesela"}
        case "aws_cloudwatch_log_group":
            session.client("logs").create_log_group(
                logGroupName="/aws/lambda/tesela-api", tags={"StackId": stack_id}
            )
            return {"name": "/aws/lambda/tesela-api"}
        case "aws_apigatewayv2_api":
            session.client("apigatewayv2").create_api(
                Name="tesela", ProtocolType="HTTP", Tags={"StackId": stack_id}
            )
            return {"name": "tesela"}
        case "aws_vpc":
            made = session.client("ec2").create_vpc(CidrBlock="10.42.0.0/24")["Vpc"]
            session.client("ec2").create_tags(Resources=[made["VpcId"]], Tags=tags(stack_id))
            return {"tags_all": {"StackId": ID}}
    raise AssertionError(kind)


TAGGED = ["aws_s3_bucket", "aws_iam_role", "aws_ecr_repository", "aws_cloudwatch_log_group"]


@pytest.mark.parametrize("kind", TAGGED)
@pytest.mark.parametrize("owner", [ID, OTHER])
def test_whose_a_resource_is_stands_in_its_tag(
    stack: Any, session: boto3.Session, kind: str, owner: str
) -> None:
    assert find_owner(stack, kind, make(session, kind, owner)) == owner


def test_a_state_machine_is_asked_by_its_arn(stack: Any, session: boto3.Session) -> None:
    session.client("stepfunctions").create_state_machine(
        name="tesela-scene",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
        roleArn="arn:aws:iam::123456789012:role/tesela-us-east-1-scene",
        tags=[{"key": "StackId", "value": OTHER}],
    )
    assert find_owner(stack, "aws_sfn_state_machine", {"name": "tesela-scene"}) == OTHER


@pytest.mark.parametrize("kind", ["aws_s3_bucket", "aws_iam_role", "aws_ecr_repository"])
def test_a_resource_without_a_tag_is_nobody_s(
    stack: Any, session: boto3.Session, kind: str
) -> None:
    assert find_owner(stack, kind, make(session, kind, "")) == ""


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("aws_s3_bucket", {"bucket": "tesela-page"}),
        ("aws_iam_role", {"name": "tesela-us-east-1-api"}),
        ("aws_ecr_repository", {"name": "tesela"}),
        ("aws_lambda_function", {"function_name": "tesela-api"}),
        ("aws_lambda_alias", {"function_name": "tesela-api", "name": "live"}),
    ],
)
def test_what_is_not_there_has_no_owner(stack: Any, kind: str, arguments: dict[str, str]) -> None:
    assert find_owner(stack, kind, arguments) is None


@pytest.mark.parametrize("kind", TAGGED)
def test_ours_is_taken_over_and_another_stack_s_is_not(
    stack: Any, session: boto3.Session, kind: str
) -> None:
    address = f"{kind}.this"
    planned = {address: make(session, kind, ID)}
    assert f"to = {address}" in _named(stack, planned, [address], resuming=True)
    other = stack_of(session, OTHER)
    with pytest.raises(DeployError, match=rf"{address} exists already and is not this stack's"):
        _named(other, planned, [address], resuming=True)


def test_a_bucket_without_tags_is_what_a_killed_run_has_left(
    stack: Any, session: boto3.Session
) -> None:
    planned = {"aws_s3_bucket.page": make(session, "aws_s3_bucket", "")}
    assert "tesela-page" in _named(stack, planned, list(planned), resuming=True)
    with pytest.raises(DeployError):
        _named(stack, planned, list(planned), resuming=False)


@pytest.mark.parametrize("kind", ["aws_apigatewayv2_api", "aws_vpc"])
def test_of_two_that_have_one_name_ours_is_taken_over(
    stack: Any, session: boto3.Session, kind: str
) -> None:
    address = f"{kind}.this"
    planned = {address: make(session, kind, OTHER)}
    assert _nameless(stack, planned) == ""
    make(session, kind, ID)
    assert f"to = {address}" in _nameless(stack, planned)


def test_an_endpoint_of_ours_is_taken_over_unless_it_was_deleted(
    stack: Any, session: boto3.Session
) -> None:
    planned = {"aws_vpc_endpoint.s3": {"tags_all": {"StackId": ID}}}
    client = session.client("ec2")
    for owner, found in ((OTHER, False), (ID, True)):
        vpc = client.create_vpc(CidrBlock="10.42.0.0/24")["Vpc"]["VpcId"]
        table = client.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        made = client.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName="com.amazonaws.us-east-1.s3",
            RouteTableIds=[table],
            VpcEndpointType="Gateway",
        )["VpcEndpoint"]["VpcEndpointId"]
        client.create_tags(Resources=[made], Tags=tags(owner))
        assert ("to = aws_vpc_endpoint.s3" in _nameless(stack, planned)) is found
    client.delete_vpc_endpoints(VpcEndpointIds=[made])
    assert _nameless(stack, planned) == ""


def test_while_terraform_applies_a_mark_is_there_that_a_kill_would_leave(
    stack: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(adoption, "_FILE", tmp_path / "adoption.tf")

    marks: list[bool] = []
    monkeypatch.setattr(
        "scripts.deploy.terraform.cli.apply", lambda *_: marks.append(adoption.was_cut())
    )
    assert not adoption.was_cut()
    adoption.apply(stack, print)
    assert marks == [True]
    assert not adoption.was_cut()
