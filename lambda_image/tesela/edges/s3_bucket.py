"""A bucket of S3: the client, and the meaning of whatever may go wrong in a call."""

from collections.abc import Callable
from functools import cache
from http.client import HTTPException
from threading import Lock
from typing import Any

from tesela.errors import StorageUnavailableError

CONFLICT = "ConditionalRequestConflict"

# A session makes a client at a time: two at once may find it half set up.
_making = Lock()
_DENIED = frozenset({"AccessDenied", "403"})


class DeniedError(StorageUnavailableError):
    """S3 does not let this function do that."""


class ConflictError(StorageUnavailableError):
    """Another conditional write of the same key is under way; S3 asks to repeat the call."""


class S3Bucket:
    """What all that is done to a bucket has in common.

    botocore takes a third of a second to load, so it waits for the first call. boto3, which is the
    same client below resources and transfers that nothing here uses, would take a third longer.
    """

    def __init__(self, bucket: str, link_lifetime_s: int = 900) -> None:
        self._bucket = bucket
        self._link_lifetime_s = link_lifetime_s
        self._made: Any = None

    @property
    def _client(self) -> Any:
        """Botocore's client, which any number of threads may use, made once."""
        with _making:
            self._made = self._made or _make_client()
            return self._made

    def _presigned(self, method: str, **about: Any) -> str:
        def sign(**parameters: Any) -> str:
            lifetime_s = self._link_lifetime_s
            return str(self._client.generate_presigned_url(method, parameters, lifetime_s))

        url: str = self._call(sign, **about)
        return url

    def _read(self, **about: Any) -> bytes:
        """An object's bytes. botocore retries the call, but not a body that breaks off."""
        return self._read_tagged(**about)[0]

    def _read_tagged(self, **about: Any) -> tuple[bytes, str]:
        """An object's bytes and ETag."""
        answer = self._client.get_object(**about)
        return answer["Body"].read(), answer["ETag"]

    def _call(
        self, method: Callable[..., Any], but: frozenset[str] | set[str] = frozenset(), **about: Any
    ) -> Any:
        """What `method` returns, or None for an error code in `but`.

        Raises:
            StorageUnavailableError: Any other failure of S3 or of the connection to it.
        """
        from botocore.exceptions import BotoCoreError, ClientError
        from urllib3.exceptions import HTTPError

        try:
            return method(Bucket=self._bucket, **about)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in but:
                return None
            if code in _DENIED:
                raise DeniedError(f"S3 answered {code}.") from error
            if code == CONFLICT:
                raise ConflictError(f"S3 answered {code}.") from error
            raise StorageUnavailableError(f"S3 answered {code}.") from error
        except (BotoCoreError, HTTPError, HTTPException, OSError) as error:
            raise StorageUnavailableError(f"S3 does not answer: {type(error).__name__}.") from error


def _make_client() -> Any:
    from botocore.config import Config
    from botocore.handlers import add_expect_header

    how = Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
        signature_version="s3v4",  # version 2, presigning's default, does not bind an upload's size
        # Links name bucket and region, the one host that the page's policy admits.
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    client = session().create_client("s3", config=how)
    # A PUT would ask S3 first whether to send its body, and wait for the answer: twice the time.
    client.meta.events.unregister("before-call.s3", add_expect_header)
    return client


@cache
def session() -> Any:
    """Botocore's session, which remembers credentials and what it read of S3's description."""
    from botocore.session import get_session

    return get_session()
