"""A client of the API, in one file that needs Python 3.11 and nothing else; copy it where you need it.

    from client import Client

    tesela = Client("http://127.0.0.1:8081")
    result = tesela.predict("scene.tif", thresholds={"roads": 0.6})
    print(result.summary)
    tesela.save(result.id, "polygons.gpkg", "roads.gpkg", thresholds={"roads": 0.6})

`frame` returns a GeoDataFrame where geopandas is installed.
"""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_BODY_BYTES = 4_500_000  # of a request; a longer image goes to storage first

_ATTEMPTS = 4
_FIRST_PAUSE_S = 0.5  # where the service does not say how long; then it doubles
_MAX_PAUSE_S = 60.0
_BUSY = (429, 502, 503, 504)
_TIMEOUT_S = 120

Thresholds = float | Mapping[str, float]  # one for all classes, or by class
Json = dict[str, Any]


class ApiError(Exception):
    """The service refused a request, or does not answer.

    Attributes:
        status: HTTP's; 0 where nothing answered.
        code: Stable name of the situation, such as `band-count`; "" where no problem came.
        detail: An English sentence with the value and the limit.
        values: What the sentence names.
        request_id: To be found in the service's log.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        code: str = "",
        values: Mapping[str, Any] | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(f"{status} {code}: {detail}" if code else f"{status}: {detail}")
        self.status, self.detail, self.code = status, detail, code
        self.values, self.request_id = dict(values or {}), request_id


@dataclass(frozen=True)
class ClassSummary:
    """What one class covers."""

    key: str
    objects: int
    area_m2: float
    area_percent: float  # of the valid pixels
    mean_score: float | None  # 0 to 1; None where there is none


@dataclass(frozen=True)
class Prediction:
    """A kept result; `document` is all that the service says of it."""

    id: str
    created: str  # ISO 8601
    confidence: str  # `high`, `medium`, `low` or `unknown`
    classes: tuple[ClassSummary, ...]
    document: Json

    @classmethod
    def of(cls, document: Json) -> Prediction:
        """Read an answer."""
        return cls(
            id=document["id"],
            created=document["created"],
            confidence=(document.get("confidence") or {}).get("level", "unknown"),
            classes=tuple(
                ClassSummary(
                    entry["key"],
                    entry["polygons"],
                    entry["area_m2"],
                    entry["area_percent"],
                    entry["mean_score"],
                )
                for entry in document["classes"]
            ),
            document=document,
        )

    @property
    def summary(self) -> dict[str, float]:
        """Square metres by class, the largest first; classes without an object are left out."""
        found = [each for each in self.classes if each.objects]
        return {each.key: each.area_m2 for each in sorted(found, key=lambda one: -one.area_m2)}


@dataclass(frozen=True)
class Client:
    """A running service; no token: an open one.

    Every request is safe to repeat: the same image with the same options is the same result. So busy
    services are asked again, after as long as they say.
    """

    url: str
    token: str = ""
    attempts: int = _ATTEMPTS
    wait: Callable[[float], None] = time.sleep

    def predict(
        self,
        image: str | Path | bytes,
        *,
        thresholds: Thresholds | None = None,
        bands: str = "",
        gsd_m: float | None = None,
    ) -> Prediction:
        """Segment an 8-band TIFF, sent directly or, over 4.5 MB, by way of storage.

        Args:
            image: A path, or the file's bytes.
            thresholds: From which score on a pixel belongs to a class.
            bands: The order of the file's bands where it is another one: `8,7,6,5,4,3,2,1`.
            gsd_m: Metres per pixel, of an image without a CRS.

        Raises:
            ApiError: The service refused it.
        """
        body = image if isinstance(image, bytes) else Path(image).read_bytes()
        options = _options(thresholds, bands=bands, gsd=gsd_m)
        if len(body) > MAX_BODY_BYTES:
            options["upload"] = self._upload(body)
            body = b""
        answer = self._json("POST", "/predictions", options, body, "image/tiff")
        return Prediction.of(answer)

    def get(self, prediction_id: str) -> Prediction:
        """A kept result."""
        return Prediction.of(self._json("GET", _path(prediction_id)))

    def predictions(
        self, *, land_cover: str = "", since: str = "", until: str = "", page: int = 50
    ) -> Iterator[Prediction]:
        """Every result, newest first.

        Args:
            land_cover: Only results that hold this class.
            since: The first moment, ISO 8601.
            until: The moment after the last one.
            page: How many are asked for at once, up to 100.
        """
        options: Json = {"limit": page, "class": land_cover, "since": since, "until": until}
        while True:
            answer = self._json("GET", "/predictions", options)
            yield from map(Prediction.of, answer["items"])
            if answer["next"] is None:
                return
            options["cursor"] = answer["next"]

    def delete(self, prediction_id: str) -> None:
        """Delete a result and all that was made of it; one that is gone already is no error."""
        try:
            self._bytes("DELETE", _path(prediction_id))
        except ApiError as error:
            if error.code != "prediction-not-found":
                raise

    def file(
        self, prediction_id: str, name: str, thresholds: Thresholds | None = None, **options: Any
    ) -> bytes:
        """A file of a result, such as `masks.tif`; `Prediction.document["links"]` names them all.

        Args:
            prediction_id: Of the result.
            name: Of the file.
            thresholds: Draw it at these, without running the model again.
            options: `palette`, `lang`, `view`, `bands` or `locale`, as the file takes them.
        """
        return self._bytes("GET", _path(prediction_id, name), _options(thresholds, **options))

    def save(
        self,
        prediction_id: str,
        name: str,
        path: str | Path,
        thresholds: Thresholds | None = None,
        **options: Any,
    ) -> Path:
        """Write a file of a result; it is there as a whole or not at all."""
        target = Path(path)
        partial = target.with_name(f".{target.name}.part")
        partial.write_bytes(self.file(prediction_id, name, thresholds, **options))
        return partial.replace(target)

    def polygons(self, prediction_id: str, thresholds: Thresholds | None = None) -> Json:
        """GeoJSON, one feature per object."""
        features: Json = json.loads(self.file(prediction_id, "polygons.geojson", thresholds))
        return features

    def table(
        self, prediction_id: str, thresholds: Thresholds | None = None
    ) -> list[dict[str, str]]:
        """`objects.csv`, one row per object."""
        csv.field_size_limit(2**31 - 1)  # WKT of a town is long
        text = self.file(prediction_id, "objects.csv", thresholds).decode()
        return list(csv.DictReader(io.StringIO(text)))

    def scores(self, prediction_id: str) -> bytes:
        """Scores, uint8 (10, height, width) in C order; probability = byte / 256."""
        return gzip.decompress(self.file(prediction_id, "scores"))

    def frame(self, prediction_id: str, thresholds: Thresholds | None = None) -> Any:
        """A GeoDataFrame in longitude and latitude, or in pixels where the image has no CRS.

        Raises:
            ImportError: geopandas is not installed.
        """
        import geopandas

        features = self.polygons(prediction_id, thresholds)
        placed = features["positions"] == "lonlat"
        columns = ["id", "class", "area_m2", "score", "geometry"]
        if not features["features"]:
            return geopandas.GeoDataFrame(columns=columns, geometry="geometry")
        return geopandas.GeoDataFrame.from_features(
            features["features"], crs="EPSG:4326" if placed else None
        )

    def corrected(self) -> Iterator[str]:
        """The ids of results whose objects people have corrected, the latest change first."""
        options: Json = {"limit": 100}
        while True:
            answer = self._json("GET", "/corrections", options)
            yield from (item["prediction"] for item in answer["items"])
            if answer["next"] is None:
                return
            options["cursor"] = answer["next"]

    def corrections(self, prediction_id: str) -> list[Json]:
        """What people say of a result's objects: `verdict`, `class`, `instead` and `rings`."""
        found: list[Json] = self._json("GET", _path(prediction_id, "corrections"))["corrections"]
        return found

    def _upload(self, body: bytes) -> str:
        """Put an image into storage and return the id under which it lies there."""
        answer = self._json("POST", "/uploads", {"size": len(body)})
        link = urllib.request.Request(  # noqa: S310
            answer["url"], body, {"Content-Type": answer["content_type"]}, method="PUT"
        )
        self._send(link)
        return str(answer["upload"])

    def _json(self, method: str, path: str, *request: Any) -> Json:
        document: Json = json.loads(self._bytes(method, path, *request))
        return document

    def _bytes(
        self,
        method: str,
        path: str,
        options: Mapping[str, Any] | None = None,
        body: bytes = b"",
        content_type: str = "",
    ) -> bytes:
        given = {name: value for name, value in (options or {}).items() if value not in (None, "")}
        url = f"{self.url.rstrip('/')}{path}{'?' if given else ''}{urllib.parse.urlencode(given)}"
        request = urllib.request.Request(url, body or None, method=method)  # noqa: S310
        if content_type:
            request.add_header("Content-Type", content_type)
        if self.token:  # to the service alone, not along a redirect to storage
            request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        return self._send(request)

    def _send(self, request: urllib.request.Request) -> bytes:
        """Send a request, again where the other side is busy or away.

        Raises:
            ApiError: It was refused, or nothing answered at the last attempt either.
        """
        for attempt in range(self.attempts):
            last = attempt == self.attempts - 1
            pause_s = _FIRST_PAUSE_S * 2**attempt
            try:
                with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                    body: bytes = answer.read()
                    return body
            except urllib.error.HTTPError as error:
                with error:
                    if last or error.code not in _BUSY:
                        raise _refusal(error) from error
                    pause_s = _retry_after_s(error, pause_s)
            except (OSError, http.client.HTTPException) as error:  # away, or broken off
                if last:
                    host = urllib.parse.urlsplit(request.full_url).netloc
                    raise ApiError(0, f"{host} does not answer: {error}") from error
            self.wait(min(pause_s, _MAX_PAUSE_S))
        raise ValueError(f"attempts is {self.attempts}; it must be at least 1.")


