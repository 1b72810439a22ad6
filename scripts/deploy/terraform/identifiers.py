"""What Terraform imports a resource by: its name, or the id that AWS gave it."""

from collections.abc import Mapping
from typing import Any

import jmespath

from scripts.deploy.stack import Stack

_FROM_ARGUMENTS = {
    "aws_apigatewayv2_stage": "{api_id}/{name}",
    "aws_budgets_budget": "{account}:{name}",
    "aws_cloudformation_stack": "{name}",
    "aws_cloudwatch_log_group": "{name}",
    "aws_db_instance": "{identifier}",
    "aws_db_parameter_group": "{name}",
    "aws_db_subnet_group": "{name}",
    "aws_ecr_repository": "{name}",
    "aws_iam_role": "{name}",
    "aws_lambda_alias": "{function_name}/{name}",
    "aws_lambda_function": "{function_name}",
    "aws_lambda_function_url": "{function_name}/{qualifier}",
    "aws_lambda_permission": "{function_name}:{qualifier}/{statement_id}",
    "aws_s3_bucket": "{bucket}",
    "aws_scheduler_schedule": "{group_name}/{name}",
    "aws_scheduler_schedule_group": "{name}",
}

# Service, call, and where in its answer the id is (JMESPath). EC2 is asked by all tags.
_LOOKED_UP = {
    "aws_apigatewayv2_api": (
        "apigatewayv2",
        "get_apis",
        "Items[?Name=='{name}' && Tags.StackId=='{stack_id}'].ApiId",
    ),
    "aws_cloudfront_distribution": (
        "cloudfront",
        "list_distributions",
        "DistributionList.Items[?Comment=='{comment}'].Id",
    ),
    "aws_cloudfront_origin_access_control": (
        "cloudfront",
        "list_origin_access_controls",
        "OriginAccessControlList.Items[?Name=='{name}' && Description=='{description}'].Id",
    ),
    "aws_cloudfront_response_headers_policy": (
        "cloudfront",
        "list_response_headers_policies",
        "ResponseHeadersPolicyList.Items[].ResponseHeadersPolicy | "
        "[?ResponseHeadersPolicyConfig.Name=='{name}' && ResponseHeadersPolicyConfig.Comment=='{comment}'].Id",
    ),
    "aws_route_table": ("ec2", "describe_route_tables", "RouteTables[].RouteTableId"),
    "aws_security_group": (
        "ec2",
        "describe_security_groups",
        "SecurityGroups[?GroupName=='{name}'].GroupId",
    ),
    "aws_subnet": ("ec2", "describe_subnets", "Subnets[].SubnetId"),
    "aws_sfn_state_machine": (
        "stepfunctions",
        "list_state_machines",
        "stateMachines[?name=='{name}'].stateMachineArn",
    ),
    "aws_vpc": ("ec2", "describe_vpcs", "Vpcs[].VpcId"),
    "aws_vpc_endpoint": (
        "ec2",
        "describe_vpc_endpoints",
        "VpcEndpoints[?State!='deleted'].VpcEndpointId",
    ),
    "aws_wafv2_web_acl": (
        "wafv2",
        "list_web_acls",
        "WebACLs[?Name=='{name}' && Description=='{description}'].join('/', [Id, Name, 'CLOUDFRONT'])",
    ),
}

# AWS makes a second one without a word.
_NAMELESS = {
    "aws_apigatewayv2_api",
    "aws_cloudfront_distribution",
    "aws_route_table",
    "aws_vpc",
    "aws_vpc_endpoint",
}


def kind_of(address: str) -> str:
    """Return a resource's type."""
    return address.partition(".")[0]


def is_nameless(address: str) -> bool:
    """Return whether nothing keeps AWS from making it twice."""
    return kind_of(address) in _NAMELESS


def find_identifier(stack: Stack, address: str, arguments: Mapping[str, Any]) -> str:
    """Return the id of the resource in the account that has these arguments, "" where there is none."""
    kind = kind_of(address)
    if kind == "aws_lambda_permission" and not arguments.get("qualifier"):
        return f"{arguments['function_name']}/{arguments['statement_id']}"
    if kind in _FROM_ARGUMENTS:
        return _FROM_ARGUMENTS[kind].format(account=stack.account, **arguments)
    return _look_up(stack, arguments, *_LOOKED_UP[kind]) if kind in _LOOKED_UP else ""


def _look_up(
    stack: Stack, arguments: Mapping[str, Any], service: str, call: str, where: str
) -> str:
    tags = arguments.get("tags_all") or {}
    filters = [{"Name": f"tag:{name}", "Values": [value]} for name, value in tags.items()]
    if service == "wafv2":  # firewalls of CloudFront are in one region
        answer = _whole(stack.client(service, "us-east-1"), call, {"Scope": "CLOUDFRONT"})
    else:
        options = {"Filters": filters} if service == "ec2" else {}
        answer = _whole(stack.client(service), call, options)
    matches = jmespath.search(where.format(stack_id=stack.stack_id, **arguments), answer)
    return str(matches[0]) if matches else ""


def _whole(client: Any, call: str, options: dict[str, Any]) -> Any:
    """Return every page of an answer. What boto3 cannot page is limited to 100 per account."""
    if client.can_paginate(call):
        return client.get_paginator(call).paginate(**options).build_full_result()
    return getattr(client, call)(**options)
