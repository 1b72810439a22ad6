"""What Terraform is told to import a resource by."""

from types import SimpleNamespace
from typing import Any

import pytest

from scripts.deploy.terraform.identifiers import find_identifier, is_nameless

ID = "0123456789ab"


class Unpaged:
    """Answers in one page."""

    def can_paginate(self, call: str) -> bool:
        return False


class Ec2(Unpaged):
    """Answers with two groups, and keeps what it was asked."""

    def describe_security_groups(self, Filters: list[dict[str, Any]]) -> Any:  # noqa: N803
        self.asked = Filters
        names = ("tesela-database", "tesela-functions")
        return {"SecurityGroups": [{"GroupName": name, "GroupId": name[-4:]} for name in names]}

    def describe_vpcs(self, Filters: list[dict[str, Any]]) -> Any:  # noqa: N803
        return {"Vpcs": []}


class CloudFront(Unpaged):
    """Two of each, of which one is the stack's."""

    def list_distributions(self) -> Any:
        items = [{"Comment": "other", "Id": "E0"}, {"Comment": "tesela: the page", "Id": "E1"}]
        return {"DistributionList": {"Items": items}}

    def list_origin_access_controls(self) -> Any:
        items = [
            {"Name": "tesela-page", "Id": f"O{n}", "Description": f"Stack {each}"}
            for n, each in enumerate(("another", ID))
        ]
        return {"OriginAccessControlList": {"Items": items}}

    def list_response_headers_policies(self) -> Any:
        policies = [
            {
                "Id": f"P{n}",
                "ResponseHeadersPolicyConfig": {"Name": "tesela-page", "Comment": f"Stack {each}"},
            }
            for n, each in enumerate(("another", ID))
        ]
        items = [{"Type": "custom", "ResponseHeadersPolicy": policy} for policy in policies]
        return {"ResponseHeadersPolicyList": {"Items": items}}


class Firewalls(Unpaged):
    """One of this stack and one of another, of one name."""

    def list_web_acls(self, Scope: str) -> Any:  # noqa: N803
        assert Scope == "CLOUDFRONT"
        named = [(f"W{n}", f"Stack {each}: all") for n, each in enumerate(("another", ID))]
        return {
            "WebACLs": [
                {"Id": identifier, "Name": "tesela-sa-east-1", "Description": description}
                for identifier, description in named
            ]
        }


@pytest.fixture
def ec2() -> Ec2:
    return Ec2()


@pytest.fixture
def stack(ec2: Ec2) -> Any:
    return SimpleNamespace(account="123456789012", stack_id=ID, client=lambda service: ec2)


@pytest.mark.parametrize(
    ("address", "arguments", "identifier"),
    [
        ('aws_cloudwatch_log_group.this["api"]', {"name": "/aws/lambda/a"}, "/aws/lambda/a"),
        ("aws_budgets_budget.monthly[0]", {"name": "tesela"}, "123456789012:tesela"),
        ("aws_s3_bucket.page", {"bucket": "tesela-page"}, "tesela-page"),
        (
            "aws_lambda_permission.end[0]",
            {"function_name": "tesela-migrate", "qualifier": None, "statement_id": "EndOfScene"},
            "tesela-migrate/EndOfScene",
        ),
        (
            "aws_lambda_permission.http_api",
            {"function_name": "tesela-api", "qualifier": "live", "statement_id": "HttpApi"},
            "tesela-api:live/HttpApi",
        ),
        ("aws_unknown.this", {"name": "tesela"}, ""),
    ],
)
def test_names_come_from_the_arguments(
    stack: Any, address: str, arguments: Any, identifier: str
) -> None:
    assert find_identifier(stack, address, arguments) == identifier


def test_ids_are_looked_up_by_name_among_what_has_the_stack_s_tags(stack: Any, ec2: Ec2) -> None:
    arguments = {"name": "tesela-functions", "tags_all": {"Project": "tesela"}}
    assert find_identifier(stack, "aws_security_group.functions", arguments) == "ions"
    assert ec2.asked == [{"Name": "tag:Project", "Values": ["tesela"]}]


def test_what_is_not_there_has_no_id(stack: Any) -> None:
    assert find_identifier(stack, "aws_vpc.this", {"tags_all": {}}) == ""


def test_a_bucket_has_a_name_that_is_taken_and_a_network_has_none() -> None:
    assert is_nameless("aws_vpc.this")
    assert not is_nameless("aws_s3_bucket.page")


@pytest.mark.parametrize(
    ("address", "identifier"),
    [
        ("aws_cloudfront_distribution.page[0]", "E1"),
        ("aws_cloudfront_origin_access_control.page[0]", "O1"),
        ("aws_cloudfront_response_headers_policy.page[0]", "P1"),
    ],
)
def test_what_cloudfront_has_is_looked_up_among_all(address: str, identifier: str) -> None:
    stack: Any = SimpleNamespace(stack_id=ID, client=lambda service: CloudFront())
    comment = "tesela: the page" if "distribution" in address else f"Stack {ID}"
    arguments = {"name": "tesela-page", "comment": comment, "description": f"Stack {ID}"}
    assert find_identifier(stack, address, arguments) == identifier


def test_a_firewall_is_looked_up_where_cloudfront_s_are() -> None:
    regions = []

    def client(service: str, region: str) -> Firewalls:
        regions.append((service, region))
        return Firewalls()

    stack: Any = SimpleNamespace(stack_id=ID, client=client)
    arguments = {"name": "tesela-sa-east-1", "description": f"Stack {ID}: all"}
    found = find_identifier(stack, "aws_wafv2_web_acl.page[0]", arguments)
    assert found == "W1/tesela-sa-east-1/CLOUDFRONT"
    assert regions == [("wafv2", "us-east-1")]
