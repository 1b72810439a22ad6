"""Where moto 5.2.5 differs from AWS in what the stack uses, each with what would fail without it.

Importing this module applies them; they reach into moto's classes, so the version is pinned.
"""

import json
import os
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from moto.awslambda import urls as lambda_urls
from moto.awslambda.models import LambdaFunction, LambdaStorage, Permission
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse
from moto.awslambda.utils import get_backend, split_function_arn
from moto.budgets.responses import BudgetsResponse
from moto.cloudfront import urls as cloudfront_urls
from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import DefaultCacheBehaviour, Origin, ViewerCertificate, random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.config import default_user_config
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.events.models import EventPattern, EventPatternParser
from moto.events.responses import EventsHandler
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.models import SERVICE_NAME_CONVERSION
from moto.rds.models import DBInstance, DBParameterGroup, RDSBackend
from moto.rds.responses import RDSResponse
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.responses import S3Response
from moto.stepfunctions.parser.asl.parse.asl_parser import (
    AmazonStateLanguageParser,
    ASLParserException,
)
from moto.stepfunctions.responses import StepFunctionResponse


def after(owner: type, name: str) -> Callable[[Callable[..., Any]], None]:
    """Correct what a method did or returned: called with self, its result and its arguments."""
    original = getattr(owner, name)

    def apply(correction: Callable[..., Any]) -> None:
        @wraps(original)
        def corrected(self: Any, *args: Any, **kwargs: Any) -> Any:
            return correction(self, original(self, *args, **kwargs), *args, **kwargs)

        setattr(owner, name, corrected)

    return apply


def instead(
    owner: type, name: str, kind: Callable[..., Any] | None = None
) -> Callable[[Callable[..., Any]], None]:
    """Replace a method, or add one that moto lacks; `kind` is `classmethod` or `property`."""

    def apply(replacement: Callable[..., Any]) -> None:
        setattr(owner, name, kind(replacement) if kind else replacement)

    return apply


# --- Which actions are called


def _recorded(name: str) -> None:
    """Append every action that moto is asked for to the file in TESELA_MOTO_CALLS."""
    original = getattr(ActionAuthenticatorMixin, name)

    def recording(self: Any, *arguments: Any, **named: Any) -> Any:
        if path := os.environ.get("TESELA_MOTO_CALLS"):
            with Path(path).open("a") as file:
                file.write(f"{self.service_name}:{self._get_action()}\n")
        return original(self, *arguments, **named)

    setattr(ActionAuthenticatorMixin, name, recording)


_recorded("_authenticate_and_authorize_action")


@after(ActionAuthenticatorMixin, "_authenticate_and_authorize_s3_action")
def _record_object(self: Any, _: None, bucket_name: str = "", key_name: str | None = None) -> None:
    """Append whose credentials asked for which action on which object: moto enforces no policies."""
    path = os.environ.get("TESELA_MOTO_OBJECTS")
    caller = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
    if not (path and caller):
        return
    action = self._get_action()
    names = [f"/{key_name}"] if key_name else [""]
    if action == "DeleteObject" and not key_name:  # many at once
        names = [f"/{name}" for name in re.findall(r"<Key>([^<]*)</Key>", self.body.decode())]
    with Path(path).open("a") as file:
        for name in names:
            file.write(f"{caller[1]} s3:{action} arn:aws:s3:::{bucket_name}{name}\n")


# --- Lambda

# moto would run functions in Docker; nothing here is invoked through it.
default_user_config["lambda"]["use_docker"] = False


@after(LambdaFunction, "__init__")
def _keep_logging(self: Any, _: None, *, spec: dict[str, Any], **__: Any) -> None:
    """moto forgets LoggingConfig: the second plan would set it again."""
    self.logging = spec["LoggingConfig"]


