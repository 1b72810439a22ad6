"""Who may do what, and who is told when it goes wrong."""

from typing import Any

from tests.terraform.account import Account
from tests.terraform.deployed import HttpApi
from tests.terraform.grants import allowed, of_alias, of_role, public


def test_the_api_role_may_do_this_and_no_more(
    account: Account, outputs: dict[str, Any], variables: dict[str, Any]
) -> None:
    granted = allowed(account, "api")
    bucket = f"arn:aws:s3:::{outputs['results_bucket']}"
    (database,) = account.client("rds").describe_db_instances()["DBInstances"]
    user = f"dbuser:{database['DbiResourceId']}/tesela"
    group = f"arn:aws:logs:us-east-1:123456789012:log-group:{outputs['log_group']}:*"
    network = granted.pop(("*",))
    assert all(action.startswith("ec2:") and "*" not in action for action in network)
    assert granted == {
        (group,): {"logs:CreateLogStream", "logs:PutLogEvents"},
        (f"arn:aws:rds-db:us-east-1:123456789012:{user}",): {"rds-db:connect"},
        (bucket,): {"s3:ListBucket"},
        (f"{bucket}/access.json",): {"s3:GetObject"},
        (f"{bucket}/exports/*", f"{bucket}/predictions/*", f"{bucket}/uploads/*"): {
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:PutObject",
        },
    } | (_of_scenes(bucket) if variables["scenes_image_uri"] else {})


def _of_scenes(bucket: str) -> dict[tuple[str, ...], set[str]]:
    prefixes = ("scene-events", "scene-work", "scenes")
    actions = ("AbortMultipartUpload", "DeleteObject", "GetObject", "ListMultipartUploadParts")
    return {
        tuple(f"{bucket}/{prefix}/*" for prefix in prefixes): {
            f"s3:{action}" for action in (*actions, "PutObject")
        }
    }


def test_the_migrate_role_reads_and_deletes_but_writes_no_object(account: Account) -> None:
    actions = set().union(*allowed(account, "migrate").values())
    assert {action for action in actions if action.startswith("s3:")} == {
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
    }


def test_the_code_of_a_function_cannot_touch_the_network(account: Account) -> None:
    (denied,) = (said for said in of_role(account, "api") if said["Effect"] == "Deny")
    arn = "arn:aws:lambda:us-east-1:123456789012:function:tesela-api"
    assert denied["Condition"] == {"ArnEquals": {"lambda:SourceFunctionArn": arn}}
    assert "ec2:CreateNetworkInterface" in denied["Action"]


def test_the_schedules_call_both_functions_and_nothing_else(account: Account) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function"
    called = {(f"{arn}:tesela-api:live", f"{arn}:tesela-migrate"): {"lambda:InvokeFunction"}}
    assert allowed(account, "scheduler") == called
    scheduler = account.client("scheduler")
    listed = scheduler.list_schedules(GroupName="tesela")["Schedules"]
    targets = [
        scheduler.get_schedule(GroupName="tesela", Name=one["Name"])["Target"] for one in listed
    ]
    assert {target["Arn"] for target in targets} == {
        f"{arn}:tesela-api:live",
        f"{arn}:tesela-migrate",
    }


def test_who_calls_the_public_function_calls_its_url(account: Account) -> None:
    alias = "arn:aws:lambda:us-east-1:123456789012:function:tesela-api:live"
    assert {said["Resource"] for said in of_alias(account)} == {alias}
    assert public(account) == {
        "lambda:InvokeFunctionUrl": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        "lambda:InvokeFunction": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
    }


def test_the_repository_s_tags_are_immutable_and_images_scanned(account: Account) -> None:
    (repository,) = account.client("ecr").describe_repositories()["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"]["scanOnPush"]


def test_both_urls_lead_to_the_alias(account: Account, outputs: dict[str, Any]) -> None:
    url = account.client("lambda").get_function_url_config(
        FunctionName="tesela-api", Qualifier="live"
    )
    assert url["AuthType"] == "NONE"
    api = HttpApi(account, outputs["api_url"])
    assert api.route["RouteKey"] == "$default"
    assert api.integration["PayloadFormatVersion"] == "2.0"
    assert api.function == "tesela-api:live"


def test_alarms_reach_the_address(account: Account, variables: dict[str, Any]) -> None:
    alarms = account.client("cloudwatch").describe_alarms()["MetricAlarms"]
    of_scenes = (
        {"scenes", "scenes-late", "scenes-start"} if variables["scenes_image_uri"] else set()
    )
    assert {alarm["AlarmName"].removeprefix("tesela-") for alarm in alarms} == of_scenes | {
        *("connections", "credits", "database", "duration", "errors", "failures"),
        *("latency", "memory", "migrate", "rows", "storage", "throttles"),
    }
    (topic,) = {action for alarm in alarms for action in alarm["AlarmActions"]}
    told = account.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [one["Endpoint"] for one in told] == ["operator@example.org"]
