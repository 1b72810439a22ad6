from collections.abc import Iterator
from hashlib import sha256

import numpy as np
import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate
from pydantic import ValidationError
from tesela.api.access import Access
from tesela.settings import Settings

from scripts.local.event import Request, function_url_event
from scripts.local.function import Function
from scripts.local.function_url import FunctionUrl
from scripts.local.stack import ROOT, LocalStack
from scripts.local.workers import Workers
from tests.stack import OverHttp
from tests.tiffs import placed

TOKEN, OTHER = "a-token-of-the-city", "a-token-of-the-region"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PATHS = ("/predictions", "/health", "/docs", "/openapi.json", "/ready", "/health/", "//health", "")


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def request(method: str, path: str, authorization: str | None = None) -> APIGatewayProxyEventV2:
    headers = () if authorization is None else (("Authorization", authorization),)
    asked = Request(method, path, headers, b"", "127.0.0.1", 80)
    return APIGatewayProxyEventV2(function_url_event(asked, "id", "Root=1-0-0", 0))


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def closed(stack: LocalStack, tmp_path_factory) -> Iterator[OverHttp]:
    """The function as it is deployed with two tokens: a worker on the stack's PostgreSQL and S3."""
    hashes = f"{digest(TOKEN)}, {digest(OTHER).upper()}"
    settings = stack.environment | {"TESELA_TOKEN_HASHES": hashes}
    workers = Workers(1, tmp_path_factory.mktemp("logs"))
    url = FunctionUrl(0, workers.invoke)
    try:
        workers.start(Function(ROOT / "lambda_image", settings=settings))
        url.start()
        yield OverHttp(url.url)
    finally:
        url.stop()
        workers.stop()


@pytest.mark.parametrize("token", [TOKEN, OTHER])
def test_each_known_token_opens_the_api(closed: OverHttp, token: str) -> None:
    assert closed("GET", "/predictions", headers=bearer(token)).status == 200


@pytest.mark.parametrize(
    "headers",
    [{}, bearer("guess"), bearer(""), bearer(digest(TOKEN)), {"authorization": f"Basic {TOKEN}"}],
)
def test_without_a_known_token_the_answer_is_a_401_that_says_what_to_send(
    closed: OverHttp, headers: dict[str, str]
) -> None:
    reply = closed("DELETE", "/predictions/no-uuid", headers=headers)
    assert (reply.status, reply.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert "Authorization: Bearer" in reply.json["detail"]
    assert reply.json["instance"].endswith(reply.headers["X-Request-Id"])


def test_the_page_may_read_a_401_and_send_a_token(closed: OverHttp, stack: LocalStack) -> None:
    origin = {"origin": stack.page_url}
    asked = origin | {"access-control-request-headers": "authorization"}
    preflight = closed("OPTIONS", "/predictions", headers=asked)
    refused = closed("GET", "/predictions", headers=origin)
    assert (preflight.status, refused.status) == (204, 401)
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert refused.headers["Access-Control-Allow-Origin"] == stack.page_url
    stranger = closed("GET", "/predictions", headers={"origin": "https://elsewhere.test"})
    assert "Access-Control-Allow-Origin" not in stranger.headers


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json"])
def test_what_holds_no_data_is_open(closed: OverHttp, path: str) -> None:
    assert closed("GET", path).status == 200
    assert closed("GET", "/ready").status == 401


def test_the_description_tells_where_a_token_is_needed(closed: OverHttp) -> None:
    document = closed("GET", "/openapi.json").json
    validate(document)
    assert '"bearer"' in closed("GET", "/docs").body.decode()
    predict, health = document["paths"]["/predictions"]["post"], document["paths"]["/health"]["get"]
    scheme = document["components"]["securitySchemes"]["token"]
    assert scheme == {"type": "http", "scheme": "bearer"}
    assert document["security"] == [{"token": []}]
    assert ("security" in predict, health["security"]) == (False, [])
    assert "401" in predict["responses"]
    assert "401" not in health["responses"]


def test_a_large_result_is_a_link_that_needs_no_token(closed: OverHttp) -> None:
    noise = np.random.default_rng(6).integers(1, 255, (8, 700, 700), np.uint8)
    body, known = placed(noise), bearer(TOKEN)
    key = closed("POST", "/predictions", body, known).json["id"]
    reply = closed("GET", f"/predictions/{key}/source.tif", headers=known)
    assert reply.status == 200  # the redirect was followed, without the token
    assert reply.body == body


@given(method=st.sampled_from(METHODS), path=st.sampled_from(PATHS), authorization=st.text())
def test_no_header_but_a_known_token_s_opens_what_is_closed(
    method: str, path: str, authorization: str
) -> None:
    access = Access([digest(TOKEN)])
    is_open = method == "OPTIONS" or (
        method == "GET" and path in ("/", "/health", "/docs", "/openapi.json")
    )
    assert access.admits(request(method, path, authorization)) == is_open
    assert access.admits(request(method, path, f"bearer  {TOKEN} "))


@given(st.lists(st.text(min_size=1).filter(lambda token: token == token.strip()), max_size=4))
def test_every_token_is_known_by_its_hash_alone(tokens: list[str]) -> None:
    access = Access([digest(TOKEN), *map(digest, tokens)])
    for token in tokens:
        assert access.admits(request("POST", "/predictions", f"Bearer {token}"))


def test_with_public_read_only_changes_need_a_token() -> None:
    access = Access([digest(TOKEN)], public_read=True)
    needing = {method for method in METHODS if access.needs_token(method, "/predictions")}
    assert needing == set(METHODS) - {"GET", "OPTIONS"}


def test_without_tokens_everything_is_open() -> None:
    assert Access().admits(request("DELETE", "/predictions/x"))


def settings(**named: str) -> Settings:
    needed = {
        "TESELA_BUCKET": "bucket",
        "DATABASE_URL": "postgresql://u:geheim@h/d",
        "TESELA_PAGE_ORIGIN": "https://page.test",
    }
    return Settings.read(needed | named)


def test_hashes_are_split_at_commas_and_none_is_none() -> None:
    listed = f" {digest(TOKEN).upper()} ,{digest(OTHER)},"
    assert settings(TESELA_TOKEN_HASHES=listed).token_hashes == (digest(TOKEN), digest(OTHER))
    assert settings(TESELA_TOKEN_HASHES="").token_hashes == ()


def test_a_token_in_the_place_of_a_hash_is_refused_and_not_shown() -> None:
    with pytest.raises(ValidationError, match=r"TESELA_TOKEN_HASHES\n.*entry 2") as refused:
        settings(TESELA_TOKEN_HASHES=f"{digest(OTHER)},{TOKEN}", TESELA_PUBLIC_READ="perhaps")
    assert "TESELA_PUBLIC_READ" in str(refused.value)
    assert TOKEN not in str(refused.value)
    with pytest.raises(ValidationError) as refused:
        settings(DATABASE_URL="mysql://u:geheim@h/d")
    assert "geheim" not in str(refused.value)