@after(LambdaFunction, "get_configuration")
def _tell_logging(self: Any, told: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
    return told | {"LoggingConfig": self.logging}


@after(LambdaStorage, "publish_version")
def _code_of_its_own(self: Any, published: Any, *_: Any) -> Any:
    """moto's versions share one code: with a new image, those before it would run it too."""
    published.code = dict(published.code)
    return published


@after(Policy, "add_statement")
def _conditions(self: Any, added: Any, raw: str, qualifier: str | None = None) -> Any:
    """moto leaves the restrictions of function URLs beside the statement: they are conditions."""
    statement, revision = added
    if auth := statement.pop("FunctionUrlAuthType", None):
        statement["Condition"] = {"StringEquals": {"lambda:FunctionUrlAuthType": auth}}
    if by_url := statement.pop("InvokedViaFunctionUrl", None):
        statement["Condition"] = {"Bool": {"lambda:InvokedViaFunctionUrl": str(by_url).lower()}}
    return statement, revision


@instead(LambdaResponse, "get_account_settings")
def _account_settings(self: Any) -> str:
    """moto does not have the account's limits: those of an account that AWS has raised to 1000."""
    functions = self.backend.list_functions("ALL")
    reserved = sum(function.reserved_concurrency or 0 for function in functions)
    limit = {
        "ConcurrentExecutions": 1000,
        "UnreservedConcurrentExecutions": 1000 - reserved,
        "TotalCodeSize": 80530636800,
        "CodeSizeUnzipped": 262144000,
        "CodeSizeZipped": 52428800,
    }
    return json.dumps({"AccountLimit": limit, "AccountUsage": {}})


lambda_urls.url_paths["{0}/(?P<api_version>[^/]+)/account-settings/?$"] = LambdaResponse.dispatch


# moto's CloudFormation grants on the function where an alias is named, and never takes back.


@instead(Permission, "create_from_cloudformation_json", classmethod)
def _grant(
    cls: Any, name: str, template: dict[str, Any], account: str, region: str, **_: Any
) -> Any:
    asked = template["Properties"] | {"StatementId": name}
    arn = split_function_arn(asked.pop("FunctionName"))
    function = get_backend(account, region).get_function(arn.function_name)
    function.policy.add_statement(json.dumps(asked), arn.version)
    made = cls(region)
    made.physical_resource_id = name
    return made


@instead(Permission, "delete_from_cloudformation_json", classmethod)
def _take_back(cls: Any, name: str, template: dict[str, Any], account: str, region: str) -> None:
    arn = split_function_arn(template["Properties"]["FunctionName"])
    get_backend(account, region).get_function(arn.function_name).policy.del_statement(name)


# --- S3


@instead(FakeBucket, "get_permission")
def _get_permission(self: Any, action: str, resource: str) -> Any:
    """moto ignores conditions: a Deny of plain HTTP would deny everything, as moto speaks no TLS.

    And it fails once a policy was deleted, which leaves {}: Terraform could not empty the bucket.
    """
    if not self.policy:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    policy["Statement"] = [said for said in policy["Statement"] if "Condition" not in said]
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)


@instead(FakeDeleteMarker, "dispose")
def _dispose(self: Any) -> None:
    """moto fails on a delete marker once versioning is off: Terraform could not empty the bucket."""


@instead(S3Response, "get_bucket_notification")
def _get_notification(self: Any) -> Any:
    """moto does not say that events go to EventBridge: the second plan would send them again."""
    kept = self.backend.get_bucket_notification_configuration(self.bucket_name)
    self.data["Action"] = "GetBucketNotificationConfiguration"
    to_events = kept is not None and kept.event_bridge is not None
    return self.serialized(ActionResult({"EventBridgeConfiguration": {}} if to_events else {}))


# --- IAM

# moto's role for RDS is AWSServiceRoleForrds: a second run would not find it, and fail to make it.
SERVICE_NAME_CONVERSION["rds"] = "RDS"


# --- RDS


@after(DBInstance, "__init__")
def _keep_lifecycle_support(self: Any, _: None, *__: Any, **named: Any) -> None:
    """moto forgets whether extended support is paid for: the second plan would say it again."""
    self.engine_lifecycle_support = named.get(
        "engine_lifecycle_support", "open-source-rds-extended-support"
    )


@after(DBParameterGroup, "update_parameters")
def _set_by_user(self: Any, _: None, changed: list[dict[str, Any]]) -> None:
    """moto does not mark changed parameters: the second plan would set them again."""
    for parameter in changed:
        self.parameters[parameter["ParameterName"]]["Source"] = "user"


@instead(RDSResponse, "describe_account_attributes")
def _account_attributes(self: Any) -> ActionResult:
    """moto does not have the account's quotas."""
    quota = {"AccountQuotaName": "DBInstances", "Used": len(self.backend.databases), "Max": 40}
    return ActionResult({"AccountQuotas": [quota]})


@instead(RDSBackend, "describe_orderable_db_instance_options")
def _orderable(self: Any, engine: str, engine_version: str) -> list[dict[str, Any]]:
    """moto knows classes of some engines, PostgreSQL not among them."""
    zones = [{"Name": f"{self.region_name}{letter}"} for letter in "abc"]
    return [
        {
            "Engine": engine,
            "EngineVersion": "16.9",
            "DBInstanceClass": "db.t4g.micro",
            "AvailabilityZones": zones,
        }
    ]


# --- EventBridge


@instead(EventsHandler, "test_event_pattern")
def _test_event_pattern(self: Any) -> str:
    """moto matches events, and has no call that says so."""
    pattern, event = self._get_param("EventPattern"), json.loads(self._get_param("Event"))
    parsed = EventPattern(pattern, EventPatternParser(pattern).parse())
    return json.dumps({"Result": parsed.matches_event(event)})


# --- Step Functions