def _path(prediction_id: str, name: str = "") -> str:
    parts = ["predictions", prediction_id, *([name] if name else [])]
    return "".join(f"/{urllib.parse.quote(part, safe='')}" for part in parts)


def _options(thresholds: Thresholds | None, **options: Any) -> Json:
    """Query parameters; of one threshold for all classes, or of some by class."""
    if isinstance(thresholds, Mapping):
        options["thresholds"] = ",".join(f"{key}:{value}" for key, value in thresholds.items())
    elif thresholds is not None:
        options["threshold"] = thresholds
    return options


def _retry_after_s(error: urllib.error.HTTPError, otherwise_s: float) -> float:
    """How long the service asks to wait; a date, or what is no number, counts as not said."""
    asked = error.headers.get("Retry-After", "").strip()
    return float(asked) if asked.isdecimal() else otherwise_s


def _refusal(error: urllib.error.HTTPError) -> ApiError:
    """The problem (RFC 9457) in an answer, or what a proxy or storage wrote instead."""
    body = error.read().decode("utf-8", "replace")
    request_id = error.headers.get("X-Request-Id", "")
    try:
        problem = json.loads(body)
        return ApiError(
            error.code, problem["detail"], problem["code"], problem["values"], request_id
        )
    except (ValueError, KeyError, TypeError):
        return ApiError(error.code, body[:200] or error.reason, request_id=request_id)
