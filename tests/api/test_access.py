from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate
from pydantic import ValidationError
from tesela.api.access import Access
from tesela.api.problems import problem_of
from tesela.errors import TokenRequiredError, TokenScopeError
from tesela.settings import Settings
from tesela.tokens import CODEC, Scope, Token

from scripts.local.lambda_runtime.event import Request, function_url_event
from scripts.local.lambda_runtime.function import Function
from scripts.local.lambda_runtime.function_url import FunctionUrl
from scripts.local.lambda_runtime.workers import Workers
from scripts.local.stack import ROOT, LocalStack
from tests.stack import InProcess, OverHttp
from tests.tiffs import placed

TOKEN, OTHER, READER = "a-token-of-the-city", "a-token-of-the-region", "a-token-to-read-with"
NOW = datetime(2027, 1, 31, tzinfo=UTC)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PATHS = ("/predictions", "/health", "/docs", "/openapi.json", "/ready", "/health/", "//health", "")


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def request(
    method: str, path: str, authorization: str | None = None, **others: str
) -> APIGatewayProxyEventV2:
    headers = tuple((name.replace("_", "-"), value) for name, value in others.items())
    headers += () if authorization is None else (("Authorization", authorization),)
    asked = Request(method, path, headers, b"", "127.0.0.1", 80)
    return APIGatewayProxyEventV2(function_url_event(asked, "id", "Root=1-0-0", 0))


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


class Tokens:
    """Known tokens, as `TokenList` finds them; `asked` counts the questions."""

    def __init__(self, *tokens: Token) -> None:
        self.tokens, self.asked = tokens, 0

    def find(self, sha256: str) -> Token | None:
        self.asked += 1
        return next((token for token in self.tokens if token.sha256 == sha256), None)


def access(*tokens: Token, public_read: bool = False) -> Access:
    return Access(Tokens(*tokens), public_read=public_read, clock=lambda: NOW)


def token_of(token: str, scope: Scope = "admin", **more: Any) -> Token:
    return Token(f"whoever has {token}", digest(token), scope, **more)


def admitted(access: Access, asked: APIGatewayProxyEventV2) -> bool:
    try:
        access.check(asked)
    except (TokenRequiredError, TokenScopeError):
        return False
    return True


@pytest.fixture(scope="module")
def closed(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OverHttp]:
    """The function as it is deployed with three tokens: a worker on the stack's PostgreSQL and S3."""
    listed = [token_of(TOKEN), token_of(OTHER), token_of(READER, "read")]
    bucket = {"Bucket": stack.objects.bucket, "Key": "test-access.json"}
    stack.objects.client().put_object(Body=CODEC.dump_json(tuple(listed)), **bucket)
    settings = stack.environment | {"TESELA_TOKENS": "test-access.json"}
    logs = tmp_path_factory.mktemp("logs")
    workers = Workers(1, logs)
    url = FunctionUrl(0, workers.invoke)
    try:
        workers.start(Function(ROOT / "lambda_image", settings=settings))
        url.start()
        yield OverHttp(url.url)
    finally:
        url.stop()
        workers.stop()
        stack.objects.client().delete_object(**bucket)


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
    assert "403" in predict["responses"]
    assert not {"401", "403"} & set(health["responses"])


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
    closed = access(token_of(TOKEN))
    is_open = method == "OPTIONS" or (
        method in ("GET", "HEAD") and path in ("/", "/health", "/docs", "/openapi.json")
    )
    assert admitted(closed, request(method, path, authorization)) == is_open
    assert admitted(closed, request(method, path, f"bearer  {TOKEN} "))


