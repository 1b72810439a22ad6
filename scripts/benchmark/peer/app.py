"""The same service as a developer would write it in an afternoon: image in, GeoJSON out, all kept.

It takes what it needs from the environment: WEIGHTS, MODEL (model.json), SCALE and ZERO_POINT of the
network's input, S3_URL, S3_KEY, S3_SECRET, BUCKET and DATABASE_URL. Images of one tile alone; nothing is checked.
"""

import gzip
import json
import os
import uuid
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import onnxruntime
import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from numpy.typing import NDArray
from rasterio.features import rasterize, shapes, sieve
from rasterio.io import MemoryFile
from rasterio.warp import transform_geom

MODEL = json.loads(Path(os.environ["MODEL"]).read_text())
LEAST_M2 = dict(zip(MODEL["classes"], json.loads(os.environ["LEAST_M2"]), strict=True))
SCALE, ZERO_POINT = float(os.environ["SCALE"]), int(os.environ["ZERO_POINT"])
BUCKET = os.environ["BUCKET"]

options = onnxruntime.SessionOptions()
options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # beside other processes
session = onnxruntime.InferenceSession(os.environ["WEIGHTS"], options)
# Were the keys in the environment, rasterio would make a session of AWS for each of its calls: a second
# for each image.
s3 = boto3.client(
    "s3",
    endpoint_url=os.environ["S3_URL"],
    region_name="us-east-1",
    aws_access_key_id=os.environ["S3_KEY"],
    aws_secret_access_key=os.environ["S3_SECRET"],
)
connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
connection.execute(
    "CREATE TABLE IF NOT EXISTS peer (id uuid PRIMARY KEY, created timestamptz DEFAULT now(), areas jsonb)"
)
app = FastAPI()


@app.post("/predictions", status_code=201)
async def post(request: Request) -> Response:
    """Segment a TIFF, keep source, scores and areas, and answer with GeoJSON."""
    body = await request.body()
    return await run_in_threadpool(predict, body)


def predict(body: bytes) -> Response:
    """From bytes to GeoJSON, all kept."""
    with MemoryFile(body) as file, file.open() as raster:
        pixels, crs, transform = raster.read(out_dtype="float32"), raster.crs, raster.transform
    scores = infer(normalise(pixels))
    features = [
        feature
        for key, score in zip(MODEL["classes"], scores, strict=True)
        for feature in outline(key, score, crs, transform)
    ]
    answer = json.dumps({"type": "FeatureCollection", "features": features})
    keep(uuid.uuid4(), body, scores, features)
    return Response(answer, 201, media_type="application/geo+json")


def normalise(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bands (8, H, W) as the network was trained."""
    how = MODEL["normalisation"]
    dark, bright = np.percentile(
        pixels, (how["dark_percent"], how["bright_percent"]), axis=(1, 2), keepdims=True
    )
    spread = bright - dark
    mixed = spread ** how["own_share"] * spread.mean() ** (1 - how["own_share"])
    clipped: NDArray[np.float32] = np.clip((pixels - dark) / mixed, how["low"], how["high"])
    return clipped


def infer(normalised: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Scores (10, H, W); a probability is a byte / 256."""
    quantised = np.clip(np.rint(normalised / SCALE + ZERO_POINT), -128, 127).astype(np.int8)
    (name,) = (source.name for source in session.get_inputs())
    (scores,) = session.run(None, {name: quantised.transpose(1, 2, 0)[None]})
    shifted: NDArray[np.uint8] = (scores[0].astype(np.int16) + 128).astype(np.uint8)
    return shifted.transpose(2, 0, 1)


def outline(key: str, score: NDArray[np.uint8], crs: Any, transform: Any) -> list[dict[str, Any]]:
    """Features of one class, none smaller than its least area."""
    pixel_m2 = abs(transform.determinant)
    mask = (score >= MODEL["thresholds"][key] * 256).astype(np.uint8)
    mask = sieve(mask, max(1, int(np.ceil(LEAST_M2[key] / pixel_m2))), connectivity=4) & mask
    found = [geometry for geometry, _ in shapes(mask, mask == 1, 4, transform)]
    if not found:
        return []
    numbers = rasterize(
        ((geometry, number) for number, geometry in enumerate(found, 1)),
        out_shape=mask.shape,
        transform=transform,
        dtype="int32",
    )
    pixels = np.bincount(numbers.ravel(), minlength=len(found) + 1)[1:]
    sums = np.bincount(numbers.ravel(), score.ravel(), len(found) + 1)[1:]
    return [
        {
            "type": "Feature",
            "geometry": geometry,
            "properties": {"class": key, "area_m2": count * pixel_m2, "score": total / count / 256},
        }
        for geometry, count, total in zip(
            transform_geom(crs, "OGC:CRS84", found, precision=7),
            pixels.tolist(),
            sums.tolist(),
            strict=True,
        )
    ]


def keep(
    key: uuid.UUID, body: bytes, scores: NDArray[np.uint8], features: list[dict[str, Any]]
) -> None:
    """Write three objects and a row."""
    areas: dict[str, float] = {}
    for feature in features:
        about = feature["properties"]
        areas[about["class"]] = areas.get(about["class"], 0) + about["area_m2"]
    s3.put_object(Bucket=BUCKET, Key=f"peer/{key}/source.tif", Body=body)
    s3.put_object(Bucket=BUCKET, Key=f"peer/{key}/scores", Body=gzip.compress(scores.tobytes(), 1))
    s3.put_object(Bucket=BUCKET, Key=f"peer/{key}/areas.json", Body=json.dumps(areas))
    connection.execute("INSERT INTO peer (id, areas) VALUES (%s, %s)", (key, json.dumps(areas)))
