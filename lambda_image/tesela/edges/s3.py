"""S3: the objects of predictions in one bucket."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from tesela.errors import StorageUnavailableError


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
        answer = self._call(
            self._client.put_object,
            Key=key,
            Body=body,
            ContentType=content_type,
            IfNoneMatch="*",
            but={"PreconditionFailed", "ConditionalRequestConflict"},
        )
        return answer is not None

    def get(self, key: str) -> bytes | None:
        """An object's bytes, or None."""
        answer = self._call(self._client.get_object, Key=key, but={"NoSuchKey"})
        return answer["Body"].read() if answer else None

    def delete_under(self, prefix: str) -> int:
        """Delete every object whose key starts so; how many there were."""
        keys = list(self.keys(prefix, ""))
        for start in range(0, len(keys), 1000):  # S3's limit for one call
            some = [{"Key": key} for key in keys[start : start + 1000]]
            answer = self._call(self._client.delete_objects, Delete={"Objects": some})
            if answer and answer.get("Errors"):
                raise StorageUnavailableError(f"S3 did not delete {answer['Errors'][0]['Key']}.")
        return len(keys)

    def keys(self, prefix: str, suffix: str) -> Iterator[str]:
        """Keys that start and end so, in S3's order."""
        after: dict[str, Any] = {}
        while True:
            page = self._call(self._client.list_objects_v2, Prefix=prefix, **after) or {}
            yield from (
                item["Key"] for item in page.get("Contents", ()) if item["Key"].endswith(suffix)
            )
            if not page.get("IsTruncated"):
                return
            after = {"ContinuationToken": page["NextContinuationToken"]}

    def link(self, key: str) -> str:
        """A URL that reads the object for a while, without credentials."""
        what = {"Bucket": self._bucket, "Key": key}
        return str(
            self._client.generate_presigned_url(
                "get_object", Params=what, ExpiresIn=self._link_lifetime_s
            )
        )

    def upload_link(self, key: str, size_bytes: int, content_type: str) -> str:
        """A URL that takes one PUT of just this size and type, without credentials."""
        what = {
            "Bucket": self._bucket,
            "Key": key,
            "ContentLength": size_bytes,
            "ContentType": content_type,
        }
        return str(
            self._client.generate_presigned_url(
                "put_object", Params=what, ExpiresIn=self._link_lifetime_s
            )
        )

    def ping(self) -> None:
        """Raise unless the bucket answers."""
        self._call(self._client.list_objects_v2, MaxKeys=1)

    def _call(
        self, method: Callable[..., Any], but: frozenset[str] | set[str] = frozenset(), **about: Any
    ) -> Any:
        """The answer, or None for an error code in `but`; any other error as unavailable."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return method(Bucket=self._bucket, **about)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in but:
                return None
            raise StorageUnavailableError(f"S3 answered {code}.") from error
        except BotoCoreError as error:
            raise StorageUnavailableError(f"S3 does not answer: {type(error).__name__}.") from error
