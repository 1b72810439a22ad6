"""S3 as the ports of a scene: its bytes by ranges, a place for results, and uploads in parts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from tesela.core.ranges import RangeSource
from tesela.edges.s3_bucket import DeniedError, S3Bucket
from tesela.errors import SourceChangedError, SourceRefusedError
from tesela.jobs.sources import Address
from tesela.ports import Found, UploadedPart

MIN_PART_BYTES = 5 * 2**20  # S3's own minimum for all parts but the last
_PART_BYTES = 2**23
_CHANGED = {"PreconditionFailed", "412", "NoSuchKey", "404"}
_BINARY = "application/octet-stream"
_PAYING = {"RequestPayer": "requester"}


class S3Source(S3Bucket):
    """A `RangeSource` of an object; it is read only as long as it has the ETag it had at first."""

    def __init__(
        self, bucket: str, key: str, found: Found, *, requester_pays: bool = False
    ) -> None:
        super().__init__(bucket)
        self._key, self._found = key, found
        self._about = _PAYING if requester_pays else {}

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._found.size

    @property
    def version(self) -> str:
        """The ETag, with its quotes."""
        return self._found.etag

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the object, fewer than `length` only at its end.

        Raises:
            SourceChangedError: It was replaced or deleted.
            StorageUnavailableError: S3 does not answer.
        """
        stop = min(start + length, self.size)
        if start >= stop:
            return b""
        body: bytes | None = self._call(
            self._read,
            Key=self._key,
            Range=f"bytes={start}-{stop - 1}",
            IfMatch=self.version,
            but=_CHANGED,
            **self._about,
        )
        if body is None:
            name = self._key.rpartition("/")[2]
            raise SourceChangedError(f"{name} was changed while it was read.", name=name)
        return body


