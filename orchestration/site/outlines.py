"""The outlines of the map, made once from open files and kept in `assets/outlines.json`.

Sources: régions and départements of metropolitan France from IGN Admin Express by way of france-geojson (codes of 2018,
Licence Ouverte), the five overseas départements from Natural Earth (public domain). They are laid into one plane here,
so that the page needs no projection: metropolitan France by longitude and latitude true to scale at 46.5° north, each
overseas département in a frame of its own beside it. Points are rounded to a grid, which takes neighbours to the same
points: no gap opens between them.

    python -m orchestration.site.outlines FOLDER   # of the three GeoJSON files
"""

import gzip
import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path

OUTLINES = Path(__file__).with_name("assets") / "outlines.json"
SOURCE = "IGN Admin Express, france-geojson (Licence Ouverte); Natural Earth (public domain)"
METROPOLITAN = {"DEP": "departements-2018-simplifie", "REG": "regions-2018-simplifie"}
OVERSEAS = "outre-mer-naturalearth"
# Grid steps by degree of latitude: a step is 1.1 km, less than a pixel of the map.
STEPS = 100
# Where north-western corners and sides of the overseas frames lie, in steps: a column left of Brittany.
FRAMES = {"971": (-570, -5109), "972": (-570, -4908), "973": (-570, -4706), "974": (-570, -4504), "976": (-570, -4302)}
SIDE = 165

Ring = list[list[float]]


def made_from(folder: Path) -> dict:
    """The outlines by level: GeoJSON features with `code` and `name`, in a plane of which y points south."""
    overseas = _features(folder, OVERSEAS)
    found = {level: [_laid(each, _flat) for each in _features(folder, name)] for level, name in METROPOLITAN.items()}
    for feature in overseas:
        laid = _laid(feature, _framed(feature))
        found["DEP"].append(laid)
        region = {"code": feature["properties"]["reg"], "name": laid["properties"]["name"]}
        found["REG"].append(laid | {"properties": region})
    return {
        "source": SOURCE,
        "frames": [[x, y, SIDE] for x, y in FRAMES.values()],
        **{
            level: sorted(features, key=lambda feature: feature["properties"]["code"])
            for level, features in found.items()
        },
    }


def _features(folder: Path, name: str) -> list[dict]:
    return json.loads(gzip.decompress((folder / f"{name}.geojson.gz").read_bytes()))["features"]


def _polygons(geometry: dict) -> list[list[Ring]]:
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def _flat(longitude: float, latitude: float) -> tuple[float, float]:
    return longitude * math.cos(math.radians(46.5)) * STEPS, -latitude * STEPS


def _framed(feature: dict):
    """The plane of one overseas département: as large as its frame allows, in its middle."""
    points = [point for polygon in _polygons(feature["geometry"]) for ring in polygon for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (SIDE - 12) / max((east - west) * narrow, north - south)
    x, y = FRAMES[feature["properties"]["code"]]

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return (
            x + SIDE / 2 + (longitude - (west + east) / 2) * narrow * scale,
            y + SIDE / 2 - (latitude - (south + north) / 2) * scale,
        )

    return place


def _laid(feature: dict, place) -> dict:
    polygons = [[_on_grid(ring, place) for ring in polygon] for polygon in _polygons(feature["geometry"])]
    known = feature["properties"]
    return {
        "type": "Feature",
        "properties": {"code": known["code"], "name": known["nom"]},
        # What has shrunk to a line is too small to see.
        "geometry": {"type": "MultiPolygon", "coordinates": [[r for r in p if r] for p in polygons if p[0]]},
    }


def _on_grid(ring: Iterable, place) -> list[list[int]]:
    points: list[list[int]] = []
    for longitude, latitude in ring:
        point = [round(each) for each in place(longitude, latitude)]
        if not points or point != points[-1]:
            points.append(point)
    return points if len(points) > 3 else []


if __name__ == "__main__":
    OUTLINES.write_text(json.dumps(made_from(Path(sys.argv[1])), ensure_ascii=False, separators=(",", ":")) + "\n")
