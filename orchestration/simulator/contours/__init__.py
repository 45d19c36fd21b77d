"""The producer of outlines: départements as they are, cut into made-up communes, these into IRIS, and joined to EPCI.

The points that a part of a département is nearest to are drawn at random; the cells around them (Voronoi's) are its
places, evened out once (Lloyd). Along a curve that leaves no neighbourhood (Hilbert's) the communes of an EPCI are laid
side by side. There is a file for each level, received on the first day.
"""

import datetime
import json
import math
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from orchestration.errors import VigieError
from orchestration.simulator.deliveries import compress, publish
from orchestration.simulator.feed import Feed, Task
from orchestration.site.outlines import OUTLINES, STEPS

VINTAGE, LICENCE = "COG 2026", "etalab-2.0"
SOURCE = "Contours simulés dans les départements d'IGN Admin Express"
# Longitudes of the plane of the seed are true to scale here.
PARALLEL = np.cos(np.radians(46.5))
# A metre; the order of Hilbert's curve.
DECIMALS, ORDER = 5, 10


def _send(task: Task) -> None:
    if not task.is_builtin:
        raise VigieError("Of outlines there is no official truth here: use builtin.")
    task.engine.set(size=task.size)
    task.engine.run("contours/asked")
    levels: dict[str, list[tuple]] = {"EPCI": [], "COM": [], "IRIS": []}
    bodies: dict[str, list[shapely.Geometry]] = {}
    ground = _departements()
    asked = task.engine.rows("select dep, epci, com, com_name, iris from asked")
    seed = task.engine.rows("select getvariable('seed')::bigint")[0][0]
    for dep, of_dep in groupby(asked, itemgetter(0)):
        communes = list(of_dep)
        if dep not in ground:
            continue  # a collectivity overseas, of which the seed has no outline
        drawn = np.random.default_rng([seed, *dep.encode()])
        for (_, epci, com, name, iris), cell in zip(communes, _cut(ground[dep], len(communes), drawn), strict=True):
            levels["COM"].append((com, dep, name, cell))
            bodies.setdefault(epci, []).append(cell)
            parts = _cut(cell, iris, drawn) if iris else [cell]
            levels["IRIS"] += [(f"{com}{n + (iris > 0):04}", dep, None, part) for n, part in enumerate(parts)]
    levels["EPCI"] = [(epci, "", None, shapely.union_all(cells)) for epci, cells in bodies.items() if epci]
    for level, places in levels.items():
        _deliver(task, level, sorted(places, key=itemgetter(0)), np.random.default_rng([seed, *level.encode()]))
    task.tell(f"Outlines: {', '.join(f'{len(places):,} {level}' for level, places in levels.items())}")


def _departements() -> dict[str, shapely.Geometry]:
    """The départements of the seed, by code, in longitude and latitude; those overseas lie in the Atlantic, where the
    map has their frames."""
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["DEP"]
    shapes = shapely.from_geojson([json.dumps(each["geometry"]) for each in features])
    placed = shapely.transform(shapes, lambda points: points / (STEPS * PARALLEL, -STEPS))
    return {each["properties"]["code"]: shapely.make_valid(s) for each, s in zip(features, placed, strict=True)}


def _cut(ground: shapely.Geometry, count: int, drawn: np.random.Generator) -> list[shapely.Geometry]:
    """The ground in so many cells, neighbours one after the other."""
    if count < 2:
        return [ground]
    west, south, east, north = ground.bounds
    points = np.empty((0, 2))
    while len(points) < count:
        found = drawn.uniform((west, south), (east, north), (4 * count, 2))
        points = np.concatenate([points, found[shapely.contains_xy(ground, found)]])[:count]
    cells = _cells(ground, points)
    cells = _cells(ground, shapely.get_coordinates(shapely.point_on_surface(cells)))
    middles = shapely.get_coordinates(shapely.point_on_surface(cells))
    places = (middles - (west, south)) / (east - west, north - south) * (2**ORDER - 1)
    return [cells[n] for n in np.argsort(_along(places.astype(int)), kind="stable")]


def _cells(ground: shapely.Geometry, points: np.ndarray) -> np.ndarray:
    around = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=ground, ordered=True)
    cells = shapely.get_parts(around)
    shapely.prepare(ground)
    cut = ~shapely.contains_properly(ground, cells)
    cells[cut] = shapely.intersection(cells[cut], ground)
    return cells


