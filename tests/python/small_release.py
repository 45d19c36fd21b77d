"""A small release with figures of every kind, as the site reads it: without a warehouse, made in a second."""

import csv
import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.release import annotations
from orchestration.release.datapackage import outlines_resource
from orchestration.release.files import copy_rows
from orchestration.release.outlines import collection
from orchestration.site.places import places

TODAY = dt.date(2021, 3, 12)  # a Friday: the bulletin of the week that ended on 7 March is due
LAG = 3
DAYS = 40
ID = "2021-03-12"
# Of each indicator: theme, titles, units, whether it is divided by something, decimals, and the figure of a day `d`
# (counted from the first) in a place of `size` inhabitants, of which late results are known since `late` days.
INDICATORS = {
    "incidence_rate": ("testing", "Taux d'incidence", "Incidence rate", "pour 100 000 habitants",
                       "per 100,000 inhabitants", True, 2,
                       "round(1000 + 40 * d + size % 37 + 5 * least(late, 6) * (1 + size % 3))"),
    "positivity_rate": ("testing", "Taux de positivité", "Positivity rate", "%", "%", True, 1,
                        "round(1000 + size % 91)"),
    "people_positive": ("testing", "Personnes positives", "People positive", "personnes", "people", False, 0,
                        "round(1000 - 15 * d + size % 53)"),
    "in_hospital": ("hospital", "Personnes hospitalisées", "People in hospital", "personnes", "people", False, 0,
                    "case when size % 7 = 3 then null else d % 5 end"),
}  # fmt: skip
EVENTS = [
    ("2021-02-20", "2021-02-20", "change", "incidence_rate", "Autre règle.", "Another rule."),
    ("2021-03-01", "2021-03-03", "incident", "incidence_rate", "Un incident.", "An incident."),
    ("2021-03-01", "2021-03-03", "incident", "people_positive", "Un incident.", "An incident."),
]
CSV = "geo_code, period, period_end, numerator, denominator, value, ci_low, ci_high, status"


