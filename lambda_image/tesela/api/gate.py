"""One origin: the page's distribution also serves the API, below /api, and nobody calls past it.

CloudFront sends a key with each request. It keeps callers from going around the firewall; who may do
what is still decided by the token.
"""

from hmac import compare_digest
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from tesela.errors import AddressClosedError

BASE_PATH = "/api"
KEY_HEADER = "x-tesela-origin-key"


class Gate:
    """Knows the requests that came by the distribution. Without a key every address is open."""

    def __init__(self, key: str, page_origin: str) -> None:
        """Create the gate.

        Args:
            key: What the distribution sends in `x-tesela-origin-key`; "" where there is none.
            page_origin: The page's scheme and host.
        """
        self._key, self.page_origin = key.encode(), page_origin
        self._address = f"{page_origin}{BASE_PATH}"

    @property
    def base_path(self) -> str:
        """The path that callers put before the API's own, "" where there is none."""
        return BASE_PATH if self._key else ""

    def check(self, request: APIGatewayProxyEventV2) -> None:
        """Refuse what neither came by the distribution nor is signed by this account.

        Raises:
            AddressClosedError: The request came by another address.
        """
        if self._key and not (self._by_distribution(request) or _is_signed(request)):
            raise AddressClosedError(
                f"This address is closed; the API is at {self._address}.", address=self._address
            )

    def entered(self, event: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the API's address as the caller reached it, and the event with the path below that."""
        request = APIGatewayProxyEventV2(event)
        if self._by_distribution(request):
            return self._address, event | {"rawPath": request.raw_path.removeprefix(BASE_PATH)}
        scheme = request.headers.get("x-forwarded-proto", "https")
        # From AWS's context: the Host header is the caller's.
        return f"{scheme}://{request.request_context.domain_name}", event

    def _by_distribution(self, request: APIGatewayProxyEventV2) -> bool:
        presented = request.headers.get(KEY_HEADER, "").encode()
        return bool(self._key) and compare_digest(presented, self._key)


def _is_signed(request: APIGatewayProxyEventV2) -> bool:
    """Return whether AWS has checked a signature (SigV4), which it notes where no caller can write."""
    return bool((request["requestContext"].get("authorizer") or {}).get("iam"))