def _along(places: np.ndarray) -> np.ndarray:
    """How far along Hilbert's curve places lie, given in whole numbers below 2 to the power of its order."""
    x, y = places.T.copy()
    distance = np.zeros(len(x), dtype=int)
    for step in (2**n for n in reversed(range(ORDER))):
        right, up = (x & step) > 0, (y & step) > 0
        distance += step * step * ((3 * right) ^ up)
        turned = ~up & right
        x, y = np.where(turned, step - 1 - x, x), np.where(turned, step - 1 - y, y)
        x, y = np.where(up, x, y), np.where(up, y, x)
    return distance


def _deliver(task: Task, level: str, places: list[tuple], drawn: np.random.Generator) -> None:
    """Write the file of a level, and keep aside what is right and what is wrong in it."""
    shapes = np.array([place[3] for place in places])
    rounded = shapely.transform(shapely.orient_polygons(shapes), lambda points: points.round(DECIMALS))
    features = [
        {"code": code, "nom": name, "outline": json.loads(text)}
        for (code, _, name, _), text in zip(places, shapely.to_geojson(rounded), strict=True)
    ]
    right, connection = list(features), task.engine.connection
    codes, deps = (pa.array([place[n] for place in places], pa.string()) for n in (0, 1))
    connection.register("placed_now", pa.table({"code": codes, "dep": deps, "area": shapely.area(rounded)}))
    connection.execute("insert into drawn select ?, code, dep, area from placed_now", [level])
    connection.unregister("placed_now")
    faults = [shape for (shape,) in task.engine.rows("select shape from bad_shapes order by rowid")]
    [(rate,)] = task.engine.rows("select getvariable('bad_feature')")
    for n in range(math.ceil(rate * len(right))):
        fault, of = faults[n % len(faults)], right[drawn.integers(len(right))]
        features.append(_spoiled(of, fault, level))
        told = ["bad_row", fault, of["code"], task.start]
        connection.execute("insert into disturbances values (?, ?, ?, null, ?)", told)
    said = {"niveau": level, "millesime": VINTAGE, "source": SOURCE, "licence": LICENCE}
    lines = ",\n".join(json.dumps(_feature(each), ensure_ascii=False, separators=(",", ":")) for each in features)
    head = json.dumps({"type": "FeatureCollection", **said}, ensure_ascii=False)
    text = f'{head[:-1]}, "features": [\n{lines}\n]}}\n'
    name = f"contours_{level.lower()}_{task.start.isoformat()}.geojson.gz"
    path = task.deliveries.folder / task.start.isoformat() / name
    task.deliveries.files.append(publish(path, lambda draft: _pack(text, draft)))
    task.deliveries.rows += len(features)


def _feature(of: dict) -> dict:
    properties = {name: of[name] for name in ("code", "nom") if of[name] is not None}
    return {"type": "Feature", "properties": properties, "geometry": of["outline"]}


def _spoiled(of: dict, fault: str, level: str) -> dict:
    """A feature that breaks one rule of the contract."""
    outline, nowhere = of["outline"], {"EPCI": "999999999", "COM": "99999", "IRIS": "999990000"}[level]
    ring = [[0, 46], [1, 46], [1, 47], [0, 46]]
    wrong = {
        "ring_open": {"outline": {"type": "Polygon", "coordinates": [ring[:3] + [[0.5, 46.5]]]}},
        "in_metres": {"outline": {"type": "Polygon", "coordinates": [[[x * 1e5, y * 1e5] for x, y in ring]]}},
        "point": {"outline": {"type": "Point", "coordinates": ring[0]}},
        "no_outline": {"outline": None},
        "no_code": {"code": None},
        "name_for_code": {"code": "sans code"},
        "code_of_nowhere": {"code": nowhere},
        "no_name_but_markup": {"nom": "<b>Ville</b>"},
    }[fault]
    return of | {"outline": outline} | wrong


def _pack(text: str, draft: Path) -> None:
    plain = draft.with_name(f"{draft.name}.plain")
    plain.write_text(text, encoding="utf-8", newline="\n")
    compress(plain, draft)
    plain.unlink()


CONTOURS = Feed(
    name="contours",
    system="The institute of geography",
    first_day=datetime.date(2020, 1, 1),
    columns=("code", "nom", "geometry", "niveau", "millesime", "source", "licence"),
    rates={"bad_feature": (0.0005, "features that break a rule, beside the right ones")},
    send=_send,
    truth={"drawn": "select level, code, dep, area from drawn order by all"},
    counts="select count(*) filter (level = 'EPCI') as epci, count(*) filter (level = 'COM') as communes,"
    " count(*) filter (level = 'IRIS') as iris from drawn",
)
