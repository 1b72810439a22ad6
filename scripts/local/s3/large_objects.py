"""What moto's S3 lacks for objects of a gigabyte; bound to the pinned moto 5.2.5 as `moto_server` is."""

import re
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.s3.models import FakeKey, S3Backend
from werkzeug.test import run_wsgi_app

StartResponse = Callable[..., Any]
WsgiApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_RANGE = re.compile(r"bytes (\d+)-(\d+)/")


class LargeObjects:
    """Answers ranges and completions of uploads in moto's place, path-style: /bucket/key."""

    def __init__(self, backend: S3Backend) -> None:
        self._backend = backend
        self._completing = threading.Lock()

    def wrap(self, app: WsgiApp) -> WsgiApp:
        """Return the application, whose answers leave once all is kept, with those in its place."""

        def answered(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            method = environ["REQUEST_METHOD"]
            upload = parse_qs(environ["QUERY_STRING"]).get("uploadId")
            if method == "POST" and upload:
                return self._complete(app, upload[0], environ, start_response)
            if method == "GET" and "HTTP_RANGE" in environ:
                return self._part(app, environ, start_response)
            return app(environ, start_response)

        return answered

    def _complete(
        self, app: WsgiApp, upload: str, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Complete one upload after the other.

        A client asks again when that takes longer than it waits. S3 answers the second request when
        the first one is done; moto would lose the parts.
        """
        with self._completing:
            bucket = self._backend.buckets.get(_names(environ)[0])
            if bucket is not None and upload in bucket.multiparts:
                return app(environ, start_response)
        start_response("404 NOT FOUND", [("Content-Type", "application/xml")])
        return [b"<Error><Code>NoSuchUpload</Code></Error>"]

    def _part(
        self, app: WsgiApp, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Read the part that is wanted, and nothing else; moto reads all of the object for it.

        moto's own answer to HEAD says which part, and whether a condition holds.
        """
        _, status, headers = run_wsgi_app(app, {**environ, "REQUEST_METHOD": "HEAD"}, buffered=True)
        part = _RANGE.match(headers.get("content-range", ""))
        found = self._object(environ)
        if not status.startswith("206") or part is None or found is None:
            return app(environ, start_response)
        start, end = map(int, part.groups())
        with found.lock:
            found._value_buffer.seek(start)
            body = found._value_buffer.read(end + 1 - start)
        whole = [name for name, _ in headers if name.lower().startswith("x-amz-checksum-")]
        for name in whole:  # of the object, as moto has it; clients would hold the part against it
            del headers[name]
        start_response(status, headers.to_wsgi_list())
        return [body]

    def _object(self, environ: dict[str, Any]) -> FakeKey | None:
        bucket, key = _names(environ)
        known = self._backend.buckets.get(bucket)
        found = known.keys.get(key) if known else None
        return found if isinstance(found, FakeKey) else None


def _names(environ: dict[str, Any]) -> tuple[str, str]:
    """Bucket and key."""
    path: str = environ["PATH_INFO"].encode("latin-1").decode()  # as WSGI has it
    bucket, _, key = path.lstrip("/").partition("/")
    return bucket, key
