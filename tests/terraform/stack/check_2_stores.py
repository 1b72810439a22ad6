"""Network, database and results: private, encrypted, by TLS."""

import json
from typing import Any

import pytest

from tests.terraform.account import Account
from tests.terraform.module import Module


def test_nothing_leads_to_the_internet(account: Account) -> None:
    ec2 = account.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Project", "Values": ["tesela"]}])["Vpcs"]
    gateways = ec2.describe_internet_gateways()["InternetGateways"]
    ours = [one for one in gateways if one["Attachments"][0]["VpcId"] == vpc["VpcId"]]
    assert not ours
    assert not ec2.describe_nat_gateways()["NatGateways"]


def test_the_database_is_private_encrypted_and_logged_in_to_by_iam(account: Account) -> None:
    (database,) = account.client("rds").describe_db_instances()["DBInstances"]
    assert database["StorageEncrypted"]
    assert not database["PubliclyAccessible"]
    assert database["IAMDatabaseAuthenticationEnabled"]
    assert database["BackupRetentionPeriod"] == 7
    assert database["EngineVersion"].startswith("16")


def test_the_database_takes_tls_alone(account: Account) -> None:
    rds = account.client("rds")
    told = rds.describe_db_parameters(DBParameterGroupName="tesela-postgres16")["Parameters"]
    assert {p["ParameterName"]: p.get("ParameterValue") for p in told}["rds.force_ssl"] == "1"


def test_rds_keeps_the_master_s_password_in_a_secret(
    account: Account, outputs: dict[str, Any]
) -> None:
    told = account.client("secretsmanager").describe_secret(SecretId=outputs["database_secret_arn"])
    assert told["OwningService"] == "rds"


def test_no_secret_is_in_the_state(
    account: Account, module: Module, outputs: Any, bearer: Any
) -> None:
    arn = outputs["database_secret_arn"]
    secret = account.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    state = module.state_text()
    assert json.loads(secret)["password"] not in state
    assert bearer["authorization"].removeprefix("Bearer ") not in state


@pytest.mark.parametrize("bucket", ["results_bucket", "page_bucket"])
def test_buckets_are_closed_encrypted_and_for_tls_alone(
    account: Account, outputs: dict[str, Any], bucket: str
) -> None:
    s3, name = account.client("s3"), outputs[bucket]
    blocked = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]
    rule = encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert rule["SSEAlgorithm"] == "AES256"
    policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
    (denied,) = (said for said in policy["Statement"] if said["Effect"] == "Deny")
    assert denied["Action"] == "s3:*"
    assert denied["Principal"] == "*"
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {*denied["Resource"]} == {f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"}


@pytest.mark.parametrize(
    ("prefix", "days"), [("uploads", 1), ("exports", 1), ("scene-work", 7), ("scene-events", 7)]
)
def test_results_are_versioned_and_temporary_ones_last_for_days(
    account: Account, outputs: Any, prefix: str, days: int
) -> None:
    s3, name = account.client("s3"), outputs["results_bucket"]
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    temporary = next(rule for rule in rules if rule["ID"] == prefix)
    assert temporary["Filter"]["Prefix"] == f"{prefix}/"
    assert temporary["Expiration"]["Days"] == days
    assert temporary["NoncurrentVersionExpiration"]["NoncurrentDays"] == 1


def test_the_page_alone_uploads_by_cors(account: Account, outputs: dict[str, Any]) -> None:
    rules = account.client("s3").get_bucket_cors(Bucket=outputs["results_bucket"])["CORSRules"]
    origins = {
        method: rule["AllowedOrigins"] for rule in rules for method in rule["AllowedMethods"]
    }
    assert origins == {"PUT": [outputs["page_url"]], "GET": ["*"], "HEAD": ["*"]}
