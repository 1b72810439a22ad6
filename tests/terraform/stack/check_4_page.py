"""The page as CloudFront serves it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from scripts.local.lambda_runtime.function import aws_settings, machine_environment
from scripts.local.page import page_config, security_headers
from tests.terraform.account import ROOT, Account

PAGE = ROOT / "dashboard_static"


def test_the_bucket_holds_every_file_of_the_page(account: Account, outputs: Any) -> None:
    s3 = account.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=outputs["page_bucket"])
    kept = {item["Key"] for page in pages for item in page["Contents"]}
    files = {str(file.relative_to(PAGE)) for file in PAGE.rglob("*") if file.is_file()}
    assert kept == files | {"config.json"}


@pytest.mark.parametrize(
    ("file", "content_type", "cache"),
    [
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        ("js/main.js", "text/javascript; charset=utf-8", "no-cache"),
        ("styles.css", "text/css; charset=utf-8", "no-cache"),
        ("samples/town.tif", "image/tiff", "public, max-age=86400"),
    ],
)
def test_a_file_of_the_page_is_fetched_as_it_is(
    account: Account, outputs: dict[str, Any], file: str, content_type: str, cache: str
) -> None:
    found = account.client("s3").get_object(Bucket=outputs["page_bucket"], Key=file)
    assert found["Body"].read() == (PAGE / file).read_bytes()
    assert (found["ContentType"], found["CacheControl"]) == (content_type, cache)


def test_config_json_is_the_one_that_make_run_serves(
    account: Account, outputs: Any, variables: Any
) -> None:
    found = account.client("s3").get_object(Bucket=outputs["page_bucket"], Key="config.json")
    config = json.loads(found["Body"].read())
    without = {} if variables["scenes_image_uri"] else {"scenes": None}
    assert config == page_config(outputs["api_url"]) | without
    assert len(config["classes"]) == 10
    assert found["CacheControl"] == "no-cache"


def test_the_page_comes_by_https(account: Account) -> None:
    assert _behaviour(account)["ViewerProtocolPolicy"] == "redirect-to-https"


def test_the_page_s_headers_are_those_that_make_run_sends(account: Account, outputs: Any) -> None:
    bucket = f"https://{outputs['results_bucket']}.s3.us-east-1.amazonaws.com"
    assert _headers(account) == security_headers(outputs["api_url"], bucket)


def test_a_link_to_a_large_result_passes_the_page_s_policy(
    account: Account, outputs: dict[str, Any]
) -> None:
    """As on AWS: boto3 names the host by the region, and moto's address is out of it."""
    code = (
        "from tesela.edges.s3 import S3Objects; print(S3Objects(sys.argv[1], 900).link('scores'))"
    )
    elsewhere = aws_settings("") | machine_environment() | {"PYTHONPATH": "lambda_image"}
    del elsewhere["AWS_ENDPOINT_URL"]
    link = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}", outputs["results_bucket"]],
        env=elsewhere,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    origin = "/".join(link.split("/")[:3])
    directives = _headers(account)["Content-Security-Policy"].split("; ")
    assert origin in next(one for one in directives if one.startswith("connect-src")).split()


def _behaviour(account: Account) -> Any:
    told = account.client("cloudfront").list_distributions()["DistributionList"]
    (distribution,) = told["Items"]
    return distribution["DefaultCacheBehavior"]


def _headers(account: Account) -> dict[str, str]:
    """Return the headers that CloudFront adds to every answer, HSTS apart."""
    policy = account.client("cloudfront").get_response_headers_policy(
        Id=_behaviour(account)["ResponseHeadersPolicyId"]
    )["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]
    said = policy["SecurityHeadersConfig"]
    return {
        "Content-Security-Policy": said["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff" if "ContentTypeOptions" in said else "",
        "X-Frame-Options": said["FrameOptions"]["FrameOption"],
        "Referrer-Policy": said["ReferrerPolicy"]["ReferrerPolicy"],
        **{one["Header"]: one["Value"] for one in policy["CustomHeadersConfig"]["Items"]},
    }
