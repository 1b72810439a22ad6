"""And nothing is left."""

from collections.abc import Callable
from typing import Any

from tests.terraform.account import Account
from tests.terraform.module import Module

Tell = Callable[[str], None]


def test_destroying_leaves_nothing(
    account: Account, module: Module, variables: Any, tell: Tell
) -> None:
    changes = module.destroy(**variables)
    tell(f"destroy: {changes}")
    assert module.resources() == []
    assert account.client("lambda").list_functions()["Functions"] == []
    assert account.client("rds").describe_db_instances()["DBInstances"] == []
    assert account.client("s3").list_buckets()["Buckets"] == []
    assert account.client("ecr").describe_repositories()["repositories"] == []
    assert account.client("logs").describe_log_groups()["logGroups"] == []
    assert account.client("cloudfront").list_distributions()["DistributionList"]["Quantity"] == 0
    assert account.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert account.client("scheduler").list_schedules()["Schedules"] == []
    assert account.client("stepfunctions").list_state_machines()["stateMachines"] == []
    assert account.client("events").list_rules()["Rules"] == []
    roles = account.client("iam").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles if "/aws-service-role/" not in role["Path"]] == []
    assert account.client("secretsmanager").list_secrets()["SecretList"] == []