@instead(StepFunctionResponse, "validate_state_machine_definition")
def _validate_definition(self: Any) -> ActionResult:
    """moto does not have the call with which the provider plans a state machine."""
    problems = []
    try:
        AmazonStateLanguageParser.parse(self._get_param("definition"))
    except ASLParserException as error:
        problems = [{"severity": "ERROR", "code": "SCHEMA", "message": repr(error)}]
    return ActionResult({"result": "FAIL" if problems else "OK", "diagnostics": problems})


@instead(StepFunctionResponse, "list_state_machine_versions")
def _list_versions(self: Any) -> ActionResult:
    """moto does not have the call with which the provider reads a state machine."""
    return ActionResult({"stateMachineVersions": []})


# --- EC2


@after(SecurityGroupRule, "__init__")
def _keep_description(self: Any, _: None, *args: Any, **__: Any) -> None:
    """moto forgets what a rule to a group or a prefix list is for: the second plan would say it."""
    self.said = [whom for whom in args[5:8] if whom]  # a range, a group or a prefix list


@instead(SecurityGroupRule, "description", property)
def _description(self: Any) -> str | None:
    return next((one["Description"] for one in self.said if one.get("Description")), None)


# --- CloudFront


@after(Origin, "__init__")
def _keep_access_control(self: Any, _: None, origin: dict[str, Any]) -> None:
    """moto forgets the origin access control: the second plan would set it again."""
    self.origin_access_control_id = origin.get("OriginAccessControlId", "")


@after(DefaultCacheBehaviour, "__init__")
def _no_forwarded_values(self: Any, _: None, config: dict[str, Any]) -> None:
    """moto tells forwarded values beside a cache policy: the second plan would remove them."""
    self.forwarded_values = None


@after(ViewerCertificate, "__init__")
def _no_ssl_method(self: Any, _: None, config: dict[str, Any]) -> None:
    """moto tells how CloudFront's own certificate is served: the second plan would remove that."""
    self.ssl_support_method = None


# moto has no response headers policies.
_headers_policies: dict[str, dict[str, Any]] = {}


def _answer(policy: dict[str, Any]) -> ActionResult:
    return ActionResult({"ResponseHeadersPolicy": policy, "ETag": policy["Id"]})


@instead(CloudFrontResponse, "create_response_headers_policy")
def _create_headers_policy(self: Any) -> ActionResult:
    policy = {
        "Id": random_id(),
        "LastModifiedTime": "2026-01-01T00:00:00Z",
        "ResponseHeadersPolicyConfig": self._get_param("ResponseHeadersPolicyConfig"),
    }
    _headers_policies[policy["Id"]] = policy
    return _answer(policy)


@instead(CloudFrontResponse, "get_response_headers_policy")
def _get_headers_policy(self: Any) -> ActionResult:
    return _answer(_headers_policy(self))


def _headers_policy(response: Any) -> dict[str, Any]:
    try:
        return _headers_policies[response._get_param("Id")]
    except KeyError:
        raise CloudFrontException("NoSuchResponseHeadersPolicy", "It does not exist.") from None


@instead(CloudFrontResponse, "update_response_headers_policy")
def _update_headers_policy(self: Any) -> ActionResult:
    policy = _headers_policy(self)
    policy["ResponseHeadersPolicyConfig"] = self._get_param("ResponseHeadersPolicyConfig")
    return _answer(policy)


@instead(CloudFrontResponse, "delete_response_headers_policy")
def _delete_headers_policy(self: Any) -> EmptyResult:
    del _headers_policies[_headers_policy(self)["Id"]]
    return EmptyResult()


for _path in ("response-headers-policy$", "response-headers-policy/(?P<policy_id>[^/]+)$"):
    cloudfront_urls.url_paths["{0}/2020-05-31/" + _path] = CloudFrontResponse.dispatch


# --- Budgets


@instead(BudgetsResponse, "describe_subscribers_for_notification")
def _describe_subscribers(self: Any) -> str:
    """moto knows the subscribers and has no call that tells them."""
    budget = self.backend.budgets[self._get_param("AccountId")][self._get_param("BudgetName")]
    asked = self._get_param("Notification")["NotificationType"]
    subscribers = [
        subscriber
        for notification in budget.notifications
        if notification.details["NotificationType"] == asked
        for subscriber in notification.subscribers
    ]
    return json.dumps({"Subscribers": subscribers})


@after(BudgetsResponse, "create_budget")
def _keep_tags(self: Any, answer: str) -> str:
    """moto forgets a budget's tags: the second plan would set them again."""
    account, budget = self._get_param("AccountId"), self._get_param("Budget")["BudgetName"]
    self.backend.budgets[account][budget].tags = self._get_param("ResourceTags", [])
    return answer


@instead(BudgetsResponse, "list_tags_for_resource")
def _list_tags(self: Any) -> str:
    name = self._get_param("ResourceARN").split("/")[-1]
    return json.dumps({"ResourceTags": self.backend.budgets[self.current_account][name].tags})
