"""S3: the objects of predictions in one bucket."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from http.client import HTTPException
from typing import Any

from tesela.errors import StorageUnavailableError
from tesela.ports import StoredObject

_MAX_KEYS = 1000  # of one call that deletes
_CONFLICT = "ConditionalRequestConflict"
_CONFLICT_WAITS_S = (0.05, 0.2, 0.5, 1, 0)


class _ConflictError(Exception):
    """Another conditional write of the same key is under way; S3 asks to repeat the call."""


class S3Objects:
    """An `ObjectStore`. boto3 takes a third of a second to load, so it waits for the first call."""

    def __init__(self, bucket: str, link_lifetime_s: int) -> None:
        self._bucket = bucket
        self._link_lifetime_s = link_lifetime_s

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        how = Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 3},
            signature_version="s3v4",  # version 2, presigning's default, does not bind an upload's size
            # Links name bucket and region, the one host that the page's policy admits.
            s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
        )
        return boto3.client("s3", config=how)

    def put(self, key: str, body: bytes, content_type: str, encoding: str = "") -> None:
        """Write or replace an object."""
        about: dict[str, Any] = {"ContentType": content_type} | (
            {"ContentEncoding": encoding} if encoding else {}
        )
        self._call(self._client.put_object, Key=key, Body=body, **about)

    def put_new(self, key: str, body: bytes, content_type: str) -> bool:
        """Write an object unless there is one; False if there was."""
        for wait_s in _CONFLICT_WAITS_S:
            try:
                return self._put_new(key, body, content_type)
            except _ConflictError:
                time.sleep(wait_s)
        raise StorageUnavailableError(f"S3 answered {_CONFLICT} again and again.")

    def get(self, key: str) -> bytes | None:
        """An object's bytes, or None."""
        body: bytes | None = self._call(self._read, Key=key, but={"NoSuchKey"})
        return body

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects; a key without an object is no error."""
        for start in range(0, len(keys), _MAX_KEYS):
            some = [{"Key": key} for key in keys[start : start + _MAX_KEYS]]
            answer = self._call(self._client.delete_objects, Delete={"Objects": some})
            for error in answer.get("Errors", ()):
                raise StorageUnavailableError(f"S3 did not delete an object: {error['Code']}.")

    def listed(self, prefix: str) -> Iterator[StoredObject]:
        """Every object whose key starts with `prefix`, in the order of the keys."""
        after: dict[str, Any] = {}
        while True:
            page = self._call(self._client.list_objects_v2, Prefix=prefix, **after)
            for item in page.get("Contents", ()):
                yield StoredObject(item["Key"], item["LastModified"])
            if not page.get("IsTruncated"):
                return
            after = {"ContinuationToken": page["NextContinuationToken"]}

    def link(self, key: str, *, head: bool = False) -> str:
        """A URL that reads the object for a while, without credentials; signed for one method."""
        return self._presigned("head_object" if head else "get_object", Key=key)

    def upload_link(self, key: str, size_bytes: int, content_type: str) -> str:
        """A URL that takes one PUT of just this size and type, without credentials."""
        return self._presigned(
            "put_object", Key=key, ContentLength=size_bytes, ContentType=content_type
        )

    def ping(self) -> None:
        """Raise unless the bucket answers."""
        self._call(self._client.list_objects_v2, MaxKeys=1)

    def _presigned(self, method: str, **about: Any) -> str:
        def sign(**parameters: Any) -> str:
            lifetime_s = self._link_lifetime_s
            return str(self._client.generate_presigned_url(method, parameters, lifetime_s))

        url: str = self._call(sign, **about)
        return url

    def _put_new(self, key: str, body: bytes, content_type: str) -> bool:
        answer = self._call(
            self._client.put_object,
            Key=key,
            Body=body,
            ContentType=content_type,
            IfNoneMatch="*",
            but={"PreconditionFailed"},
        )
        return answer is not None

    def _read(self, **about: Any) -> bytes:
        """An object's bytes. botocore retries the call, but not a body that breaks off."""
        body: bytes = self._client.get_object(**about)["Body"].read()
        return body

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
            if code == _CONFLICT:
                raise _ConflictError from error
            raise StorageUnavailableError(f"S3 answered {code}.") from error
        except (BotoCoreError, HTTPError, HTTPException, OSError) as error:
            raise StorageUnavailableError(f"S3 does not answer: {type(error).__name__}.") from error
