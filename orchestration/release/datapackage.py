"""`datapackage.json`: the Frictionless description (Data Package v1) of every open-data file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.release import annotations, revisions, standing
from orchestration.release.declarations import Declarations, Indicator, Text, is_feed
from orchestration.release.files import COMPRESSED, FOLDER, SUFFIXES
from orchestration.release.open_data import Dataset
from orchestration.release.policy import publishing
from orchestration.release.standing import public_facts
from orchestration.release.words import word
from orchestration.storage import fingerprint

LICENCE = {
    "name": "etalab-2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "title": "Licence Ouverte / Open Licence version 2.0",
}
MISSING = [""]
# Table Schema's name of each DuckDB type; DECIMAL is looked up by its first word.
TYPES = {
    **dict.fromkeys(("DOUBLE", "FLOAT", "DECIMAL"), "number"),
    **dict.fromkeys(
        ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
        "integer",
    ),
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "VARCHAR": "string",
}
# Columns of the indicator contract, where the manifest does not describe them.
CONTRACT_DESCRIPTIONS = {
    "indicator": "Name of the indicator.",
    "geo_level": "Level of the place: FRA, REG, DEP, METRO, WORLD, CONTINENT.",
    "geo_code": "Code of the place in Insee's geography; FR for France, 'unknown' where the place is not known.",
    "period": "Kind of period: day, rolling7 (seven days ending on period_end), week (ISO), cumulative, wave (survey).",
    "period_start": "First day of the period.",
    "period_end": "Last day of the period, included.",
    "sex": "all, F, M or unknown; 'all' counts everyone.",
    "age_scheme": "Scheme of age classes; 'all' for every age together.",
    "age_class": "Class of the scheme, named by its last year of age; 'all' or 'unknown'.",
    "stratum_scheme": "What the stratum is one of: cause, unit, symptoms and others; 'all' for the total.",
    "stratum": "Stratum of the scheme; 'all' for the total, 'unknown' for what is in no class.",
    "numerator": "What is counted.",
    "denominator": "What it is divided by; empty for a count.",
    "value": "The figure, in the unit of the indicator.",
    "ci_low": "Lower bound of the 95 % confidence interval.",
    "ci_high": "Upper bound of the 95 % confidence interval.",
    "status": "final, provisional or incident (a known one touches its days), or the reason why the figure is missing.",
    "definition": "Day from which this definition of the indicator is in use.",
    "population_vintage": "Vintage of the population in the denominator.",
}


def describe(
    declarations: Declarations,
    found: list[Dataset],
    release_id: str,
    folder: Path,
    revised: Mapping[str, Mapping] | None,
    before: Mapping[str, Mapping],
    outlines: Sequence[Mapping] = (),
) -> dict:
    """The data package of a release.

    Each dataset with files is two resources: `<name>` the CSV and `<name>-parquet` the Parquet, each with its `status`,
    `since` and `reason`. Of a series the CSV is described with `constants`, the columns that it leaves out with their
    values, and `days`; the Parquet has the `path` of every month, and in `parts` what each holds. What is held is
    described as it was when it was published: `before` are the resources of the release before, by name. Beside the
    datasets stand `status`, a row for each of them, `events`, and `revisions` (the facts of its files are `revised`),
    and a resource for each level of the `outlines` (entries of the catalogue), with its own source and licence.
    `folder` is the folder of the open data. The package holds no clock, so that the same release of the same inputs is
    described by the same bytes.
    """
    resources = []
    for dataset in found:
        for suffix in (suffix for suffix in SUFFIXES if dataset.paths(suffix)):
            name = _resource_name(dataset, suffix)
            described = before.get(name) if dataset.held else None
            resources.append((described or _resource(declarations, dataset, suffix)) | public_facts(dataset))
    resources.append(_status_resource(folder))
    resources.append(_events_resource(folder))
    if revised:
        resources += [_revisions_resource(file.rpartition(".")[2], facts) for file, facts in revised.items()]
    resources += [outlines_resource(each, folder.parent) for each in outlines]
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": "vigie",
        "title": "Vigie : indicateurs épidémiologiques",
        "description": (
            "Indicateurs de surveillance épidémiologique, avec leurs méthodes et leur traçabilité. / "
            "Epidemiological surveillance indicators, with their methods and their lineage."
        ),
        "version": release_id,
        "licenses": [LICENCE],
        "sources": _sources(declarations, sorted({u for d in found for u in declarations.upstream(d.node)})),
        "resources": resources,
    }
    return package


def _resource_name(dataset: Dataset, suffix: str) -> str:
    return dataset.name if suffix == "csv" else f"{dataset.name}-{suffix}"


def _resource(declarations: Declarations, dataset: Dataset, suffix: str) -> dict:
    paths = dataset.paths(suffix)
    if dataset.slice is None:
        described = _file(suffix, dataset.name, dataset.files[paths[0]], dataset.rows)
    elif suffix == "csv":
        described = _file(suffix, dataset.name, dataset.files[paths[0]], dataset.files[paths[0]]["rows"], paths[0])
        described |= {"days": publishing().published_days, "constants": dataset.owner.constants(dataset.slice)}
    else:
        described = _series(dataset, paths)
    return described | {
        "title": dataset.title.fr,
        "description": dataset.description.fr,
        "translations": {"en": {"title": dataset.title.en, "description": dataset.description.en}},
        "sources": _sources(declarations, declarations.upstream(dataset.node)),
        "schema": table_schema(declarations, dataset, dataset.csv_names if suffix == "csv" else None),
    }


def _series(dataset: Dataset, paths: list[str]) -> dict:
    """The Parquet of a series: a resource of several files. One hash is of one file, so each part has its own."""
    described = _file("parquet", dataset.name, {"bytes": 0, "sha256": ""}, dataset.rows)
    parts = [
        {
            "path": f"{FOLDER}/{path}",
            "bytes": facts["bytes"],
            "hash": f"sha256:{facts['sha256']}",
            "rows": facts["rows"],
        }
        for path, facts in ((path, dataset.files[path]) for path in paths)
    ]
    del described["bytes"], described["hash"]
    return described | {"path": [part["path"] for part in parts], "parts": parts}


def _file(suffix: str, name: str, facts: Mapping, rows: int | None, file: str = "") -> dict:
    """A resource of one file, `<name>.<suffix>` where it is not `file`."""
    file = file or f"{name}.{suffix}"
    resource: dict[str, Any] = {
        "profile": "tabular-data-resource" if suffix == "csv" else "data-resource",
        "name": name if suffix == "csv" else f"{name}-{suffix}",
        "path": f"{FOLDER}/{file}",
        "format": suffix,
        "mediatype": "text/csv" if suffix == "csv" else "application/vnd.apache.parquet",
        "bytes": facts["bytes"],
        "hash": f"sha256:{facts['sha256']}",
        "licenses": [LICENCE],
    }
    if suffix == "csv":
        resource |= {"compression": "gz"} if file.endswith(COMPRESSED) else {}
        resource |= {"encoding": "utf-8", "dialect": {"delimiter": ";"}} | ({} if rows is None else {"rows": rows})
    else:
        # Frictionless can count the bytes of a file or the rows of a table, and Parquet it reads as one or the other:
        # as a file it verifies bytes and hash. Hence the number of rows under a name that it does not check.
        resource |= {"type": "file"} | ({} if rows is None else {"rowCount": rows})
    return resource


def _status_resource(folder: Path) -> dict:
    path = folder / f"{standing.NAME}.csv"
    types = {"since": "date", "last_period": "date"}
    facts = {"bytes": path.stat().st_size, "sha256": fingerprint(path)}
    return _file("csv", standing.NAME, facts, None) | {
        "title": "État de chaque jeu de données",
        "description": "Si chaque jeu de données est à jour, en retard, partiel ou retenu, depuis quand et pourquoi.",
        "translations": {
            "en": {
                "title": "State of each dataset",
                "description": "Whether each dataset is as it should be, late, partial or held, since when and why.",
            }
        },
        "schema": {
            "fields": [
                {"name": name, "type": types.get(name, "string"), "description": text}
                | ({"constraints": {"required": True, "enum": list(standing.STATUSES)}} if name == "status" else {})
                for name, text in standing.COLUMNS.items()
            ],
            "primaryKey": ["name"],
            "missingValues": MISSING,
        },
    }


def _events_resource(folder: Path) -> dict:
    path = folder / f"{annotations.NAME}.csv"
    facts = {"bytes": path.stat().st_size, "sha256": fingerprint(path)}
    types = {"since": "date", "until": "date"}
    limits = {"kind": {"required": True, "enum": list(annotations.KINDS)}}
    return _file("csv", annotations.NAME, facts, None) | {
        "title": "Événements",
        "description": "Ce qui est arrivé aux chiffres : changements annoncés, incidents connus.",
        "translations": {
            "en": {
                "title": "Events",
                "description": "What happened to figures: changes that were announced, known incidents.",
            }
        },
        "schema": {
            "fields": [
                {"name": name, "type": types.get(name, "string"), "description": text}
                | ({"constraints": limits[name]} if name in limits else {})
                for name, text in annotations.COLUMNS.items()
            ],
            "missingValues": MISSING,
        },
    }


def _revisions_resource(suffix: str, facts: Mapping) -> dict:
    text = {"dataset": "string", "figure": "string", "day": "date", "place": "string"}
    return _file(suffix, revisions.NAME, facts, None) | {
        "title": "Révisions depuis la publication précédente",
        "description": "Chiffres publiés qui ont changé, avec les parts de la différence.",
        "translations": {
            "en": {
                "title": "Revisions since the release before",
                "description": "Published figures that have changed, with the parts of the difference.",
            }
        },
        "schema": {
            "fields": [
                {"name": name, "type": text.get(name, "number"), "description": said}
                for name, said in revisions.COLUMNS.items()
            ],
            "primaryKey": list(revisions.KEY),
            "missingValues": MISSING,
        },
    }


def outlines_resource(level: Mapping, release: Path) -> dict:
    """The outlines of a level: a resource of a GeoJSON file for each département."""
    parts = [
        {"path": path, "bytes": (release / path).stat().st_size, "hash": f"sha256:{fingerprint(release / path)}"}
        for path in level["files"]
    ]
    fr, en = (word("geo", level["level"], language) for language in ("fr", "en"))
    return {
        "profile": "data-resource",
        "name": level["name"],
        "path": level["files"],
        "format": "geojson",
        "mediatype": "application/geo+json",
        "type": "file",
        "encoding": "utf-8",
        "licenses": [LICENCE if name == LICENCE["name"] else {"name": name} for name in level["licences"]],
        "sources": [{"title": title} for title in level["sources"]],
        "title": f"Contours simplifiés : {fr}",
        "description": f"Contours pour la carte, un fichier par département, WGS 84, millésime {level['vintage']}.",
        "translations": {
            "en": {
                "title": f"Simplified outlines: {en}",
                "description": f"Outlines for the map, one file for each département, WGS 84, {level['vintage']}.",
            }
        },
        "parts": parts,
    }


def table_schema(declarations: Declarations, dataset: Dataset, names: Sequence[str] | None = None) -> dict:
    """The Table Schema of a dataset, or of its columns `names`: types from the file, texts from the manifest,
    constraints from the tests."""
    described = declarations.columns(dataset.node)
    constraints = declarations.constraints(dataset.node)
    fields = []
    for name, kind in dataset.columns:
        if names is not None and name not in names:
            continue
        column = described.get(name, {})
        field: dict[str, Any] = {"name": name, "type": _type(kind)}
        title = ((column.get("config") or {}).get("meta") or {}).get("title")
        if title:
            field["title"] = title if isinstance(title, str) else title["fr"]
        text = " ".join((column.get("description") or "").split())
        if not text and isinstance(dataset.owner, Indicator):
            text = CONTRACT_DESCRIPTIONS[name]
        if text:
            field["description"] = text
        limits = {**constraints.get(name, {}), **_slice_limits(dataset, name)}
        if name in dataset.key:
            limits["required"] = True
        if "enum" in limits:
            limits["enum"] = _of_type(limits["enum"], field["type"])
        if limits:
            field["constraints"] = limits
        fields.append(field)
    key = [name for name in dataset.key if names is None or name in names]
    return {"fields": fields, "primaryKey": key, "missingValues": MISSING}


def _slice_limits(dataset: Dataset, column: str) -> dict:
    if dataset.slice is None:
        return {}
    strata = dataset.owner.strata(dataset.slice)
    axes = {
        "indicator": [dataset.owner.name],
        "geo_level": dataset.slice.geo,
        "period": dataset.slice.period,
        "sex": dataset.slice.sex,
        "age_scheme": dataset.slice.age,
        "stratum_scheme": list(dict.fromkeys(scheme for scheme, _ in strata)),
        "stratum": list(dict.fromkeys(stratum for _, stratum in strata)),
    }
    return {"enum": list(axes[column])} if column in axes else {}


def _type(kind: str) -> str:
    base = kind.split("(")[0]
    return "datetime" if base.startswith("TIMESTAMP") else TYPES.get(base, "any")


def _of_type(values: list, kind: str) -> list:
    return [str(v) for v in values] if kind == "string" else values


def _sources(declarations: Declarations, upstream: list[str]) -> list[dict]:
    known: Mapping = declarations.manifest.get("sources", {})
    found: dict[str, dict] = {}
    for unique_id in sorted(u for u in upstream if is_feed(known.get(u))):
        source = known[unique_id]
        found.setdefault(source["source_name"], source_entry(source))
    return list(found.values())


def source_title(source: Mapping) -> Text:
    """The title of a source of the manifest in both languages (`meta.title`), else its name."""
    told = _meta(source).get("title")
    return Text(**told) if told else Text(fr=source["source_name"], en=source["source_name"])


def source_entry(source: Mapping) -> dict:
    """A source of the manifest as a `sources` entry: its French title, and its path if any (`meta.url`)."""
    entry = {"title": source_title(source).fr}
    if _meta(source).get("url"):
        entry["path"] = _meta(source)["url"]
    return entry


def _meta(source: Mapping) -> dict:
    return {**(source.get("source_meta") or {}), **((source.get("config") or {}).get("meta") or {})}


def coverage(dataset: Dataset, language: str) -> str:
    """The axes of a slice in words; empty for an official layout."""
    if dataset.slice is None:
        return ""
    parts = (("geo", dataset.slice.geo), ("period", dataset.slice.period))
    return " × ".join(", ".join(word(axis, v, language) for v in values) for axis, values in parts)