@pytest.mark.parametrize(
    ("scope", "methods"),
    [
        ("read", {"GET", "HEAD", "OPTIONS"}),
        ("write", {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH"}),
        ("admin", set(METHODS)),
    ],
)
def test_each_scope_allows_what_it_says(scope: Scope, methods: set[str]) -> None:
    closed = access(token_of(TOKEN, scope))
    asked = {method: request(method, "/predictions", f"Bearer {TOKEN}") for method in METHODS}
    assert {method for method in METHODS if admitted(closed, asked[method])} == methods


def test_a_token_ends_with_its_time() -> None:
    asked = request("GET", "/predictions", f"Bearer {TOKEN}")
    lasting = token_of(TOKEN, until=NOW + timedelta(seconds=1))
    assert access(lasting).check(asked) == lasting.name
    with pytest.raises(TokenRequiredError, match=r"was valid until 2027-01-31") as refused:
        access(token_of(TOKEN, until=NOW)).check(asked)
    assert problem_of(refused.value).headers == {"WWW-Authenticate": 'Bearer error="invalid_token"'}


def test_a_token_beside_a_signature_has_a_header_of_its_own() -> None:
    """With AWS_IAM the function URL takes `authorization` for the signature (SigV4)."""
    signature = "AWS4-HMAC-SHA256 Credential=AKIA/20270131/us-east-1/lambda/aws4_request"
    asked = request("POST", "/predictions", signature, X_Tesela_Token=TOKEN)
    assert access(token_of(TOKEN)).check(asked) == token_of(TOKEN).name
    assert not admitted(access(token_of(TOKEN)), request("POST", "/predictions", signature))


def test_a_link_may_carry_a_token_that_can_only_read() -> None:
    closed = access(token_of(READER, "read"), token_of(TOKEN, "write"))
    link = "/predictions/x/masks.tif?access_token="
    assert closed.check(request("GET", link + READER)) == token_of(READER).name
    assert not admitted(closed, request("GET", link + TOKEN))
    assert not admitted(closed, request("POST", f"/predictions?access_token={READER}"))


class Untouchable(dict[str, Any]):
    """An event whose body nobody may look at."""

    def __getitem__(self, name: str) -> Any:
        assert name not in ("body", "isBase64Encoded")
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        assert name not in ("body", "isBase64Encoded")
        return super().get(name, default)


@pytest.mark.parametrize("authorization", [None, "Bearer guess"])
def test_a_stranger_is_refused_before_the_body_is_touched(
    api: InProcess, monkeypatch: pytest.MonkeyPatch, authorization: str | None
) -> None:
    from tesela.handler import app

    monkeypatch.setattr(app, "_access", access(token_of(TOKEN)))
    asked = Untouchable(request("POST", "/predictions", authorization).raw_event)
    assert app.respond(asked, LambdaContext())["statusCode"] == 401


def test_a_request_without_a_token_asks_nobody() -> None:
    tokens = Tokens(token_of(TOKEN))
    assert not admitted(Access(tokens), request("POST", "/predictions"))
    assert tokens.asked == 0


def test_with_public_read_only_changes_need_a_token() -> None:
    closed = access(token_of(TOKEN), public_read=True)
    needing = {method for method in METHODS if closed.needs_token(method, "/predictions")}
    assert needing == set(METHODS) - {"GET", "HEAD", "OPTIONS"}


def test_without_a_list_of_tokens_everything_is_open() -> None:
    assert Access().check(request("DELETE", "/predictions/x")) == ""


def test_a_read_token_is_told_what_it_lacks(closed: OverHttp) -> None:
    assert closed("GET", "/predictions", headers=bearer(READER)).status == 200
    assert closed("GET", f"/predictions?access_token={READER}").status == 200
    reply = closed("DELETE", "/predictions/no-uuid", headers=bearer(READER))
    assert (reply.status, reply.json["code"]) == (403, "token-scope")
    assert reply.json["values"] == {
        "name": f"whoever has {READER}",
        "scope": "read",
        "limit": "admin",
    }
    assert reply.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="admin"'


def settings(**named: str) -> Settings:
    needed = {
        "TESELA_BUCKET": "bucket",
        "DATABASE_URL": "postgresql://u:geheim@h/d",
        "TESELA_PAGE_ORIGIN": "https://page.test",
    }
    return Settings.read(needed | named)


def test_a_wrong_setting_is_named_and_no_value_shown() -> None:
    with pytest.raises(ValidationError, match="TESELA_PUBLIC_READ"):
        settings(TESELA_PUBLIC_READ="perhaps")
    with pytest.raises(ValidationError) as refused:
        settings(DATABASE_URL="mysql://u:geheim@h/d")
    assert "geheim" not in str(refused.value)
