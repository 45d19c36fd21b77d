"""A small home with a release and a warehouse, as recipients are served from it: made in a second, without dbt.

Its figures are sums of drawn counts by EPCI, sex and age, so that a test may add and subtract them.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from orchestration.home import PROJECT, Home
from orchestration.release.declarations import CONTRACT, Declarations
from orchestration.release.files import copy_rows
from orchestration.routing import state
from orchestration.routing.declarations import ClassPolicy, CountPolicy, Recipient, RecordPolicy, read_recipients
from orchestration.routing.delivering import Ways

TODAY = dt.date(2021, 3, 14)  # a Sunday
NOW = dt.datetime(2021, 3, 14, 18, 45, tzinfo=dt.UTC)
WEEKS = 6
BASIS = {"text": "An agreement", "ends": dt.date(2022, 1, 1), "records": "An authorisation"}
#: A secret of keys.
SECRET = "5" * 64
ID = TODAY.isoformat()
SOURCE = "source.vigie.sidep.sidep"
RECORDS = "int_testing__current_results"
EVENTS, STAYS = "int_hospital__current_events", "int_hospital__weeks_of_hospitals"
#: Hospitals with their département: of one there is one alone.
HOSPITALS = {
    "750000018": "75", "750000026": "75", "750000034": "75", "770000011": "77", "770000029": "77", "220000012": "22",
    "2A0000014": "2A", "2A0000022": "2A",
}  # fmt: skip
#: Départements with their régions; of each, some EPCI, and one that lies in two régions.
DEPARTEMENTS = {"75": "11", "77": "11", "78": "11", "22": "53", "29": "53", "971": "01"}
AGES = {"09": "64", "69": "64", "89": "65"}
SEXES = ("F", "M")
ALL_SEXES, ALL_AGES = ["all", "F", "M"], ["all", "age10"]

INDICATOR = {
    "kind": "indicator",
    "title": {"fr": "Taux d'incidence", "en": "Incidence rate"},
    "unit": {"fr": "pour 100 000", "en": "per 100,000"},
    "source": "sidep",
    "breakdowns": [
        {"geo": ["FRA", "REG", "DEP"], "period": ["rolling7", "week"], "sex": ALL_SEXES, "age": ALL_AGES},
        {"geo": ["EPCI"], "period": ["week"], "age": ["all", "65plus"]},
        {"geo": ["COM"], "period": ["week"]},
    ],
    "open_data": [
        {"name": "incidence-rate-fra", "geo": ["FRA"], "period": ["week"], "sex": ALL_SEXES, "age": ALL_AGES},
        {"name": "incidence-rate-dep", "geo": ["DEP"], "period": ["week"]},
    ],
    "fresh_by": "19:00",
    "lag_days": 3,
    "definition": "2020-12-08",
    "population": True,
}  # fmt: skip
LAYOUTS = {
    "sp-pos-quot-dep": ["dep", "jour", "cl_age90"],
    "sp-pos-quot-fra": ["fra", "jour", "cl_age90"],
    "sp-pos-heb-reg": ["reg", "week", "cl_age90"],
    "sg-epci": ["epci2020", "semaine_glissante", "clage_65"],
}
CLASSES = {
    "agency": ClassPolicy(levels=("REG", "DEP", "EPCI"), periods=("week",), threshold=5, country=False),
    "ministry": ClassPolicy(levels=("FRA", "REG", "DEP", "EPCI"), periods=("week",), threshold=5, country=True),
    "research": ClassPolicy(
        levels=(), periods=(), threshold=11, country=True,
        records={
            RECORDS: RecordPolicy(
                keys=("person_key", "result_key"), fields=("sampled_on", "result", "dep"), day="sampled_on",
                place="dep",
                row="result_key",
            )
        },
    ),
    "hospital": ClassPolicy(
        levels=(), periods=(), threshold=5, country=False,
        counts={STAYS: CountPolicy(measures=("stays_declared",), hospital="finess", day="period_end", place="dep")},
        records={
            EVENTS: RecordPolicy(
                keys=("event_key",), fields=("finess", "dep", "occurred_on"), day="occurred_on", place="dep",
                row="event_key", hospital="finess",
            )
        },
    ),
}  # fmt: skip


def _node(name: str, meta: Mapping | None = None) -> dict[str, Any]:
    return {
        "unique_id": f"model.vigie.{name}",
        "name": name,
        "alias": name,
        "resource_type": "model",
        "schema": "marts",
        "fqn": ["vigie", "marts", "testing", name],
        "config": {"meta": {"vigie": meta} if meta else {}},
        "columns": {},
        "depends_on": {"nodes": [SOURCE]},
    }


def node_of(name: str, key: list[str]) -> dict[str, Any]:
    """A file in an official layout as the manifest has it."""
    declared = {"kind": "open_data", "name": name, "source": "sidep", "order_by": key}
    return _node(
        name.replace("-", "_"), declared | {text: {"fr": name, "en": name} for text in ("title", "description")}
    )


def declarations(*more_indicators: str) -> Declarations:
    """What is published in the small home; `more_indicators` are of the same source, and nothing of them is."""
    layouts = [node_of(name, key) for name, key in LAYOUTS.items()]
    more = [_node(name) for name in (RECORDS, EVENTS, STAYS)]
    more += [_node(name, INDICATOR | {"open_data": [], "population": False}) for name in more_indicators]
    nodes = [_node("incidence_rate", INDICATOR), *layouts, *more]
    source = {
        "unique_id": SOURCE, "name": "sidep", "source_name": "sidep", "resource_type": "source",
        "config": {"meta": {"contract": {"version": 1}}},
    }  # fmt: skip
    return Declarations({"nodes": {n["unique_id"]: n for n in nodes}, "sources": {SOURCE: source}, "docs": {}})


@cache
def epci() -> dict[str, str]:
    """Some EPCI with their département, three of each where there are; the last one lies in two régions."""
    seeds = PROJECT / "seeds" / "referential"
    places = f"""
        select communes.epci, min(communes.dep) as dep, count(distinct departements.reg) as regions
        from read_csv('{seeds}/communes.csv', all_varchar = true) as communes
        inner join read_csv('{seeds}/departements.csv', all_varchar = true) as departements using (dep)
        where epci is not null group by epci
    """
    found = duckdb.sql(f"from ({places}) where regions = 1 order by epci").fetchall()
    of = {dep: [code for code, lies, _ in found if lies == dep][:3] for dep in DEPARTEMENTS}
    two = duckdb.sql(f"select min(epci) from ({places}) where regions > 1").fetchall()[0][0]
    return {code: dep for dep, codes in of.items() for code in codes} | {two: "77"}


@dataclass
class Small:
    """The small home: `counts` are what is true, by week, EPCI, département, sex and age."""

    home: Home
    counts: list[tuple[dt.date, str, str, str, str, int]]
    declarations: Declarations

    def standing(self, **nodes: str) -> None:
        """Say of models how they stand, by name."""
        self.stands = nodes

    stands: Mapping[str, str] = None  # type: ignore[assignment]

    def judge(self, home: Home, declared: Declarations, released: state.Released) -> state.Judge:
        """What the gate would say. As the gate, it opens the warehouse: DuckDB refuses that beside other settings."""
        stands = self.stands or {}

        def judged(nodes: set[str]) -> dict[str, state.Standing]:
            with duckdb.connect(str(home.database), read_only=True):
                names = {node: node.split(".")[-1] for node in nodes}
            return {node: state.Standing(name, stands.get(name, "ok")) for node, name in names.items()}

        return judged

    def ways(self, **more: Any) -> Ways:
        """How deliveries are made in tests: no time passes."""
        return Ways(**{"now": lambda: NOW, "sleep": lambda seconds: None, "judge": self.judge, **more})


def small(folder: Path, dice: random.Random, weeks: int = WEEKS) -> Small:
    """Make the small home below `folder`."""
    home = Home(folder)
    home.keep_private()
    home.warehouse.mkdir()
    counts = [
        (TODAY - dt.timedelta(7 * week), code, dep, sex, age, dice.choice((0, 0, 1, 2, 4, 7, 12, 40)))
        for week in range(weeks)
        for code, dep in epci().items()
        for sex in SEXES
        for age in AGES
    ]
    with duckdb.connect(str(home.database)) as con:
        write_warehouse(con, counts, dice)
    made = Small(home, counts, declarations())
    write_release(made, ID)
    return made


def write_warehouse(con: duckdb.DuckDBPyConnection, counts: list[tuple], dice: random.Random) -> None:
    """The indicator, and rows of persons, from the counts."""
    names = ("period_end", "epci", "dep", "sex", "age10", "cases")
    drawn = pa.table(dict(zip(names, zip(*counts, strict=True), strict=True)))  # noqa: F841 - DuckDB reads it by its name
    regions = ", ".join(f"('{dep}', '{reg}')" for dep, reg in DEPARTEMENTS.items())
    ages = ", ".join(f"('{age}', '{class_}')" for age, class_ in AGES.items())
    sums = []
    for level, code, sexes, schemes in (
        *(
            (level, code, sexes, schemes)
            for level, code in (("FRA", "'FR'"), ("REG", "reg"), ("DEP", "dep"))
            for sexes in ("'all'", "sex")
            for schemes in (("'all'", "'all'"), ("'age10'", "age10"))
        ),
        ("EPCI", "epci", "'all'", ("'all'", "'all'")),
        ("EPCI", "epci", "'all'", ("'65plus'", "age65")),
    ):
        sums.append(
            f"select '{level}' as geo_level, {code} as geo_code, period_end, {sexes} as sex, "
            f"{schemes[0]} as age_scheme, {schemes[1]} as age_class, sum(cases)::double as cases "
            "from cells group by all"
        )
    con.execute(
        f"""
        create schema if not exists marts;
        create or replace table marts.incidence_rate as
        with cells as (
            select drawn.*, regions.reg, ages.age65
            from drawn
            inner join (values {regions}) as regions (dep, reg) using (dep)
            inner join (values {ages}) as ages (age10, age65) using (age10)
        ), sums as ({" union all ".join(sums)})
        select 'incidence_rate' as indicator, geo_level, geo_code, period, period_end - 6 as period_start, period_end,
            sex, age_scheme, age_class, 'all' as stratum_scheme, 'all' as stratum, cases as numerator,
            50000.0 as denominator, cases * 2 as value, cases as ci_low, cases * 3 as ci_high, 'final' as status,
            '2020-12-08' as definition, '2020' as population_vintage
        from sums cross join (values ('week'), ('rolling7')) as periods (period)
        where geo_level <> 'EPCI' or period = 'week'
        """
    )
    stays = [
        (dice.getrandbits(64), finess, dep, TODAY - dt.timedelta(dice.randrange(WEEKS * 7)), 2**63 + dice.randrange(3))
        for finess, dep in HOSPITALS.items()
        for _ in range(dice.choice((4, 20, 60)))
    ]
    names = ("event_key", "finess", "dep", "occurred_on", "delivery")
    types = (pa.uint64(), pa.string(), pa.string(), pa.date32(), pa.uint64())
    arrays = [pa.array(each, kind) for each, kind in zip(zip(*stays, strict=True), types, strict=True)]
    events = pa.table(dict(zip(names, arrays, strict=True)))  # noqa: F841 - DuckDB reads it by its name
    con.execute(
        f"""
        create or replace table marts.{EVENTS} as from events;
        create or replace table marts.{STAYS} as
        select finess, dep, (date_trunc('week', occurred_on) + interval 6 day)::date as period_end,
            count(*)::integer as stays_declared
        from events group by all
        """
    )
    rows = [
        (dice.getrandbits(64), person, TODAY - dt.timedelta(dice.randrange(40)), dice.choice(("positive", "negative")),
         dice.choice([*DEPARTEMENTS, "unknown"]), 2**63 + dice.randrange(3))
        for person in (dice.getrandbits(64) for _ in range(60))
        for _ in range(2)
    ]  # fmt: skip
    columns = ("result_key", "person_key", "sampled_on", "result", "dep", "delivery")
    kinds = (pa.uint64(), pa.uint64(), pa.date32(), pa.string(), pa.string(), pa.uint64())
    values = [pa.array(each, kind) for each, kind in zip(zip(*rows, strict=True), kinds, strict=True)]
    persons = pa.table(dict(zip(columns, values, strict=True)))  # noqa: F841 - DuckDB reads it by its name
    con.execute(f"create or replace table marts.{RECORDS} as from persons")


def write_release(made: Small, release_id: str, statuses: Mapping[str, str] | None = None) -> None:
    """A release of what the warehouse holds, which `latest` shows, and its twin."""
    home, folder = made.home, made.home.releases / release_id
    (folder / "open_data").mkdir(parents=True)
    datasets: dict[str, Any] = {}
    with duckdb.connect(str(home.database), read_only=True, config={"threads": 1}) as con:
        for part in made.declarations.indicators[0].slices:
            levels, sexes, ages = (
                ", ".join(map(repr, part.geo)),
                ", ".join(map(repr, part.sex)),
                ", ".join(map(repr, part.age)),
            )
            rows = (
                f"select {', '.join(CONTRACT)} from marts.incidence_rate where geo_level in ({levels}) "
                f"and period = 'week' and sex in ({sexes}) and age_scheme in ({ages})"
            )
            months = con.execute(f"select distinct strftime(period_end, '%Y-%m') from ({rows}) order by 1").fetchall()
            files = {f"{part.name}/{m}.parquet": f"{rows} and strftime(period_end, '%Y-%m') = '{m}'" for (m,) in months}
            files[f"{part.name}.csv{'' if part.geo == ['FRA'] else '.gz'}"] = rows
            datasets[part.name] = _write(con, folder, rows, files)
        day = "period_end::varchar"
        week = "strftime(period_end, '%G-S%V')"
        window = "(period_end - 6)::varchar || '-' || period_end::varchar"
        for name, columns, level in (
            ("sp-pos-quot-dep", f'geo_code as dep, {day} as jour, age_class as cl_age90, numerator as "P"', "DEP"),
            ("sp-pos-quot-fra", f'geo_code as fra, {day} as jour, age_class as cl_age90, numerator as "P"', "FRA"),
            ("sp-pos-heb-reg", f'geo_code::int as reg, {week} as week, age_class as cl_age90, numerator as "P"', "REG"),
            ("sg-epci", f"geo_code as epci2020, {window} as semaine_glissante, age_class as clage_65, '[' as ti_classe",
             "EPCI"),
        ):  # fmt: skip
            of_level = f"geo_level = '{level}' and sex = 'all' and period = 'week'"
            rows = f"select {columns} from marts.incidence_rate where {of_level}"
            datasets[name] = _write(con, folder, rows, {f"{name}.{form}": rows for form in ("csv", "parquet")})
    for name, facts in datasets.items():
        status = (statuses or {}).get(name, "ok")
        facts |= {"status": status, "since": None if status == "ok" else ID}
        facts["reason"] = None if status == "ok" else {"fr": "En partie.", "en": "In part."}
    facts = {"id": release_id, "today": TODAY.isoformat(), "datasets": datasets}
    (folder / "release.json").write_text(json.dumps(facts), encoding="utf-8")
    deliveries = [{"feed": "sidep", "delivery": 2**63 + n} for n in range(3)]
    (home.archive / release_id).mkdir(parents=True)
    (home.archive / release_id / "release.json").write_text(json.dumps({"deliveries": deliveries}), encoding="utf-8")
    latest = home.releases / "latest"
    latest.unlink(missing_ok=True)
    latest.symlink_to(release_id)


def _write(con, folder: Path, rows: str, files: Mapping[str, str]) -> dict[str, Any]:
    columns = [[row[0], row[1]] for row in con.execute(f"describe {rows}").fetchall()]
    written = {
        file: copy_rows(con, f"select * from ({query}) order by all", folder / "open_data" / file)
        for file, query in files.items()
    }
    return {"files": written, "columns": columns}


def declared(folder: Path, **documents: Mapping[str, Any]) -> dict[str, Recipient]:
    """Recipients from documents by name, written and read as declarations are; what is not said is as in an example."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        whole = {
            "title": "A recipient",
            "contact": "a@b.example",
            "class": "agency",
            "basis": {"text": "An agreement", "ends": dt.date(2022, 1, 1)},
            "hour": "19:00",
            "cut_off": "20:00",
            "transport": {"kind": "folder", "path": f"outgoing/{name}"},
            **document,
        }
        text = yaml.safe_dump({key: value for key, value in whole.items() if value is not None}, allow_unicode=True)
        (folder / f"{name.replace('_', '-')}.yml").write_text(text, encoding="utf-8")
    return read_recipients(folder)


def write_secret(made: Small, recipient: str, secret: str) -> None:
    """Give a recipient the secret of its keys."""
    path = made.home.private / "recipients" / recipient / "keys"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(0o600)
    path.write_text(secret, encoding="utf-8")


def row_of_the_ledger(delivery: int, verdict: str) -> dict[str, Any]:
    """What the ledger says of a delivery of the small feed."""
    return {
        "feed": "sidep", "file": "2021-03-01/secret-name.csv", "received_on": dt.date(2021, 3, 1), "bytes": 1,
        "sha256": "a" * 64, "delivery": delivery, "rows_received": 1, "rows_accepted": 1, "rows_rejected": 0,
        "rows_duplicate": 0, "rows_blank": 0, "contract_version": 1, "landed_at": dt.datetime(2021, 3, 1),
        "verdict": verdict, "reason": "a reason", "extra_columns": 0, "arrival": 1, "withdrawn_on": None,
        "withdraws": None,
    }  # fmt: skip
