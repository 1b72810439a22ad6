"""What whoever deploys must be allowed: policies made from Terraform's resource types and our own calls.

`python -m scripts.deploy.permissions` writes `terraform/deployer/*.json`. The tests compare the types
and the calls with the module and with this package, and the actions with those that moto was asked for.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.deploy.tool import ROOT

FOLDER = ROOT / "terraform" / "deployer"
NAME = "tesela"  # of the stack; in the files for others to replace
MAX_CHARACTERS = 6144  # of a managed policy, white space not counted

_HTTP = "GET POST PUT PATCH DELETE"  # tags are set by them too
_RULE = (
    "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress RevokeSecurityGroupEgress"
    " RevokeSecurityGroupIngress DescribeSecurityGroupRules ModifySecurityGroupRules CreateTags DeleteTags"
)
# What the provider calls to create, read, change and delete a resource, by service.
RESOURCES: dict[str, dict[str, str]] = {
    "aws_apigatewayv2_api": {"apigateway": _HTTP},
    "aws_apigatewayv2_integration": {"apigateway": _HTTP},
    "aws_apigatewayv2_route": {"apigateway": _HTTP},
    "aws_apigatewayv2_stage": {
        "apigateway": _HTTP,
        "logs": "CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries"
        " PutResourcePolicy DescribeResourcePolicies DescribeLogGroups",
    },
    "aws_budgets_budget": {
        "budgets": "ViewBudget ModifyBudget TagResource UntagResource ListTagsForResource"
    },
    "aws_cloudformation_stack": {
        "cloudformation": "CreateStack DescribeStacks DescribeStackEvents GetTemplate UpdateStack DeleteStack"
        " TagResource UntagResource",
        "lambda": "AddPermission RemovePermission GetPolicy",
    },
    "aws_cloudfront_distribution": {
        "cloudfront": "CreateDistribution GetDistribution GetDistributionConfig UpdateDistribution"
        " DeleteDistribution TagResource UntagResource ListTagsForResource"
    },
    "aws_cloudfront_origin_access_control": {
        "cloudfront": "CreateOriginAccessControl GetOriginAccessControl UpdateOriginAccessControl"
        " DeleteOriginAccessControl"
    },
    "aws_cloudfront_response_headers_policy": {
        "cloudfront": "CreateResponseHeadersPolicy GetResponseHeadersPolicy UpdateResponseHeadersPolicy"
        " DeleteResponseHeadersPolicy"
    },
    "aws_cloudwatch_dashboard": {"cloudwatch": "PutDashboard GetDashboard DeleteDashboards"},
    "aws_cloudwatch_event_rule": {
        "events": "PutRule DescribeRule DeleteRule TagResource UntagResource ListTagsForResource"
    },
    "aws_cloudwatch_event_target": {
        "events": "PutTargets ListTargetsByRule RemoveTargets",
        "iam": "PassRole",
    },
    "aws_cloudwatch_log_group": {
        "logs": "CreateLogGroup DescribeLogGroups PutRetentionPolicy DeleteRetentionPolicy DeleteLogGroup"
        " TagResource UntagResource ListTagsForResource"
    },
    "aws_cloudwatch_metric_alarm": {
        "cloudwatch": "PutMetricAlarm DescribeAlarms DeleteAlarms TagResource UntagResource ListTagsForResource"
    },
    "aws_db_instance": {
        "rds": "CreateDBInstance DescribeDBInstances ModifyDBInstance RebootDBInstance DeleteDBInstance"
        " CreateDBSnapshot DescribeDBSnapshots AddTagsToResource RemoveTagsFromResource ListTagsForResource",
        # RDS keeps the master's password with the rights of whoever makes the instance.
        "secretsmanager": "CreateSecret DescribeSecret RotateSecret TagResource",
        "kms": "DescribeKey CreateGrant",
        "iam": "CreateServiceLinkedRole",
    },
    "aws_db_parameter_group": {
        "rds": "CreateDBParameterGroup DescribeDBParameterGroups DescribeDBParameters ModifyDBParameterGroup"
        " ResetDBParameterGroup DeleteDBParameterGroup AddTagsToResource RemoveTagsFromResource"
        " ListTagsForResource"
    },
    "aws_db_subnet_group": {
        "rds": "CreateDBSubnetGroup DescribeDBSubnetGroups ModifyDBSubnetGroup DeleteDBSubnetGroup"
        " AddTagsToResource RemoveTagsFromResource ListTagsForResource"
    },
    "aws_default_security_group": {"ec2": f"DescribeSecurityGroups {_RULE}"},
    "aws_ecr_lifecycle_policy": {
        "ecr": "PutLifecyclePolicy GetLifecyclePolicy DeleteLifecyclePolicy"
    },
    "aws_ecr_repository": {
        "ecr": "CreateRepository DescribeRepositories DeleteRepository PutImageScanningConfiguration"
        " PutImageTagMutability TagResource UntagResource ListTagsForResource"
    },
    "aws_ecr_repository_policy": {
        "ecr": "SetRepositoryPolicy GetRepositoryPolicy DeleteRepositoryPolicy"
    },
    "aws_iam_role": {
        "iam": "CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole"
        " TagRole UntagRole ListRoleTags ListRolePolicies ListAttachedRolePolicies"
        " ListInstanceProfilesForRole PassRole"
    },
    "aws_iam_role_policy": {"iam": "PutRolePolicy GetRolePolicy DeleteRolePolicy"},
    "aws_lambda_alias": {"lambda": "CreateAlias GetAlias UpdateAlias DeleteAlias"},
    "aws_lambda_function": {
        "lambda": "CreateFunction GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig"
        " GetFunctionConcurrency ListVersionsByFunction UpdateFunctionCode UpdateFunctionConfiguration"
        " PutFunctionConcurrency DeleteFunctionConcurrency PublishVersion DeleteFunction TagResource"
        " UntagResource ListTags",
        # The provider waits for the interfaces of a removed function, and deletes those that stay.
        "ec2": "DescribeNetworkInterfaces DetachNetworkInterface DeleteNetworkInterface DescribeVpcs"
        " DescribeSubnets DescribeSecurityGroups",
        "ecr": "BatchGetImage GetDownloadUrlForLayer",
    },
    "aws_lambda_function_url": {
        "lambda": "CreateFunctionUrlConfig GetFunctionUrlConfig UpdateFunctionUrlConfig"
        " DeleteFunctionUrlConfig AddPermission"
    },
    "aws_lambda_permission": {"lambda": "AddPermission GetPolicy RemovePermission"},
    "aws_route_table": {
        "ec2": "CreateRouteTable DescribeRouteTables DeleteRouteTable DisassociateRouteTable CreateTags"
        " DeleteTags"
    },
    "aws_route_table_association": {
        "ec2": "AssociateRouteTable DescribeRouteTables ReplaceRouteTableAssociation DisassociateRouteTable"
    },
    "aws_s3_bucket": {
        "s3": "CreateBucket DeleteBucket ListBucket ListBucketVersions GetBucketAcl GetBucketCORS"
        " GetBucketLocation GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy"
        " GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite"
        " GetAccelerateConfiguration GetEncryptionConfiguration GetLifecycleConfiguration"
        " GetReplicationConfiguration PutBucketTagging DeleteObject DeleteObjectVersion"
    },
    "aws_s3_bucket_cors_configuration": {"s3": "PutBucketCORS GetBucketCORS"},
    "aws_s3_bucket_lifecycle_configuration": {
        "s3": "PutLifecycleConfiguration GetLifecycleConfiguration"
    },
    "aws_s3_bucket_notification": {"s3": "PutBucketNotification GetBucketNotification"},
    "aws_s3_bucket_ownership_controls": {
        "s3": "PutBucketOwnershipControls GetBucketOwnershipControls"
    },
    "aws_s3_bucket_policy": {"s3": "PutBucketPolicy GetBucketPolicy DeleteBucketPolicy"},
    "aws_s3_bucket_public_access_block": {
        "s3": "PutBucketPublicAccessBlock GetBucketPublicAccessBlock"
    },
    "aws_s3_bucket_server_side_encryption_configuration": {
        "s3": "PutEncryptionConfiguration GetEncryptionConfiguration"
    },
    "aws_s3_bucket_versioning": {"s3": "PutBucketVersioning GetBucketVersioning"},
    "aws_s3_bucket_website_configuration": {
        "s3": "PutBucketWebsite GetBucketWebsite DeleteBucketWebsite"
    },
    "aws_s3_object": {
        "s3": "PutObject GetObject GetObjectTagging PutObjectTagging DeleteObject DeleteObjectVersion"
    },
    "aws_scheduler_schedule": {
        "scheduler": "CreateSchedule GetSchedule UpdateSchedule DeleteSchedule",
        "iam": "PassRole",
    },
    "aws_scheduler_schedule_group": {
        "scheduler": "CreateScheduleGroup GetScheduleGroup DeleteScheduleGroup TagResource UntagResource"
        " ListTagsForResource"
    },
    "aws_security_group": {
        "ec2": f"CreateSecurityGroup DescribeSecurityGroups DeleteSecurityGroup DescribeNetworkInterfaces {_RULE}"
    },
    "aws_sfn_state_machine": {
        "states": "CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine"
        " ListStateMachineVersions ValidateStateMachineDefinition TagResource UntagResource"
        " ListTagsForResource",
        "iam": "PassRole",
    },
    "aws_sns_topic": {
        "sns": "CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic TagResource UntagResource"
        " ListTagsForResource"
    },
    "aws_sns_topic_policy": {"sns": "GetTopicAttributes SetTopicAttributes"},
    "aws_sns_topic_subscription": {
        "sns": "Subscribe GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe"
    },
    "aws_subnet": {
        "ec2": "CreateSubnet DescribeSubnets ModifySubnetAttribute DeleteSubnet DescribeNetworkInterfaces"
        " CreateTags DeleteTags"
    },
    "aws_vpc": {
        "ec2": "CreateVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute DeleteVpc DescribeNetworkAcls"
        " DescribeRouteTables DescribeSecurityGroups CreateTags DeleteTags"
    },
    "aws_vpc_endpoint": {
        "ec2": "CreateVpcEndpoint DescribeVpcEndpoints DescribePrefixLists ModifyVpcEndpoint"
        " DeleteVpcEndpoints CreateTags DeleteTags"
    },
    "aws_vpc_security_group_egress_rule": {"ec2": _RULE},
    "aws_vpc_security_group_ingress_rule": {"ec2": _RULE},
    "aws_wafv2_web_acl": {
        "wafv2": "CreateWebACL GetWebACL UpdateWebACL DeleteWebACL TagResource UntagResource"
        " ListTagsForResource"
    },
    "aws_availability_zones": {"ec2": "DescribeAvailabilityZones"},
    "aws_caller_identity": {"sts": "GetCallerIdentity"},
    "aws_iam_policy_document": {},
    "aws_partition": {},
}
# What boto3 calls here, by client; the action of a call has its name unless ACTIONS says otherwise.
CALLS: dict[str, str] = {
    "apigatewayv2": "get_apis get_tags",
    "budgets": "list_tags_for_resource",
    "cloudformation": "describe_stacks",
    "cloudfront": "list_distributions list_origin_access_controls list_response_headers_policies"
    " list_tags_for_resource",
    "ec2": "describe_availability_zones describe_regions describe_route_tables describe_security_groups"
    " describe_subnets describe_vpc_endpoints describe_vpcs",
    "ecr": "batch_delete_image describe_image_scan_findings describe_images describe_repositories"
    " get_authorization_token list_images list_tags_for_resource",
    "events": "list_rules",
    "freetier": "get_account_plan_state",
    "iam": "create_service_linked_role get_role list_role_tags",
    "lambda": "delete_function get_account_settings get_alias get_function get_function_concurrency"
    " get_function_configuration invoke list_tags list_versions_by_function update_alias",
    "logs": "filter_log_events list_tags_for_resource",
    "rds": "describe_account_attributes describe_orderable_db_instance_options list_tags_for_resource",
    "s3": "get_bucket_tagging get_object put_object",
    "scheduler": "list_tags_for_resource",
    "secretsmanager": "get_secret_value",
    "service-quotas": "get_service_quota",
    "sns": "list_subscriptions_by_topic",
    "stepfunctions": "list_state_machines list_tags_for_resource",
    "sts": "get_caller_identity",
    "wafv2": "list_web_acls",
}
_ACTIONS = {
    "apigatewayv2 get_apis": "apigateway:GET",
    "apigatewayv2 get_tags": "apigateway:GET",
    "lambda invoke": "lambda:InvokeFunction",
    "rds describe_account_attributes": "rds:DescribeAccountAttributes",
    "rds describe_orderable_db_instance_options": "rds:DescribeOrderableDBInstanceOptions",
    "service-quotas get_service_quota": "servicequotas:GetServiceQuota",
    "stepfunctions list_state_machines": "states:ListStateMachines",
    "stepfunctions list_tags_for_resource": "states:ListTagsForResource",
    "wafv2 list_web_acls": "wafv2:ListWebACLs",
}
# docker push.
_PUSH = (
    "ecr:BatchCheckLayerAvailability ecr:CompleteLayerUpload ecr:InitiateLayerUpload ecr:PutImage"
    " ecr:UploadLayerPart"
)
_ARNS = {
    "apigateway": ["arn:aws:apigateway:*::/*"],
    "budgets": [f"arn:aws:budgets::*:budget/{NAME}-*"],
    "cloudformation": [f"arn:aws:cloudformation:*:*:stack/{NAME}-*"],
    "cloudwatch": [
        f"arn:aws:cloudwatch:*:*:alarm:{NAME}-*",
        f"arn:aws:cloudwatch::*:dashboard/{NAME}",
    ],
    "ecr": [f"arn:aws:ecr:*:*:repository/{NAME}"],
    "events": [f"arn:aws:events:*:*:rule/{NAME}-scene-*"],
    "iam": [f"arn:aws:iam::*:role/{NAME}-*"],
    "lambda": [f"arn:aws:lambda:*:*:function:{NAME}-*"],
    "logs": [
        f"arn:aws:logs:*:*:log-group:/aws/lambda/{NAME}-*",
        f"arn:aws:logs:*:*:log-group:/aws/apigateway/{NAME}*",
        f"arn:aws:logs:*:*:log-group:/aws/rds/instance/{NAME}/*",
        f"arn:aws:logs:*:*:log-group:/aws/vendedlogs/states/{NAME}-*",
    ],
    "rds": [
        f"arn:aws:rds:*:*:db:{NAME}",
        f"arn:aws:rds:*:*:pg:{NAME}-*",
        f"arn:aws:rds:*:*:snapshot:{NAME}-last*",
        f"arn:aws:rds:*:*:subgrp:{NAME}",
    ],
    "s3": [f"arn:aws:s3:::{NAME}-page-*", f"arn:aws:s3:::{NAME}-results-*"],
    "scheduler": [
        f"arn:aws:scheduler:*:*:schedule/{NAME}/*",
        f"arn:aws:scheduler:*:*:schedule-group/{NAME}",
    ],
    "secretsmanager": ["arn:aws:secretsmanager:*:*:secret:rds!*"],
    "sns": [f"arn:aws:sns:*:*:{NAME}-alarms*"],
    "states": [f"arn:aws:states:*:*:stateMachine:{NAME}-scene"],
}
# Actions that know no narrower resource than all, of services that otherwise do.
_EVERYWHERE = [
    "ecr:GetAuthorizationToken",
    "events:ListRules",
    "lambda:GetAccountSettings",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "rds:DescribeAccountAttributes",
    "rds:DescribeDBInstances",
    "rds:DescribeOrderableDBInstanceOptions",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
    "states:ListStateMachines",
    "states:ValidateStateMachineDefinition",
    "cloudwatch:DescribeAlarms",
    "secretsmanager:CreateSecret",
]
_RDS_ROLE = "arn:aws:iam::*:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"


def actions() -> set[str]:
    """Return every action that the deployer needs."""
    of_resources = {
        f"{service}:{action}"
        for services in RESOURCES.values()
        for service, names in services.items()
        for action in names.split()
    }
    return of_resources | {action_of(*call) for call in calls()} | set(_PUSH.split())


def calls() -> Iterator[tuple[str, str]]:
    """Yield every call of boto3: client and method."""
    for client, methods in CALLS.items():
        for method in methods.split():
            yield client, method


def action_of(client: str, method: str) -> str:
    """Return the action that IAM asks for."""
    words = "".join(word.capitalize() for word in method.split("_"))
    return _ACTIONS.get(f"{client} {method}", f"{client}:{words}")


def statements() -> list[dict[str, Any]]:
    """Return the statements: one per service and kind of resource."""
    grouped = defaultdict(list)
    for action in sorted(actions()):
        grouped[tuple(_resources(action))].append(action)
    return [
        {
            "Effect": "Allow",
            "Action": granted,
            "Resource": [resource for resource in resources if resource],
            **_condition(granted),
        }
        for resources, granted in grouped.items()
    ]


def policies() -> list[dict[str, Any]]:
    """Return the policies, each short enough for IAM."""
    filled: list[list[dict[str, Any]]] = [[]]
    for statement in statements():
        if filled[-1] and _length([*filled[-1], statement]) > MAX_CHARACTERS:
            filled.append([])
        filled[-1].append(statement)
    return [{"Version": "2012-10-17", "Statement": each} for each in filled]


def write(folder: Path = FOLDER) -> None:
    """Write the policies as `1.json`, `2.json` and so on."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    for number, policy in enumerate(policies(), 1):
        (folder / f"{number}.json").write_text(json.dumps(policy, indent=2) + "\n")


def _resources(action: str) -> list[str]:
    service = action.partition(":")[0]
    if action == "iam:CreateServiceLinkedRole":
        return [_RDS_ROLE]
    if action == "iam:PassRole":
        return [*_ARNS["iam"], ""]  # apart from the others, for its condition
    if action == "iam:GetRole":
        return [*_ARNS["iam"], _RDS_ROLE]
    if action in _EVERYWHERE or service not in _ARNS:
        return ["*"]
    arns = _ARNS[service]
    return [*arns, *(f"{arn}/*" for arn in arns)] if service == "s3" else arns


def _condition(granted: list[str]) -> dict[str, Any]:
    if granted != ["iam:PassRole"]:
        return {}
    services = [f"{name}.amazonaws.com" for name in ("events", "lambda", "scheduler", "states")]
    return {"Condition": {"StringEquals": {"iam:PassedToService": services}}}


def _length(listed: list[dict[str, Any]]) -> int:
    policy = {"Version": "2012-10-17", "Statement": listed}
    return len("".join(json.dumps(policy, separators=(",", ":")).split()))


if __name__ == "__main__":
    write()