class S3Store(S3Bucket):
    """A `Store` of objects below a prefix."""

    def __init__(self, bucket: str, prefix: str, part_bytes: int = _PART_BYTES) -> None:
        """Keep names below `prefix`, which ends with a slash; parts are of `part_bytes` each."""
        super().__init__(bucket)
        self._prefix, self._part_bytes = prefix, max(part_bytes, MIN_PART_BYTES)

    def get(self, name: str) -> bytes | None:
        """Return an object, or None."""
        body: bytes | None = self._call(self._read, Key=self._key(name), but={"NoSuchKey"})
        return body

    def read(self, name: str, start: int, length: int) -> bytes:
        """Return a part of an object."""
        if not length:
            return b""
        part = f"bytes={start}-{start + length - 1}"
        body: bytes = self._call(self._read, Key=self._key(name), Range=part)
        return body

    def put(self, name: str, body: bytes) -> None:
        """Write or replace an object."""
        self._call(self._client.put_object, Key=self._key(name), Body=body, ContentType=_BINARY)

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Write an object part by part, and return its length; it is there once all of it is."""
        parts = joined_chunks(chunks, self._part_bytes)
        first, second = next(parts, b""), next(parts, None)
        if second is None:
            self.put(name, first)
            return len(first)
        return self._write_parts(self._key(name), chain([first, second], parts))

    def _write_parts(self, key: str, parts: Iterable[bytes]) -> int:
        uploads, length, tags = self._client, 0, list[dict[str, Any]]()
        upload = self._call(uploads.create_multipart_upload, Key=key, ContentType=_BINARY)
        about = {"Key": key, "UploadId": upload["UploadId"]}
        try:
            for number, part in enumerate(parts, 1):
                answer = self._call(uploads.upload_part, PartNumber=number, Body=part, **about)
                tags.append({"PartNumber": number, "ETag": answer["ETag"]})
                length += len(part)
            listed = {"Parts": tags}
            self._call(uploads.complete_multipart_upload, MultipartUpload=listed, **about)
        except BaseException:
            self._call(uploads.abort_multipart_upload, but={"NoSuchUpload"}, **about)
            raise
        return length

    def _key(self, name: str) -> str:
        return self._prefix + name


class S3Uploads(S3Bucket):
    """Uploads of large files in parts, each by a URL of its own."""

    def begin(self, key: str, content_type: str) -> str:
        """Begin an upload to `key`, and return its id; S3 will check the SHA-256 of each part."""
        answer = self._call(
            self._client.create_multipart_upload,
            Key=key,
            ContentType=content_type,
            ChecksumAlgorithm="SHA256",
        )
        return str(answer["UploadId"])

    def part_link(self, key: str, upload: str, number: int, size: int, sha256: str) -> str:
        """A temporary URL that takes one PUT of a part: of just this size and SHA-256 (base64)."""
        return self._presigned(
            "upload_part",
            Key=key,
            UploadId=upload,
            PartNumber=number,
            ContentLength=size,
            ChecksumSHA256=sha256,
        )

    def parts(self, key: str, upload: str) -> list[UploadedPart] | None:
        """Return the parts that are there, or None where the upload has ended."""
        found, after = list[UploadedPart](), 0
        while True:
            page = self._call(
                self._client.list_parts,
                Key=key,
                UploadId=upload,
                PartNumberMarker=after,
                but={"NoSuchUpload"},
            )
            if page is None:
                return None
            found += [
                UploadedPart(part["PartNumber"], part["ETag"], part["Size"])
                for part in page.get("Parts", ())
            ]
            if not page.get("IsTruncated"):
                return found
            after = int(page["NextPartNumberMarker"])

    def complete(self, key: str, upload: str, parts: Sequence[UploadedPart]) -> None:
        """Make one object of the parts; an upload that another request has completed is no error."""
        listed = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        self._call(
            self._client.complete_multipart_upload,
            Key=key,
            UploadId=upload,
            MultipartUpload={"Parts": listed},
            but={"NoSuchUpload"},
        )

    def abort(self, key: str, upload: str) -> None:
        """End an upload, and forget its parts; one that has ended is no error."""
        self._call(
            self._client.abort_multipart_upload, Key=key, UploadId=upload, but={"NoSuchUpload"}
        )

    def find(self, key: str) -> Found | None:
        """ETag and length of an object, or None where there is none."""
        answer = self._call(self._client.head_object, Key=key, but={"404", "NoSuchKey"})
        return answer and Found(answer["ETag"], answer["ContentLength"])

    def open(self, key: str) -> RangeSource | None:
        """Open an object to read its header, or None where there is none."""
        found = self.find(key)
        return S3Source(self._bucket, key, found) if found else None


class S3Sources:
    """Scenes that lie in buckets, and are read there."""

    def find(self, address: Address, *, requester_pays: bool = False) -> Found | None:
        """ETag and length of an object, or None where there is none.

        Raises:
            SourceRefusedError: The bucket does not let it be read.
        """
        return _Named(address.place).found(address, _PAYING if requester_pays else {})

    def open(self, address: Address, found: Found, *, requester_pays: bool = False) -> RangeSource:
        """Open an object, as long as it is what was found."""
        return S3Source(address.place, address.path, found, requester_pays=requester_pays)


class _Named(S3Bucket):
    """A bucket that a client names: what it refuses is no fault of the stack's own."""

    def found(self, address: Address, about: Mapping[str, str]) -> Found | None:
        missing = {"404", "NoSuchKey", "NoSuchBucket"}
        try:
            answer = self._call(self._client.head_object, Key=address.path, but=missing, **about)
        except DeniedError as error:
            raise _denied(address, requester_pays=bool(about)) from error
        return answer and Found(answer["ETag"], answer["ContentLength"])


def _denied(address: Address, *, requester_pays: bool) -> SourceRefusedError:
    hint = "" if requester_pays else " If its requesters pay, order it with requester_pays."
    return SourceRefusedError(
        f"The bucket {address.place!r} does not let {address.name[:100]!r} be read.{hint}",
        "source-denied",
        host=address.place,
        status=403,
    )


def joined_chunks(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Yield what chunks hold in pieces of `length` bytes; the last one may be shorter."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= length:
            yield bytes(held[:length])
            del held[:length]
    if held:
        yield bytes(held)
