"""An AWS account on this machine: moto, a PostgreSQL like RDS, the deployed functions, HTTPS to both URLs."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import jmespath
import requests

from scripts.local.http.server import Connection, HttpServer
from scripts.local.lambda_runtime.function import aws_settings
from scripts.local.lambda_runtime.function_url import FunctionUrl
from scripts.local.process.child import Child
from scripts.local.process.port import free_port
from tests.deploy.functions import Functions, InvokeServer
from tests.deploy.internet import Internet
from tests.edges.rds import MASTER, PASSWORD, Rds
from tests.edges.tokens import TokenServer

ROOT = Path(__file__).parents[2]

_LISTS = (
    ("s3", "list_buckets", "Buckets[].Name"),
    ("ecr", "describe_repositories", "repositories[].repositoryName"),
    ("lambda", "list_functions", "Functions[].FunctionName"),
    ("rds", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"),
    ("rds", "describe_db_snapshots", "DBSnapshots[].DBSnapshotIdentifier"),
    ("secretsmanager", "list_secrets", "SecretList[].Name"),
    ("ec2", "describe_vpcs", "Vpcs[?!IsDefault].VpcId"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints[?State!='deleted'].VpcEndpointId"),
    ("apigatewayv2", "get_apis", "Items[].ApiId"),
    ("cloudfront", "list_distributions", "DistributionList.Items[].Id"),
    ("cloudfront", "list_origin_access_controls", "OriginAccessControlList.Items[].Id"),
    ("cloudformation", "list_stacks", "StackSummaries[?StackStatus!='DELETE_COMPLETE'].StackName"),
    # The roles of AWS's own services are the account's, and stay.
    ("iam", "list_roles", "Roles[?!starts_with(Path, '/aws-service-role/')].RoleName"),
    ("scheduler", "list_schedules", "Schedules[].Name"),
    ("scheduler", "list_schedule_groups", "ScheduleGroups[?Name!='default'].Name"),
    ("stepfunctions", "list_state_machines", "stateMachines[].name"),
    ("events", "list_rules", "Rules[].Name"),
    ("logs", "describe_log_groups", "logGroups[].logGroupName"),
    ("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
    ("sns", "list_topics", "Topics[].TopicArn"),
)


class Cloud:
    """`environment`: with it, programs of this machine find this account and no other."""

    master_password = PASSWORD

    def __init__(self, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._folder = folder
        tokens = TokenServer("local", "local", "us-east-1")
        (folder / "rds").mkdir()
        self._rds = Rds(folder / "rds", tokens)
        self._logs = folder / "logs"
        self._functions = Functions(self.url, self._configuration, self._logs)
        self._functions.database_url = self._rds.iam_url
        self._knows_login = False  # the database's secret
        self._invoke = InvokeServer(self._functions.invoke)
        self._api = FunctionUrl(0, lambda call: self._functions.invoke("tesela-api:live", call))
        self._page = PageServer(self.client("s3"))
        servers = {".cloudfront.net": self._page.port, ".amazonaws.com": self._api.port}
        self._internet = Internet(servers, folder)
        for server in (self._invoke, self._api, self._page):
            server.start()
        self._moto = self._start_moto(folder / "moto.log")

    @property
    def environment(self) -> dict[str, str]:
        return {
            **aws_settings(self.url),
            "HTTPS_PROXY": self._internet.url,
            "SSL_CERT_FILE": str(self._internet.authority),
        }

    def client(self, service: str) -> Any:
        login = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", **login)

    def function(self, name: str) -> dict[str, Any]:
        """Return its configuration and, as `ImageUri`, what it runs; NAME or NAME:QUALIFIER."""
        name, _, qualifier = name.partition(":")
        asked = {"FunctionName": name, "Qualifier": qualifier or "$LATEST"}
        client = self.client("lambda")
        code = client.get_function(**asked)["Code"]
        configuration: dict[str, Any] = client.get_function_configuration(**asked)
        return configuration | {"ImageUri": code["ImageUri"]}

    @property
    def api_url(self) -> str:
        """Return the address of the alias `live` on this machine."""
        return self._api.url

    def live_version(self) -> int:
        """Return the version that the alias names."""
        alias = self.client("lambda").get_alias(FunctionName="tesela-api", Name="live")
        return int(alias["FunctionVersion"])

    def break_image(self, image_uri: str) -> None:
        """Let functions that run this image fail at every call."""
        self._functions.broken.add(image_uri)

    def fall_asleep(self) -> None:
        """Let the functions be inactive, as after two weeks without a call."""
        (self._folder / "asleep").touch()

    def lose_database(self) -> None:
        """Delete the database with everything in it; what Terraform makes next is empty."""
        rds = self.client("rds")
        rds.modify_db_instance(DBInstanceIdentifier="tesela", DeletionProtection=False)
        rds.delete_db_instance(DBInstanceIdentifier="tesela", SkipFinalSnapshot=True)
        self._rds.disconnect("tesela")
        self._rds.execute("DROP OWNED BY tesela")
        self._rds.execute("DROP ROLE tesela")
        self._knows_login = False

    def logs(self) -> str:
        """Return all that the functions printed."""
        return "".join(path.read_text() for path in self._logs.rglob("*.log"))

    def actions(self) -> set[str]:
        """Return what IAM would have been asked to allow, of all that was called so far."""
        calls = set((self._folder / "calls").read_text().split())
        return {action for call in calls for action in _actions_of(call)}

    def leftovers(self) -> dict[str, list[Any]]:
        """Return what is in the account and was not there at first, by call."""
        found = {
            f"{service} {call}": jmespath.search(where, getattr(self.client(service), call)())
            for service, call, where in _LISTS
        }
        return {call: names for call, names in found.items() if names}

    def stop(self) -> None:
        self._moto.stop()
        self._functions.stop()
        for server in (self._invoke, self._api, self._page, self._internet):
            server.stop()
        self._rds.stop()

    def _configuration(self, name: str) -> dict[str, Any]:
        self._tell_the_masters_login()
        return self.function(name)

    def _tell_the_masters_login(self) -> None:
        """RDS's part: moto writes a login of nobody's into the secret, which goes with the database."""
        manager = self.client("secretsmanager")
        secrets = [] if self._knows_login else manager.list_secrets()["SecretList"]
        for secret in secrets:
            login = json.dumps({"username": MASTER, "password": PASSWORD})
            manager.put_secret_value(SecretId=secret["ARN"], SecretString=login)
            self._knows_login = True

    def _start_moto(self, log: Path) -> Child:
        port = self.url.rpartition(":")[2]
        moto = Child(
            [
                *(sys.executable, "-m", "tests.deploy.moto_server"),
                *(port, self._invoke.url, str(self._folder)),
            ],
            environment=os.environ
            | {
                "S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true",
                "TESELA_MOTO_CALLS": str(self._folder / "calls"),
            },
            log=log,
            directory=ROOT,
        )
        deadline = time.monotonic() + 60
        while not _answers(self.url):
            assert moto.running, moto.log_tail()
            assert time.monotonic() < deadline, moto.log_tail()
            time.sleep(0.1)
        return moto


_SERVICES = {"awslambda": "lambda", "service-quotas": "servicequotas", "stepfunctions": "states"}
_OTHERWISE_NAMED = {
    "cloudfront:CreateDistributionWithTags": [
        "cloudfront:CreateDistribution",
        "cloudfront:TagResource",
    ],
    "lambda:Invoke": ["lambda:InvokeFunction"],
    "s3:HeadBucket": ["s3:ListBucket"],
}


def _actions_of(call: str) -> list[str]:
    service, _, name = call.partition(":")
    if service == "apigatewayv2":  # whose actions are HTTP's methods
        methods = {"Create": "POST", "Get": "GET", "Update": "PATCH", "Delete": "DELETE"}
        return [f"apigateway:{method}" for verb, method in methods.items() if name.startswith(verb)]
    if service == "budgets":  # one action to read, one to write
        return ["budgets:ViewBudget" if name.startswith("Describe") else "budgets:ModifyBudget"]
    action = f"{_SERVICES.get(service, service)}:{name}"
    return _OTHERWISE_NAMED.get(action, [action])


class PageServer(HttpServer):
    """CloudFront's part: the files of the page's bucket."""

    def __init__(self, s3: Any) -> None:
        super().__init__(0, _PageConnection)
        self.s3 = s3


class _PageConnection(Connection):
    server: PageServer

    def answer(self, body: bytes) -> None:
        buckets = [bucket["Name"] for bucket in self.server.s3.list_buckets()["Buckets"]]
        bucket = next(name for name in buckets if "-page-" in name)
        found = self.server.s3.get_object(Bucket=bucket, Key=self.path.lstrip("/"))
        self.reply(200, found["Body"].read(), [("Content-Type", found["ContentType"])])


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/moto-api/", timeout=5).ok
    except requests.ConnectionError:
        return False
