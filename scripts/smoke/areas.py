"""What each form of a prediction says that a class covers."""

import csv
import io
import json

from rasterio.io import MemoryFile

Areas = dict[str, float]  # m2 by class


def table_areas(table: bytes) -> Areas:
    """Of `table.csv`."""
    rows = csv.DictReader(io.StringIO(table.decode()))
    return {row["class"]: float(row["area_m2"]) for row in rows}


def dataframe_areas(table: bytes) -> Areas:
    """Of `dataframe.json`."""
    return {row["class"]: row["area_m2"] for row in json.loads(table)["data"]}


def geojson_areas(collection: bytes) -> Areas:
    """Of `polygons.geojson`: the sum of its features; a class without any is not in it."""
    areas: Areas = {}
    for feature in json.loads(collection)["features"]:
        about = feature["properties"]
        areas[about["class"]] = areas.get(about["class"], 0.0) + about["area_m2"]
    return areas


def mask_areas(masks: bytes, pixel_area_m2: float) -> Areas:
    """Of `masks.tif`: its pixels of value 1, counted."""
    with MemoryFile(masks) as file, file.open() as raster:
        pixels = raster.read().sum(axis=(1, 2), dtype="int64")
        return dict(zip(raster.descriptions, (pixels * pixel_area_m2).tolist(), strict=True))
