"""A small service with the contract of the real one: canned documents, scores made from the image."""

import gzip
import hashlib
import json
import re
import struct
import threading
import zlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from tesela.catalogue import CLASSES
from tesela.core.polygons import vectorise
from tesela.core.summary import summarise

PAYLOADS = Path(__file__).with_name("payloads")
REQUEST_ID = "fake-request-1"
_PIXEL_AREA_M2 = 1.5376
_EXPOSED = "x-request-id, location, server-timing, retry-after"


@dataclass
class Kept:
    """A prediction as the fake keeps it."""

    document: dict[str, Any]
    scores: NDArray[np.uint8]
    bands: NDArray[np.float32]


@dataclass
class FakeApi:
    """Serves on a free port of 127.0.0.1 until closed."""

    kept: dict[str, Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        handler = type("Handler", (_Handler,), {"api": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def predict(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Return the status and the document for a TIFF, or for what is none the problem of a 415."""
        if body[:4] not in (b"II*\0", b"MM\0*"):
            return 415, payload("problem_415.json")
        with MemoryFile(body) as file, file.open() as image:
            bands = image.read(out_dtype=np.float32)
        digest = hashlib.sha256(body).hexdigest()
        name = f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
        known = name in self.kept
        self.kept.setdefault(name, _predict(name, digest, bands, self.url))
        return (200 if known else 201), self.kept[name].document


def payload(name: str) -> dict[str, Any]:
    return json.loads((PAYLOADS / name).read_text("utf-8"))


def _predict(name: str, digest: str, bands: NDArray[np.float32], url: str) -> Kept:
    scores = _scores(bands)
    layers = [
        vectorise(plane >= cover.threshold * 256, plane, cover.least_area_m2 / _PIXEL_AREA_M2)
        for plane, cover in zip(scores, CLASSES, strict=True)
    ]
    document = payload("prediction.json")
    _, height, width = scores.shape
    document |= {"id": name, "links": {"self": f"{url}/predictions/{name}"}}
    document["image"] |= {"sha256": digest, "width": width, "height": height}
    document["image"] |= {"valid_pixels": width * height, "pixel_area_m2": _PIXEL_AREA_M2}
    document["thresholds"] = {cover.key: cover.threshold for cover in CLASSES}
    for row, found in zip(
        document["classes"],
        summarise(layers, scores, _PIXEL_AREA_M2, width * height),
        strict=True,
    ):
        row |= {key: getattr(found, key) for key in ("polygons", "area_m2", "area_ha")}
        row |= {"area_percent": found.area_percent, "mean_score": found.mean_score}
    return Kept(document, scores, bands)


def _scores(bands: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Scores (10, height, width) after rules of thumb, so that a picture of them looks plausible."""
    _, _, green, _, red, _, nir, _ = bands
    ndvi = (nir - red) / (nir + red + 1)
    ndwi = (green - nir) / (green + nir + 1)
    brightness = bands[1:5].mean(axis=0) / np.percentile(bands[1:5].mean(axis=0), 97)
    texture = np.abs(nir - np.roll(nir, 3, axis=1)) / nir.mean()
    bare = 1 - np.abs(ndvi)
    evidence = (
        6 * (brightness - 0.75) * bare,
        6 * (brightness - 1.05) * bare,
        9 * (0.16 - np.abs(brightness - 0.42)) * bare - 3 * (ndvi > 0.25),
        7 * (0.05 - np.abs(brightness - 0.62)) - 3 * (ndvi > 0.3),
        8 * (ndvi - 0.5) + 4 * (texture - 0.2),
        8 * (ndvi - 0.45) - 5 * texture,
        12 * (ndwi - 0.1),
        12 * (ndwi - 0.25),
        5 * (brightness - 1.35),
        5 * (brightness - 1.2) * bare,
    )
    return (255 / (1 + np.exp(-2 * np.clip(np.stack(evidence), -9, 9)))).astype(np.uint8)


def _picture(bands: NDArray[np.float32], view: str) -> bytes:
    order = {"true-colour": (4, 2, 1), "false-colour": (6, 4, 2)}.get(view, (6, 6, 6))
    low, high = np.percentile(bands[list(order)], (2, 98), axis=(1, 2))
    unit = (bands[list(order)] - low[:, None, None]) / (high - low)[:, None, None]
    return _png((np.clip(unit, 0, 1) * 255).astype(np.uint8))


def _png(picture: NDArray[np.uint8]) -> bytes:
    """Return (3, height, width) bytes as a PNG: header, pixels with filter 0 before each row, end."""
    _, height, width = picture.shape
    rows = np.pad(picture.transpose(1, 2, 0).reshape(height, width * 3), ((0, 0), (1, 0)))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes(), 1)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: FakeApi

    def do_OPTIONS(self) -> None:
        self._reply(204, b"", "text/plain")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self._json(*self.api.predict(body))

    def do_DELETE(self) -> None:
        self.api.kept.pop(self.path.rpartition("/")[2], None)
        self._reply(204, b"", "text/plain")

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        match = re.fullmatch(r"/predictions(?:/([\w-]+)(?:/([\w.]+))?)?", url.path)
        if match is None:
            return self._json(404, payload("problem_404.json"))
        name, form = match.groups()
        if name is None:
            return self._json(200, self._page(query))
        if name not in self.api.kept:
            return self._json(404, payload("problem_404.json"))
        return self._form(self.api.kept[name], form, query)

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        wanted = query.get("class")
        items = [
            kept.document
            for kept in reversed(self.api.kept.values())
            if not wanted
            or any(row["key"] == wanted and row["polygons"] for row in kept.document["classes"])
        ]
        start, limit = int(query.get("cursor", 0)), int(query["limit"])
        after = start + limit
        return {"items": items[start:after], "next": str(after) if after < len(items) else None}

    def _form(self, kept: Kept, form: str | None, query: dict[str, str]) -> None:
        if form is None:
            return self._json(200, kept.document)
        if form == "image.png":
            return self._reply(200, _picture(kept.bands, query["view"]), "image/png")
        if form == "scores":
            body = gzip.compress(kept.scores.tobytes(), 1)
            return self._reply(200, body, "application/octet-stream", "gzip")
        return self._json(200, {"form": form, "query": query})

    def _json(self, status: int, document: dict[str, Any]) -> None:
        kind = "application/json" if status < 400 else "application/problem+json"
        self._reply(status, json.dumps(document).encode(), kind)

    def _reply(self, status: int, body: bytes, kind: str, encoding: str | None = None) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        if encoding:
            self.send_header("content-encoding", encoding)
        self.send_header("x-request-id", REQUEST_ID)
        self.send_header("access-control-allow-origin", self.headers.get("origin", "*"))
        self.send_header("access-control-allow-methods", "GET, POST, DELETE")
        self.send_header("access-control-allow-headers", "content-type, accept")
        self.send_header("access-control-expose-headers", _EXPOSED)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Keep the tests' output quiet."""
