"""S3: the objects of predictions in one bucket."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from tesela.edges.s3_bucket import CONFLICT, ConflictError, S3Bucket
from tesela.errors import StorageUnavailableError
from tesela.ports import StoredObject

_MAX_KEYS = 1000  # of one call that deletes
_CONFLICT_WAITS_S = (0.05, 0.2, 0.5, 1, 0)


class S3Objects(S3Bucket):
    """An `ObjectStore`."""

    def put(self, key: str, body: bytes, content_type: str, encoding: str = "") -> None:
        """Write or replace an object."""
        about: dict[str, Any] = {"ContentType": content_type} | (
            {"ContentEncoding": encoding} if encoding else {}
        )
        self._call(self._client.put_object, Key=key, Body=body, **about)

    def put_new(self, key: str, body: bytes, content_type: str) -> bool:
        """Write an object unless there is one; False if there was."""
        return self._put_if(key, body, content_type, IfNoneMatch="*")

    def get(self, key: str) -> bytes | None:
        """An object's bytes, or None."""
        body: bytes | None = self._call(self._read, Key=key, but={"NoSuchKey"})
        return body

    def get_tagged(self, key: str) -> tuple[bytes, str] | None:
        """An object's bytes and its ETag, or None."""
        found: tuple[bytes, str] | None = self._call(self._read_tagged, Key=key, but={"NoSuchKey"})
        return found

    def replace(self, key: str, body: bytes, content_type: str, etag: str) -> bool:
        """Replace the object of this ETag; False if another one, or none, is there."""
        return self._put_if(key, body, content_type, IfMatch=etag)

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

    def link(self, key: str, *, head: bool = False, disposition: str = "") -> str:
        """A URL that reads the object for a while, without credentials; signed for one method."""
        about = {"ResponseContentDisposition": disposition} if disposition else {}
        return self._presigned("head_object" if head else "get_object", Key=key, **about)

    def upload_link(self, key: str, size_bytes: int, content_type: str) -> str:
        """A URL that takes one PUT of just this size and type, without credentials."""
        return self._presigned(
            "put_object", Key=key, ContentLength=size_bytes, ContentType=content_type
        )

    def ping(self) -> None:
        """Raise unless the bucket answers."""
        self._call(self._client.list_objects_v2, MaxKeys=1)

    def _put_if(self, key: str, body: bytes, content_type: str, **condition: str) -> bool:
        """Whether the condition held; conflicts with other conditional writes are tried again."""
        for wait_s in _CONFLICT_WAITS_S:
            try:
                answer = self._call(
                    self._client.put_object,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    but={"PreconditionFailed", "NoSuchKey"},
                    **condition,
                )
            except ConflictError:
                time.sleep(wait_s)
            else:
                return answer is not None
        raise StorageUnavailableError(f"S3 answered {CONFLICT} again and again.")
