"""Outlines of the places below the département of which a release publishes figures: small files, one for each level
and département, `outlines/com-01.geojson`, which the observatory loads when such a map is asked for.

They are made of what was delivered (`int_referential__outlines`), simplified until a file is no larger than `LARGEST`:
all outlines of a département at once, so that neighbours keep their common border and no gap opens between them. Where
nothing of it has changed the files of a level are links to those of the release before; so they are while the gate
holds the model.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb
import numpy as np
import shapely

from orchestration.errors import told
from orchestration.gate import Verdict
from orchestration.landing.checking import literal, quoted
from orchestration.release.declarations import Declarations, Layout
from orchestration.release.files import FOLDER as OPEN_DATA
from orchestration.release.files import link
from orchestration.release.open_data import Dataset
from orchestration.storage import fingerprint

MODEL, FOLDER = "int_referential__outlines", "outlines"
# Raised when the way in which files are drawn changes, so that none of an older way is linked again.
FORMAT_VERSION = 1
# Bytes of a file at most.
LARGEST = 300_000
# The first simplification leaves out what is smaller than this part of the département, half a pixel of a large map,
# and each further one what is so many times larger.
FINEST, COARSER = 1 / 1500, 1.5
# Decimals of degrees, 11 metres; where a département is less than half a degree wide and high, one more.
DECIMALS, SMALL = 4, 0.5
# Rows that are taken from the warehouse at a time: an outline as delivered may have many thousand points.
ROWS = 1_000


@dataclass
class Outlines:
    """The outlines of a release: `levels` are what its catalogue says of them, `signatures` by level what they were
    made of, and `note` why they are not anew what they should be."""

    levels: list[dict] = field(default_factory=list)
    signatures: dict[str, str] = field(default_factory=dict)
    note: str = ""


def write_outlines(
    connection: duckdb.DuckDBPyConnection,
    declarations: Declarations,
    found: Iterable[Dataset],
    verdicts: Mapping[str, Verdict],
    staging: Path,
    previous: Path | None,
    twin: Mapping,
) -> Outlines:
    """Write the outlines of the places in those datasets of a release (`found`) that are drawn on a map; `twin` is what
    the home knows of the release before. What cannot be drawn anew keeps its files, and holds nothing else."""
    drawn = {d.owner.map.level: d for d in found if isinstance(d.owner, Layout) and d.owner.map and d.files}
    node = declarations.model(MODEL)
    if not drawn or not node:
        return Outlines()
    verdict = verdicts.get(node["unique_id"])
    made = Outlines(note="" if verdict and verdict.open else "the gate does not let them out; `vigie check` says why")
    before, known = _before(previous), twin.get("outlines", {})
    for level, dataset in sorted(drawn.items()):
        kept, signature, fresh = before.get(level), known.get(level), None
        if not made.note:
            try:
                places = _places_of(dataset, staging)
                now = f"{FORMAT_VERSION}-{LARGEST}-{verdict.fingerprint}-{_all_of(connection, places)}"
                if kept is None or now != signature:
                    relation = declarations.relation(node["unique_id"])
                    rows = f"(select * from {relation} where geo_level = '{level}' and geo_code in ({places}))"
                    fresh, signature = _written(connection, rows, level, staging), now
            except (duckdb.Error, shapely.errors.ShapelyError) as error:
                made.note, fresh = told(error), None
                for left in (staging / FOLDER).glob(f"{level.lower()}-*"):
                    left.unlink()
        if fresh is None and kept:
            assert previous
            for path in kept["files"]:
                link(previous / path, staging / path)
        if (entry := fresh or kept) and entry["files"]:
            made.levels.append(entry | {"of": dataset.name})
            made.signatures[level] = str(signature)
    return made


def _before(previous: Path | None) -> dict[str, dict]:
    """What the catalogue of the release before says of outlines, by level, where their files are as they were."""
    try:
        levels = json.loads((previous / "catalogue.json").read_text(encoding="utf-8"))["outlines"] if previous else []
        files = json.loads((previous / "release.json").read_text(encoding="utf-8"))["files"] if levels else {}
    except (OSError, ValueError, KeyError):
        return {}  # it was made before there were any, or is damaged

    def is_intact(path: str) -> bool:
        there = previous / path
        return there.is_file() and fingerprint(there) == files.get(path, {}).get("sha256")

    return {each["level"]: each for each in levels if all(map(is_intact, each["files"]))}


def _places_of(dataset: Dataset, staging: Path) -> str:
    """SQL of the places that a dataset holds."""
    [path] = dataset.paths("parquet")
    return f"select {quoted(dataset.owner.map.place)} from read_parquet({literal(staging / OPEN_DATA / path)})"


def _all_of(connection: duckdb.DuckDBPyConnection, places: str) -> str:
    query = f"select md5(coalesce(string_agg(distinct code, ' ' order by code), '')) from ({places}) as held(code)"
    [(found,)] = connection.execute(query).fetchall()
    return found


def _written(connection: duckdb.DuckDBPyConnection, rows: str, level: str, staging: Path) -> dict:
    """Write the files of a level; gives what the catalogue says of them."""
    of_all = "list(distinct {0} order by {0})"
    [(vintages, sources, licences, places)] = connection.execute(
        f"select {', '.join(of_all.format(each) for each in ('place_vintage', 'source', 'licence'))}, "
        f"count(distinct geo_code) from {rows}"
    ).fetchall()
    entry = {
        "name": f"{FOLDER}-{level.lower()}",
        "level": level,
        "vintage": ", ".join(vintages or []),
        "sources": sources or [],
        "licences": licences or [],
        "places": places,
        "departements": [],
        "files": [],
    }
    (staging / FOLDER).mkdir(exist_ok=True)
    connection.execute(f"select dep, geo_code, place_name, geometry from {rows} order by dep, geo_code")
    for dep, of_dep in groupby(_in_parts(connection), itemgetter(0)):
        path = f"{FOLDER}/{level.lower()}-{dep}.geojson"
        said = {key: entry[key] for key in ("level", "vintage", "sources", "licences")} | {"departement": dep}
        (staging / path).write_text(collection(said, [row[1:] for row in of_dep]), encoding="utf-8")
        entry["departements"].append(dep)
        entry["files"].append(path)
    return entry


def _in_parts(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple]:
    while part := connection.fetchmany(ROWS):
        yield from part


def collection(said: Mapping, places: list[tuple[str, str | None, str]], largest: int = LARGEST) -> str:
    """A GeoJSON collection of places (code, name, outline as GeoJSON) of no more than `largest` bytes, as finely drawn
    as that allows; `said` are its own members. A place of which the outline cannot be read is not in it."""
    shapes = [_polygons(shape) for shape in shapely.from_geojson([place[2] for place in places], on_invalid="ignore")]
    there = [(code, name, shape) for (code, name, _), shape in zip(places, shapes, strict=True) if shape is not None]
    outlines = np.array([shape for *_, shape in there])
    west, south, east, north = shapely.total_bounds(outlines) if there else (0, 0, 0, 0)
    extent = max(east - west, north - south)
    head = json.dumps({"type": "FeatureCollection", **said}, ensure_ascii=False, separators=(",", ":"))
    decimals, tolerance = DECIMALS + (extent < SMALL), extent * FINEST
    while True:
        drawn = shapely.coverage_simplify(outlines, tolerance) if there else outlines
        features = [_feature(code, name, shape, decimals) for (code, name, _), shape in zip(there, drawn, strict=True)]
        lines = ",\n".join(features)
        text = f'{head[:-1]},"features":[\n{lines}\n]}}\n'
        # Every ring is a triangle at last, and a file of many such is as small as it can be.
        if len(text.encode()) <= largest or tolerance > extent:
            return text
        tolerance *= COARSER


def _polygons(shape: shapely.Geometry | None) -> shapely.MultiPolygon | None:
    """The polygons of a shape, made valid where its borders cross; None where there are none."""
    if shape is None:
        return None
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shapely.force_2d(shape))))
    found = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return shapely.MultiPolygon(found) if found else None


def _feature(code: str, name: str | None, shape: shapely.Geometry, decimals: int) -> str:
    rounded = shapely.transform(shapely.orient_polygons(shape), lambda points: points.round(decimals))
    said = {"code": code} | ({"name": name} if name else {})
    told_of = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","properties":{told_of},"geometry":{shapely.to_geojson(rounded).replace(", ", ",")}}}'
