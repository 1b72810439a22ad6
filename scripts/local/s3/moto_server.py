"""moto's S3 server with its objects kept in a directory: `python -m scripts.local.s3.moto_server`.

Each object is one file: a line of JSON (key, metadata, times), then the bytes. After every request
that changes something, and before its answer leaves, the file is replaced or removed: an answered
PUT survives kill -9. Bound to the pinned moto 5.2.5: it reads and fills the backend's key store.
"""

import datetime
import hashlib
import json
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import utcnow
from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from moto.s3.models import FakeKey, S3Backend, s3_backends
from werkzeug.serving import make_server

from scripts.local.s3.large_objects import LargeObjects, StartResponse, WsgiApp

_READING = {"GET", "HEAD", "OPTIONS"}
_SUFFIX = ".object"
_LONGEST_NAME = 200  # file systems end at 255
# Prefixes of temporary objects, as the lifecycle rules in terraform/s3.tf.
_EXPIRY = {
    "exports/": datetime.timedelta(days=1),
    "uploads/": datetime.timedelta(days=1),
    "scene-work/": datetime.timedelta(days=7),
    "scene-events/": datetime.timedelta(days=7),
}
_HOUR_S = 3600


class Mirror:
    """The objects of `backend` as files: `root`/bucket/name."""

    def __init__(self, backend: S3Backend, root: Path) -> None:
        self._backend, self._root = backend, root
        self._lock = threading.Lock()  # else a slow thread could put an older state over a newer

    def load(self) -> None:
        """Fill the backend with what is kept."""
        for directory in sorted(path for path in self._root.iterdir() if path.is_dir()):
            if directory.name not in self._backend.buckets:
                self._backend.create_bucket(directory.name, "us-east-1")
            for file in directory.iterdir():
                if file.suffix == _SUFFIX:
                    self._load_object(directory.name, file)
                else:
                    file.unlink()  # half written when the server was killed

    def expire(self, now: datetime.datetime) -> None:
        """Delete temporary objects that are too old; times are naive UTC, as moto's."""
        for name, bucket in list(self._backend.buckets.items()):
            for key, found in list(bucket.keys.items()):
                lifetimes = [age for prefix, age in _EXPIRY.items() if key.startswith(prefix)]
                if any(found.last_modified < now - age for age in lifetimes):
                    self._backend.delete_object(name, key)
                    self.keep(name, key)

    def keep(self, bucket: str, key: str) -> None:
        """Make the files say what the backend says of one object; key "": of the whole bucket."""
        with self._lock:
            (self._root / bucket).mkdir(exist_ok=True)
            if key:
                self._keep_object(bucket, key)
            else:
                self._remove_deleted(bucket)

    def _load_object(self, bucket: str, file: Path) -> None:
        head, _, body = file.read_bytes().partition(b"\n")
        about = json.loads(head)
        loaded = self._backend.put_object(
            bucket, about["key"], body, etag=about["etag"], disable_notification=True
        )
        loaded.set_metadata(about["metadata"])
        loaded.last_modified = datetime.datetime.fromisoformat(about["last_modified"])

    def _keep_object(self, bucket: str, key: str) -> None:
        file = self._root / bucket / _file_name(key)
        known = self._backend.buckets.get(bucket)
        found = known.keys.get(key) if known else None
        if isinstance(found, FakeKey):
            _replace(file, _head(found), found.value)
        else:
            file.unlink(missing_ok=True)

    def _remove_deleted(self, bucket: str) -> None:
        known = self._backend.buckets.get(bucket)
        names = {_file_name(key) for key in list(known.keys)} if known else set()
        for file in (self._root / bucket).glob(f"*{_SUFFIX}"):
            if file.name not in names:
                file.unlink(missing_ok=True)


def mirrored(app: WsgiApp, mirror: Mirror) -> WsgiApp:
    """Wrap moto's application: path-style requests alone, /bucket/key."""

    def kept(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        answer = app(environ, start_response)
        if environ["REQUEST_METHOD"] not in _READING:
            path = unquote(environ["RAW_URI"].partition("?")[0])
            bucket, _, key = path.lstrip("/").partition("/")
            mirror.keep(bucket, key)
        return answer

    return kept


def _head(kept: FakeKey) -> bytes:
    about = {
        "key": kept.name,
        "etag": kept.etag.strip('"'),
        "metadata": dict(kept.metadata),
        "last_modified": kept.last_modified.isoformat(),
    }
    return json.dumps(about).encode()


def _replace(file: Path, head: bytes, body: bytes) -> None:
    partial = file.with_suffix(".partial")
    partial.write_bytes(head + b"\n" + body)
    partial.replace(file)


def _file_name(key: str) -> str:
    quoted = quote(key, safe="")
    if len(quoted) > _LONGEST_NAME:
        quoted = hashlib.sha256(key.encode()).hexdigest()
    return f"{quoted}{_SUFFIX}"


def _expire_every_hour(mirror: Mirror) -> None:
    while True:
        mirror.expire(utcnow())
        time.sleep(_HOUR_S)


class _Quiet(MotoRequestHandler):
    """Without a line per request."""

    def log_request(self, *arguments: Any) -> None:
        pass


if __name__ == "__main__":
    port, root = int(sys.argv[1]), Path(sys.argv[2])
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    mirror = Mirror(backend, root)
    mirror.load()
    threading.Thread(target=_expire_every_hour, args=[mirror], daemon=True).start()
    app = LargeObjects(backend).wrap(mirrored(create_backend_app("s3"), mirror))
    make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet).serve_forever()