def small_release(
    folder: Path, days: int = DAYS, names: Iterable[str] = tuple(INDICATORS), today: dt.date = TODAY
) -> Path:
    """Write the data, the data package and the catalogue of the release of a day (`today`) below `folder`; gives it.
    One of a later day has a day more, and late results of the days before."""
    (folder / "open_data").mkdir(parents=True)
    connection = duckdb.connect(config={"threads": 1})
    datasets, resources = [], []
    for name in names:
        for level in ("FRA", "REG", "DEP"):
            files = _write(connection, folder, name, level, days, today)
            datasets.append(_dataset(name, level, files))
            resources += _resources(folder, name, level, files)
    catalogue = {
        "release": today.isoformat(),
        "today": today.isoformat(),
        "as_of": None,
        "docs": False,
        "notices": [{"kind": "late", "datasets": ["x"], "fr": "Un jeu est en retard.", "en": "A dataset is late."}],
        "indicators": [_indicator(name) for name in names],
        "datasets": datasets,
    }
    package = {"description": "Indicateurs. / Indicators.", "resources": resources}
    (folder / "catalogue.json").write_text(json.dumps(catalogue), encoding="utf-8")
    (folder / "catalogue.csv").write_text("name\n", encoding="utf-8")
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "open_data" / "status.csv").write_text("name\n", encoding="utf-8")
    with open(folder / "open_data" / "events.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([annotations.COLUMNS, *EVENTS])
    (folder / "methods").mkdir()
    for language in ("fr", "en"):
        for name in ("index", *names):
            (folder / "methods" / f"{name}.{language}.html").write_text("<title>m</title>", encoding="utf-8")
        for page in ("release", "status"):
            dot = "" if language == "fr" else ".en"
            (folder / f"{page}{dot}.html").write_text(f"<title>{page}</title>", encoding="utf-8")
    return folder


def _write(connection, folder: Path, name: str, level: str, days: int, today: dt.date) -> list[str]:
    """The months of a series and its CSV; gives the paths of the months."""
    *_, divided, decimals, figure = INDICATORS[name]
    codes = ["FR"] if level == "FRA" else [*places()[level], "unknown"]
    first = TODAY - dt.timedelta(days - 1)
    days += (today - TODAY).days
    connection.execute(
        f"""
        create or replace table series as
        with figures as (
            select geo_code, d, date '{first}' + d::int as period_end, hash(geo_code) % 1000 as size,
                ({figure})::double as counted
            from (select unnest(?) as geo_code), (select range as d, {days} - 1 - d as late from range({days}))
        ), periods as (
            select *, 'rolling7' as period from figures
            union all select *, 'week' from figures where isodow(period_end) = 7
        )
        select '{name}' as indicator, '{level}' as geo_level, geo_code, period, period_end - 6 as period_start,
            period_end, 'all' as sex, 'all' as age_scheme, 'all' as age_class, 'all' as stratum_scheme,
            'all' as stratum, counted as numerator, {"20000.0" if divided else "null::double"} as denominator,
            round({"counted / 200" if divided else "counted"}, {decimals}) as value,
            round({"(counted - 2 * sqrt(counted)) / 200" if divided else "null::double"}, {decimals}) as ci_low,
            round({"(counted + 2 * sqrt(counted)) / 200" if divided else "null::double"}, {decimals}) as ci_high,
            case when counted is null then 'suppressed' when d > {days - 5} then 'provisional' else 'final' end
                as status
        from periods order by period_end, period, geo_code
        """,
        [codes],
    )
    stem, paths = f"{name.replace('_', '-')}-{level.lower()}", []
    for (month,) in connection.execute(
        "select distinct strftime(period_end, '%Y-%m') from series order by 1"
    ).fetchall():
        paths.append(f"open_data/{stem}/{month}.parquet")
        copy_rows(connection, f"from series where strftime(period_end, '%Y-%m') = '{month}'", folder / paths[-1])
    columns = CSV.replace("geo_code, ", "") if level == "FRA" else CSV
    copy_rows(
        connection,
        f"select {columns} from series where period_end > '{today - dt.timedelta(90)}'",
        folder / _csv(name, level),
    )
    return paths


def _csv(name: str, level: str) -> str:
    return f"open_data/{name.replace('_', '-')}-{level.lower()}.csv{'' if level == 'FRA' else '.gz'}"


def _dataset(name: str, level: str, paths: list[str]) -> dict:
    _, fr, en, *_ = INDICATORS[name]
    return {
        "name": f"{name.replace('_', '-')}-{level.lower()}",
        "title": {"fr": f"{fr} : {level}", "en": f"{en}: {level}"},
        "indicator": name,
        "model": f"model.vigie.{name}",
        "axes": {
            "geo": [level],
            "period": ["rolling7", "week"],
            "sex": ["all"],
            "age": ["all"],
            "strata": [["all", "all"]],
            "constants": {"geo_level": level},
        },
        "csv": _csv(name, level),
        "parquet": paths,
        "rows": 100,
        "fresh_by": "19:00",
        "lag_days": LAG,
        "last_period": TODAY.isoformat(),
        "provisional_from": "2021-03-09",
        "status": "late" if level == "REG" else "ok",
        "since": "2021-03-12" if level == "REG" else None,
        "reason": {"fr": "En retard.", "en": "Late."} if level == "REG" else None,
    }


def _resources(folder: Path, name: str, level: str, paths: list[str]) -> list[dict]:
    csv, dataset = _csv(name, level), f"{name.replace('_', '-')}-{level.lower()}"
    fields = [{"name": each, "type": "string", "description": "A column."} for each in CSV.split(", ")]
    parts = [{"path": path, "bytes": (folder / path).stat().st_size} for path in paths]
    return [
        {"name": dataset, "path": csv, "bytes": (folder / csv).stat().st_size, "schema": {"fields": fields}},
        {"name": f"{dataset}-parquet", "path": paths, "parts": parts, "schema": {"fields": fields}},
    ]


def _indicator(name: str) -> dict:
    theme, fr, en, unit_fr, unit_en, divided, decimals, _ = INDICATORS[name]
    return {
        "name": name,
        "title_fr": fr,
        "title_en": en,
        "unit_fr": unit_fr,
        "unit_en": unit_en,
        "geographies": ["FRA", "REG", "DEP"],
        "status": "ok",
        "theme": theme,
        "decimals": decimals,
        "figures": ["numerator", "denominator", "value"] if divided else ["value"],
        "stratum_schemes": {},
        "changes": [{"date": "2021-02-20", "fr": "Autre règle.", "en": "Another rule."}],
    }


#: Communes of the release that has classes: the first two have outlines, the last lies in another département.
COMMUNES = {"01001": "[20;50[", "01002": "[0;50[", "01004": "", "38185": "[50;Max]"}
WEEKS = ("2021-02-22-2021-02-28", "2021-03-01-2021-03-07")


def with_communes(folder: Path, is_drawn: bool = True) -> None:
    """Add classes of the incidence by commune to a small release, and outlines of some of them."""
    rows = [f'{com};{week};0;"{label}"' for com, label in COMMUNES.items() for week in WEEKS]
    path = "open_data/sg-com.csv"
    (folder / path).write_text("\n".join(["com2020;semaine_glissante;clage_65;ti_classe", *rows, ""]))
    catalogue = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    of = {"level": "COM", "place": "com2020", "period": "semaine_glissante", "age": "clage_65"}
    dataset = catalogue["datasets"][0] | {"name": "sg-com", "indicator": None, "axes": None, "csv": path, "parquet": []}
    catalogue["datasets"].append(dataset | {"map": of | {"classes": {"incidence_rate": "ti_classe"}}})
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"].append({"name": "sg-com", "path": path, "bytes": (folder / path).stat().st_size})
    if is_drawn:
        squares = [[[x, 46], [x + 1, 46], [x + 1, 47], [x, 47], [x, 46]] for x in (4, 5)]
        shapes = [json.dumps({"type": "Polygon", "coordinates": [square]}) for square in squares]
        said = {"level": "COM", "vintage": "COG 2026", "sources": ["IGN"], "licences": ["etalab-2.0"]}
        (folder / "outlines").mkdir()
        text = collection(said | {"departement": "01"}, [("01001", None, shapes[0]), ("01002", None, shapes[1])])
        (folder / "outlines" / "com-01.geojson").write_text(text, encoding="utf-8")
        files = {"name": "outlines-com", "files": ["outlines/com-01.geojson"], "departements": ["01"], "places": 2}
        catalogue["outlines"] = [said | files | {"of": "sg-com"}]
        package["resources"].append(outlines_resource(catalogue["outlines"][0], folder))
    (folder / "catalogue.json").write_text(json.dumps(catalogue), encoding="utf-8")
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
