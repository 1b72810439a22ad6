"""Whose a resource is: the tag StackId that it carries, asked by its name or id."""

from collections.abc import Mapping
from typing import Any

import jmespath
from botocore.exceptions import ClientError

from scripts.deploy.stack import Stack

_OF_LIST = "[?Key=='StackId'].Value | [0]"
# Service, call, its arguments, and where in the answer the tag is (JMESPath).
_TAGS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "aws_apigatewayv2_api": (
        "apigatewayv2",
        "get_tags",
        {"ResourceArn": "arn:{partition}:apigateway:{region}::/apis/{identifier}"},
        "Tags.StackId",
    ),
    "aws_budgets_budget": (
        "budgets",
        "list_tags_for_resource",
        {"ResourceARN": "arn:{partition}:budgets::{account}:budget/{name}"},
        f"ResourceTags{_OF_LIST}",
    ),
    "aws_cloudformation_stack": (
        "cloudformation",
        "describe_stacks",
        {"StackName": "{name}"},
        f"Stacks[0].Tags{_OF_LIST}",
    ),
    "aws_cloudfront_distribution": (
        "cloudfront",
        "list_tags_for_resource",
        {"Resource": "arn:{partition}:cloudfront::{account}:distribution/{identifier}"},
        f"Tags.Items{_OF_LIST}",
    ),
    "aws_cloudwatch_log_group": (
        "logs",
        "list_tags_for_resource",
        {"resourceArn": "arn:{partition}:logs:{region}:{account}:log-group:{name}"},
        "tags.StackId",
    ),
    "aws_db_instance": (
        "rds",
        "list_tags_for_resource",
        {"ResourceName": "arn:{partition}:rds:{region}:{account}:db:{identifier}"},
        f"TagList{_OF_LIST}",
    ),
    "aws_db_parameter_group": (
        "rds",
        "list_tags_for_resource",
        {"ResourceName": "arn:{partition}:rds:{region}:{account}:pg:{name}"},
        f"TagList{_OF_LIST}",
    ),
    "aws_db_subnet_group": (
        "rds",
        "list_tags_for_resource",
        {"ResourceName": "arn:{partition}:rds:{region}:{account}:subgrp:{name}"},
        f"TagList{_OF_LIST}",
    ),
    "aws_ecr_repository": (
        "ecr",
        "list_tags_for_resource",
        {"resourceArn": "arn:{partition}:ecr:{region}:{account}:repository/{name}"},
        f"tags{_OF_LIST}",
    ),
    "aws_iam_role": ("iam", "list_role_tags", {"RoleName": "{name}"}, f"Tags{_OF_LIST}"),
    "aws_lambda_function": (
        "lambda",
        "list_tags",
        {"Resource": "arn:{partition}:lambda:{region}:{account}:function:{function_name}"},
        "Tags.StackId",
    ),
    "aws_s3_bucket": ("s3", "get_bucket_tagging", {"Bucket": "{bucket}"}, f"TagSet{_OF_LIST}"),
    "aws_scheduler_schedule_group": (
        "scheduler",
        "list_tags_for_resource",
        {"ResourceArn": "arn:{partition}:scheduler:{region}:{account}:schedule-group/{name}"},
        f"Tags{_OF_LIST}",
    ),
    "aws_sfn_state_machine": (
        "stepfunctions",
        "list_tags_for_resource",
        {"resourceArn": "arn:{partition}:states:{region}:{account}:stateMachine:{name}"},
        "tags[?key=='StackId'].value | [0]",
    ),
}
# What takes no tags belongs to what it is part of.
_PART_OF = {
    "aws_apigatewayv2_stage": ("aws_apigatewayv2_api", {"identifier": "api_id"}),
    "aws_lambda_alias": ("aws_lambda_function", {}),
    "aws_lambda_function_url": ("aws_lambda_function", {}),
    "aws_lambda_permission": ("aws_lambda_function", {}),
    "aws_scheduler_schedule": ("aws_scheduler_schedule_group", {"name": "group_name"}),
}
# Looked up by their tags, or by a description that holds the id.
_OURS_BY_LOOKUP = (
    "aws_cloudfront_origin_access_control",
    "aws_cloudfront_response_headers_policy",
    "aws_route_table",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",
    "aws_wafv2_web_acl",
)
_ABSENT = (
    "NotFound",
    "NoSuchEntity",
    "NoSuchBucket",
    "DoesNotExist",
    "does not exist",
    "NoSuchResource",
)
_UNTAGGED = ("NoSuchTagSet",)


def find_owner(
    stack: Stack, kind: str, arguments: Mapping[str, Any], identifier: str = ""
) -> str | None:
    """Return the StackId that a resource carries, "" for none; None where there is no such resource.

    Args:
        stack: The stack that asks.
        kind: The resource's type in Terraform.
        arguments: What it is made of, its name among them.
        identifier: The id that AWS gave it, for what has one.
    """
    if kind in _OURS_BY_LOOKUP:
        return stack.stack_id
    values = {**arguments, "identifier": identifier or arguments.get("identifier", "")}
    if kind in _PART_OF:
        kind, renamed = _PART_OF[kind]
        values |= {name: arguments[source] for name, source in renamed.items()}
    return _tag(stack, kind, values) if kind in _TAGS else ""


def _tag(stack: Stack, kind: str, values: Mapping[str, Any]) -> str | None:
    service, call, templates, where = _TAGS[kind]
    about = {"partition": stack.partition, "region": stack.region, "account": stack.account}
    filled = {name: text.format(**{**values, **about}) for name, text in templates.items()}
    try:
        answer = getattr(stack.client(service), call)(**filled)
    except ClientError as error:
        code, text = error.response["Error"]["Code"], str(error)
        if code in _UNTAGGED:
            return ""
        if any(word in code or word in text for word in _ABSENT):
            return None
        raise
    return str(jmespath.search(where, answer) or "")
