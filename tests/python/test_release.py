"""The release: what it writes, that each output goes out or keeps its last good files, that nothing private leaves."""

import contextlib
import copy
import csv
import datetime as dt
import hashlib
import json
import os
import re
import resource
import shutil
import stat
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import duckdb
import frictionless
import pytest

from orchestration.assets import release as assets
from orchestration.errors import VigieError
from orchestration.gate import Reason, Verdict, reason
from orchestration.home import PROJECT, Home
from orchestration.release import Check, Release, account, archive, latest_release, rehearse, release, words
from orchestration.release.docs import public_docs
from orchestration.release.methods import Figures, Page, last_figures
from orchestration.release.open_data import last_day
from orchestration.status import describe, foretell, read_status

TODAY = dt.date(2020, 10, 1)
NOW = dt.datetime(2020, 10, 1, 17, 30, tzinfo=dt.UTC)
SOURCE = "source.vigie.sidep.sidep"

INDICATOR = {
    "kind": "indicator",
    "title": {"fr": "Taux d'incidence", "en": "Incidence rate"},
    "unit": {"fr": "pour 100 000 habitants", "en": "per 100,000 inhabitants"},
    "formula": {"fr": "100 000 × cas / population", "en": "100,000 × cases / population"},
    "source": "sidep",
    "breakdowns": [
        {
            "geo": ["FRA", "DEP", "EPCI"],
            "period": ["day", "rolling7"],
            "sex": ["all", "F", "M", "unknown"],
            "age": ["all", "age10"],
        }
    ],
    "open_data": [
        {"name": "incidence-rate-fra", "geo": ["FRA"], "period": ["day", "rolling7"], "sex": ["all"], "age": ["all"]},
        {"name": "incidence-rate-dep", "geo": ["DEP"], "period": ["rolling7"], "sex": ["all"], "age": ["all"]},
    ],
    "fresh_by": "19:00",
    "lag_days": 3,
    "definition": "2020-12-08",
    "population": True,
    "changes": [{"date": "2020-12-08", "fr": "Résidence.", "en": "Residence."}],
}


def _layout(name: str, order_by: list[str]) -> dict:
    return {
        "kind": "open_data",
        "name": name,
        "title": {"fr": name, "en": name},
        "description": {"fr": "Fichier.", "en": "File."},
        "source": "sidep",
        "order_by": order_by,
        "fresh_by": "19:00",
        "lag_days": 3,
    }


def _node(name: str, meta: dict | None = None, parents: tuple[str, ...] = (), kind: str = "model", columns=()) -> dict:
    layer = "intermediate" if name.startswith("int_") else "marts"
    return {
        "unique_id": f"{kind}.vigie.{name}",
        "name": name,
        "alias": name,
        "resource_type": kind,
        "schema": "marts",
        "fqn": ["vigie", layer, name],
        "checksum": {"checksum": hashlib.sha256(name.encode()).hexdigest()},
        "config": {"meta": {"vigie": meta} if meta else {}},
        "columns": {c: {"name": c, "description": f"The column {c}."} for c in columns},
        "depends_on": {"nodes": list(parents), "macros": ["macro.vigie.rate"]},
    }


@pytest.fixture
def manifest() -> dict:
    nodes = [
        _node("int_cube", parents=(SOURCE,)),
        _node("incidence_rate", INDICATOR, ("model.vigie.int_cube",), columns=["value"]),
        _node(
            "sp_dep_quot", _layout("sp-dep-quot", ["dep", "jour", "cl_age90"]), ("model.vigie.int_cube",), columns=["P"]
        ),
        _node(
            "sg_epci",
            _layout("sg-epci", ["epci2020", "semaine_glissante", "clage_65"]),
            ("model.vigie.int_cube", "model.vigie.int_referential__class_ladders"),
        ),
        _node(
            "sg_metro", _layout("sg-metro", ["epci2020", "semaine_glissante", "clage_65"]), ("model.vigie.int_cube",)
        ),
        _node("delivery_reconciliation", parents=(SOURCE,)),
        _node("metropoles", kind="seed"),
        _node("int_referential__class_ladders"),
        _node("int_referential__places"),
        _node("int_referential__population"),
    ]
    tests = {
        "test.vigie.age": {
            "unique_id": "test.vigie.age",
            "name": "ages_are_known",
            "resource_type": "test",
            "attached_node": "model.vigie.sp_dep_quot",
            "column_name": "cl_age90",
            "test_metadata": {"name": "accepted_values", "kwargs": {"arguments": {"values": ["0", "09", "90"]}}},
            "config": {"severity": "error"},
        }
    }
    return {
        "metadata": {},
        "nodes": {node["unique_id"]: node for node in nodes} | tests,
        "sources": {
            SOURCE: {
                "unique_id": SOURCE,
                "name": "sidep",
                "source_name": "sidep",
                "resource_type": "source",
                "source_description": "Results of tests.",
                "config": {
                    "meta": {"contract": {"version": 1}, "title": {"fr": "SI-DEP : tests", "en": "SI-DEP: tests"}}
                },
            }
        },
        "macros": {"macro.vigie.rate": {"macro_sql": "1e5 * p / pop", "depends_on": {"macros": []}}},
        "docs": {
            "doc.vigie.incidence_rate": {
                "block_contents": "Le nombre de **cas**.\n\n## Limites\n\nAucune.\n--- en ---\nThe **cases**."
            }
        },
        "unit_tests": {},
    }


def _warehouse(home: Home) -> None:
    home.warehouse.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home.database)) as connection:
        connection.execute(
            """
            create schema if not exists marts;
            create or replace table marts.metropoles as select '200046977' as epci, 'Lyon' as metropole_name;
            create or replace table marts.int_referential__class_ladders as
                select * from (values
                    ('ti', '[0;10[', 0, 50000, 'infinity'::double), ('ti', '[10;20[', 10, 50000, 'infinity'::double),
                    ('ti', '[0;1000[', 0, 500, 1000), ('ti', '[1000;Max]', 1000, 500, 'infinity'::double)
                ) t(rate, label, lower, size_from, size_to);
            create or replace table marts.int_referential__places as
                select '010040001' as iris, '01004' as com, true as is_synthetic;
            create or replace table marts.int_referential__population as
                select geo_code, 'all' as age_class, population
                from (values ('200069193', 60000), ('240100883', 900)) t(geo_code, population);
            create or replace table marts.cases as
                select geo_level, geo_code, d, date '2020-09-01' + d::int as period_end,
                    (1234 + 7 * d + case geo_level when 'FRA' then 9000 else 0 end)::bigint as numerator,
                    case geo_level when 'FRA' then 67114995.5 else 652432 end::double as denominator
                from (values ('FRA', 'FR'), ('DEP', '01'), ('DEP', '2A'), ('EPCI', '200046977')) g(geo_level, geo_code)
                cross join range(28) t(d)
                order by hash(geo_code, d);
            create or replace view marts.rates as
                select 'incidence_rate' as indicator, geo_level, geo_code, period,
                    case period when 'day' then period_end else period_end - 6 end as period_start, period_end,
                    'all' as sex, 'all' as age_scheme, 'all' as age_class, 'all' as stratum_scheme, 'all' as stratum,
                    numerator, denominator,
                    round(1e5 * numerator / denominator, 2) as value,
                    round(1e5 * (numerator - 50) / denominator, 2) as ci_low,
                    round(1e5 * (numerator + 50) / denominator, 2) as ci_high,
                    case when period_end > date '2020-09-25' then 'provisional' else 'final' end as status,
                    date '2020-12-08' as definition, '2020' as population_vintage
                from marts.cases cross join (values ('day'), ('rolling7')) p(period);
            create or replace view marts.incidence_rate as from marts.rates;
            create or replace view marts.sp_dep_quot as
                select geo_code as dep, period_end as jour, denominator as pop, numerator as P, numerator * 10 as T,
                    round(1e5 * numerator / denominator, 2) as Ti, '0' as cl_age90
                from marts.cases where geo_level = 'DEP';
            create or replace view marts.sg_epci as
                select geo_code as epci2020, 'ME' as nature,
                    strftime(period_end - 6, '%Y-%m-%d-') || strftime(period_end, '%Y-%m-%d') as semaine_glissante,
                    '0' as clage_65, '[10;20[' as ti_classe, null::varchar as tp_classe
                from marts.cases where geo_level = 'EPCI';
            create or replace view marts.sg_metro as
                select epci2020, semaine_glissante, clage_65, 12.5 as ti from marts.sg_epci;
            create or replace table marts.delivery_reconciliation as
                select 'sidep' as feed, '2020-09-30/a.csv.gz' as file, date '2020-09-30' as received_on,
                    100 as rows_received, 90 as rows_used, 4 as rows_deduplicated, 3 as rows_superseded,
                    2 as rows_deleted, 1 as rows_quarantined, 0 as rows_erased, 0 as rows_withdrawn, 0 as rows_blank;
            """
        )
    home.lake.mkdir(parents=True, exist_ok=True)
    duckdb.execute(
        f"""
        copy (
            select 'sidep' as feed, '2020-09-30/a.csv.gz' as file, date '2020-09-30' as received_on,
                1000::bigint as bytes, 'ab' as sha256,
                1::ubigint as delivery, 100::bigint as rows_received, 99::bigint as rows_accepted,
                1::bigint as rows_rejected, 0::bigint as rows_duplicate, 1 as contract_version,
                timestamp '2020-09-30 18:00:00' as landed_at, 'accepted' as verdict, '' as reason, '' as extra_columns
            union all by name
            select 'sidep' as feed, '2020-09-30/b.csv' as file, date '2020-09-30' as received_on, 5::bigint as bytes,
                'cd' as sha256, 'refused' as verdict, 'empty file' as reason
        ) to '{home.lake / "ledger.parquet"}' (format parquet)
        """
    )


@pytest.fixture
def home(tmp_path) -> Home:
    home = Home(tmp_path)
    _warehouse(home)
    return home


class Gate:
    """The verdicts of a gate for which any change of the warehouse or of the manifest is new data; `hold` closes it."""

    def __init__(self, home: Home, manifest: dict) -> None:
        self.home, self.manifest, self.reasons, self.fingerprint = home, manifest, dict[str, tuple[Reason, ...]](), ""

    def hold(self, *models: str, fr="Un contrôle a échoué.", en="A check failed.", detail="3 rows") -> None:
        """Hold the outputs of these models."""
        reason = Reason("check_failed", "sexes_add_up", fr, en, detail)
        self.reasons |= {f"model.vigie.{name}": (reason,) for name in models}

    def open(self) -> None:
        """Open it again."""
        self.reasons.clear()

    def verdicts(self) -> dict[str, Verdict]:
        """By model."""
        state = self.home.database.read_bytes() + json.dumps(self.manifest).encode()
        made = self.fingerprint or hashlib.sha256(state).hexdigest()
        return {
            node: Verdict(node, made, frozenset({"sidep"}), self.reasons.get(node, ()))
            for node, facts in self.manifest["nodes"].items()
            if facts.get("config", {}).get("meta", {}).get("vigie")
        }


@pytest.fixture
def gate(home, manifest) -> Gate:
    return Gate(home, manifest)


@pytest.fixture
def publish(home, manifest, gate):
    """Release, with parts of the manifest changed by the test beforehand; its site where the test looks at that."""

    def run(site=False, **options):
        path = home.root / "target" / "manifest.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(manifest))
        verdicts = options.pop("verdicts", None)
        verdicts = gate.verdicts() if verdicts is None else verdicts
        if not site:
            options["write_site"] = lambda *of, **more: None
        return release(home, options.pop("today", TODAY), path, verdicts, now=lambda: NOW, **options)

    return run


def _open_data(path) -> dict[str, bytes]:
    """The files of the datasets."""
    folder = path / "open_data"
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.stem not in ("status", "events", "revisions"))
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def _sql(home: Home, sql: str) -> None:
    with duckdb.connect(str(home.database)) as connection:
        connection.execute(sql)


def assert_refused(made: Release, name: str, said: str) -> None:
    """The dataset was not written, the home knows why, the public that it is held; every other one went out."""
    held = {dataset.name: dataset for dataset in made.standing("held")}
    assert held[name].files == {}
    assert re.search(said, held[name].reasons[0].detail)
    assert not re.search(said, held[name].reasons[0].fr + held[name].reasons[0].en)
    written = {path.name.partition(".")[0] for path in (made.path / "open_data").glob("*.csv*")} - {"status", "events"}
    assert written == {dataset.name for dataset in made.datasets} - held.keys() and "incidence-rate-fra" in written


def test_a_release_is_complete_and_its_data_package_valid(home, publish):
    made = publish(checks=[Check("fine", passed=True), {"name": "soft", "passed": False, "blocking": False}])
    assert made.id == "2020-10-01"
    assert latest_release(home.releases) == made.path
    assert (home.releases / "latest").readlink().as_posix() == made.id
    package = frictionless.Package(made.path / "datapackage.json")
    names = ["incidence-rate-dep", "incidence-rate-fra", "sg-epci", "sg-metro", "sp-dep-quot"]
    assert package.resource_names == [*(n + suffix for n in names for suffix in ("", "-parquet")), "status", "events"]
    report = frictionless.validate(str(made.path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])
    facts = json.loads((made.path / "release.json").read_text())
    assert facts["created"] == "2020-10-01T17:30:00Z"
    on_disk = {str(p.relative_to(made.path)) for p in made.path.rglob("*") if p.is_file()}
    assert set(facts["files"]) == on_disk - {"release.json"}
    for name, held in facts["files"].items():
        content = (made.path / name).read_bytes()
        assert (held["bytes"], held["sha256"]) == (len(content), hashlib.sha256(content).hexdigest()), name
    assert {n["kind"] for n in facts["notices"]} == {"provisional", "refused"}
    assert facts["reconciliation"]["total"]["rows_used"] == 90
    assert (facts["datasets"]["sp-dep-quot"]["late"], facts["datasets"]["sp-dep-quot"]["status"]) == (False, "ok")
    assert {c["name"] for c in facts["checks"]} == {"fine", "soft"}
    assert facts["versions"]["vigie"] and facts["git"]["commit"]


def test_table_schema_says_types_texts_and_constraints(publish):
    package = json.loads((publish().path / "datapackage.json").read_text())
    resources = {r["name"]: r for r in package["resources"]}
    fields = {f["name"]: f for f in resources["sp-dep-quot"]["schema"]["fields"]}
    assert [(n, f["type"]) for n, f in fields.items()] == [
        ("dep", "string"),
        ("jour", "date"),
        ("pop", "number"),
        ("P", "integer"),
        ("T", "integer"),
        ("Ti", "number"),
        ("cl_age90", "string"),
    ]
    assert fields["cl_age90"]["constraints"] == {"enum": ["0", "09", "90"], "required": True}
    assert fields["P"]["description"] == "The column P."
    assert resources["sp-dep-quot"]["sources"] == [{"title": "SI-DEP : tests"}]
    assert resources["sp-dep-quot"]["rows"] == 56
    contract = {f["name"]: f for f in resources["incidence-rate-dep"]["schema"]["fields"]}
    assert list(contract) == [
        "geo_code", "period_end", "numerator", "denominator", "value", "ci_low", "ci_high", "status",
        "population_vintage",
    ]  # fmt: skip
    assert resources["incidence-rate-dep"]["schema"]["primaryKey"] == ["period_end", "geo_code"]
    assert resources["incidence-rate-dep"]["constants"] == {
        "indicator": "incidence_rate", "definition": "2020-12-08", "geo_level": "DEP", "period": "rolling7",
        "sex": "all", "age_scheme": "all", "age_class": "all", "stratum_scheme": "all", "stratum": "all",
    }  # fmt: skip
    series = resources["incidence-rate-dep-parquet"]
    assert len(series["schema"]["fields"]) == 19
    assert series["path"] == ["open_data/incidence-rate-dep/2020-09.parquet"]
    assert (series["parts"][0]["rows"], series["rowCount"]) == (56, 56)


def test_a_refused_file_that_came_again_is_told_no_more(home, publish):
    ledger = home.lake / "ledger.parquet"
    for landed, refused in (("2020-09-30 20:00", 0), ("2020-09-30 08:00", 1)):
        duckdb.execute(
            f"""
            copy (
                select * replace (timestamp '2020-09-30 10:00' as landed_at) from '{ledger}' where verdict = 'refused'
                union all
                select * replace ('2020-09-30/b.csv' as file, 'ef' as sha256, timestamp '{landed}' as landed_at)
                from '{ledger}' where verdict = 'accepted'
            ) to '{ledger}.{refused}' (format parquet)
            """
        )
        assert account.files_refused(Path(f"{ledger}.{refused}"), dt.date(2020, 10, 1)) == refused
    Path(f"{ledger}.0").replace(ledger)
    facts = json.loads((publish().path / "release.json").read_text())
    assert {n["kind"] for n in facts["notices"]} == {"provisional"}


def test_a_series_of_several_months_is_one_resource(home, publish):
    _sql(home, "insert into marts.cases select * replace (d - 40 as d, period_end - 40 as period_end) from marts.cases")
    made = publish()
    report = frictionless.validate(str(made.path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])
    package = json.loads((made.path / "datapackage.json").read_text())
    resources = {r["name"]: r for r in package["resources"]}
    series = resources["incidence-rate-dep-parquet"]
    months = ["2020-07", "2020-08", "2020-09"]
    assert series["path"] == [f"open_data/incidence-rate-dep/{month}.parquet" for month in months]
    assert series["path"] == [part["path"] for part in series["parts"]]
    assert (
        sum(part["rows"] for part in series["parts"]) == series["rowCount"] == resources["incidence-rate-dep"]["rows"]
    )
    for part in series["parts"]:
        content = (made.path / part["path"]).read_bytes()
        assert (part["bytes"], part["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")


def test_csv_is_sorted_quoted_where_needed_and_prints_integers_as_integers(publish):
    files = _open_data(publish().path)
    dep = files["sp-dep-quot.csv"].decode().splitlines()
    assert dep[0] == "dep;jour;pop;P;T;Ti;cl_age90"
    assert dep[1] == "01;2020-09-01;652432;1234;12340;189.14;0"
    assert dep[1:] == sorted(dep[1:])
    assert b'200046977;ME;2020-08-26-2020-09-01;0;"[10;20[";\n' in files["sg-epci.csv"]
    france = files["incidence-rate-fra.csv"].decode().splitlines()
    assert france[0] == "period;period_end;numerator;denominator;value;ci_low;ci_high;status;population_vintage"
    assert france[1].startswith("day;2020-09-01;10234;67114995.5;15.25;")
    assert [line.split(";")[1::-1] for line in france[1:]] == sorted(line.split(";")[1::-1] for line in france[1:])


def test_the_same_inputs_give_the_same_bytes_and_equal_files_are_linked(home, publish, gate):
    first = publish()
    _sql(
        home, "create or replace table marts.cases as select * from marts.cases order by hash(geo_code, period_end, 1)"
    )
    second = publish()
    assert second.id == "2020-10-01-2"
    assert _open_data(first.path) == _open_data(second.path)
    assert len(second.linked) == 5
    for name in _open_data(first.path):
        assert (first.path / "open_data" / name).samefile(second.path / "open_data" / name), name
    gate.fingerprint = "a rebuild"
    assert publish().id == "2020-10-01-3"
    gate.fingerprint = "another one"
    assert publish(today=dt.date(2020, 10, 2)).id == "2020-10-02"


def test_a_file_is_not_recomputed_while_its_data_are_the_same_and_is_when_they_are_not(home, publish, gate):
    gate.fingerprint = "a"
    first = publish()
    _sql(home, "drop view marts.sp_dep_quot")
    second = publish(checks=[Check("new", passed=True)])
    assert second.id == "2020-10-01-2" and len(second.linked) == 5
    assert _open_data(first.path) == _open_data(second.path)
    package = json.loads((second.path / "datapackage.json").read_text())
    assert package["resources"] == json.loads((first.path / "datapackage.json").read_text())["resources"]
    gate.fingerprint = "b"
    assert [d.name for d in publish().standing("held")] == ["sp-dep-quot"]


def test_figures_of_other_data_are_published_though_the_count_of_deliveries_is_the_same(home, publish, gate):
    gate.fingerprint = "as it was"
    publish()
    _sql(home, "update marts.cases set numerator = numerator + 1")
    gate.fingerprint = "after a rebuild that mended it"
    assert b"01;2020-09-01;652432;1235;" in _open_data(publish().path)["sp-dep-quot.csv"]


def test_interrupted_anywhere_leaves_latest_and_the_next_release_cleans_up(home, publish, gate):
    first = publish(today=dt.date(2020, 9, 30))
    before = {p.name for p in home.releases.iterdir()}
    steps: list[str] = []
    gate.fingerprint = "new"
    kept = publish(report=steps.append)
    assert {"open data", "sp-dep-quot", "methods", "release.json", "sync", "publish", "latest"} <= set(steps)
    (home.releases / "latest").unlink()
    (home.releases / "latest").symlink_to(first.id)
    expected = _open_data(kept.path)
    twins = {p.name for p in home.archive.iterdir()}

    class Killed(BaseException):
        pass

    for rank in range(len(steps)):
        heard: list[str] = []

        def stop(step: str, rank=rank, heard=heard):
            heard.append(step)
            if len(heard) > rank:
                raise Killed

        with pytest.raises(Killed):
            publish(today=dt.date(2020, 10, 2), report=stop)
        assert latest_release(home.releases) == first.path, heard[-1]
    last = publish(today=dt.date(2020, 10, 2))
    assert last.id == "2020-10-02"
    assert latest_release(home.releases) == last.path
    assert _open_data(last.path) == expected
    assert {p.name for p in home.releases.iterdir()} == before | {kept.id, last.id}
    assert {p.name for p in home.archive.iterdir()} == twins | {last.id}


def test_killed_between_its_name_and_latest_the_release_was_never_seen(home, publish, monkeypatch):
    first = publish()
    _sql(home, "update marts.cases set numerator = numerator + 1")
    replace = os.replace

    def killed(source, target):
        if Path(target).name == "latest":
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr("os.replace", killed)
    with pytest.raises(KeyboardInterrupt):
        publish()
    assert (home.releases / "2020-10-01-2").is_dir()
    assert latest_release(home.releases) == first.path
    monkeypatch.undo()
    assert publish().id == "2020-10-01-2"
    assert not [p.name for p in home.releases.iterdir() if p.name.startswith(".") and p.name != ".lock"]


def test_a_reader_of_an_old_release_never_notices(home, publish):
    first = publish()
    with open(first.path / "open_data" / "sp-dep-quot.csv", "rb") as reader:
        head = reader.read(100)
        _sql(home, "update marts.cases set numerator = numerator + 1")
        assert publish().path != first.path
        assert head + reader.read() == (first.path / "open_data" / "sp-dep-quot.csv").read_bytes()


def test_two_releases_at_once_one_is_refused(home, publish):
    def second(step):
        if step == "methods":
            with pytest.raises(VigieError, match="`a release` .* Wait for it"):
                publish()

    publish(report=second)


WEEK = "'2020-08-31-2020-09-06' as semaine_glissante, '0' as clage_65"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"'200069193' as epci2020, {WEEK}, 12.5 as ti", "'ti'.*no number"),
        (f"'200069193' as epci2020, {WEEK}, 7 as synthetic", "'synthetic'.*no number"),
        (f"'200069193' as epci2020, {WEEK}, 0 as synthetic", "'synthetic'.*no number"),
        (f"'200069193' as epci2020, {WEEK}, '9' as ti_classe", "'ti_classe'.*not the label"),
        (f"'200069193' as epci2020, {WEEK}, '[0;12[' as ti_classe", "'ti_classe'.*not the label"),
        (f"'240100883' as epci2020, {WEEK}, '[0;10[' as ti_classe", "'ti_classe'.*too narrow"),
        (f"'200069193' as epci2020, {WEEK}, '12.5' as rate", "'rate'.*no number in a text"),
        (f"'200069193' as epci2020, {WEEK}, 'about 12 cases' as said", "'said'.*no number in a text"),
        (f"'200069193' as epci2020, {WEEK}, [3] as cases", "'cases'.*only classes"),
        (
            "'200069193' as epci2020, '2020-09-01-2020-09-07' as semaine_glissante, '0' as clage_65, null as ti_classe",
            "'semaine_glissante'.*whole weeks",
        ),
        ("'200069193' as epci2020, '7' as semaine_glissante, '0' as clage_65", "'semaine_glissante'.*holds periods"),
        (f"'200069193' as epci2020, {WEEK}, '007' as age", "'age'.*classes of age"),
        (f"'200046977' as epci2020, {WEEK}, '69123' as town, 12.5 as ti", "'ti'.*no number"),
    ],
    ids=[
        "rate",
        "number",
        "zero",
        "label",
        "bounds",
        "narrow",
        "text",
        "sentence",
        "list",
        "window",
        "period",
        "age",
        "town",
    ],
)
def test_no_number_below_the_departement(home, publish, row, said):
    _sql(home, f"create or replace view marts.sg_epci as select {row}")
    assert_refused(publish(), "sg-epci", said)


@pytest.mark.parametrize(
    ("population", "label"),
    [("200069193", "[10;20["), ("200069193", "[0;20["), ("240100883", "[0;1000["), ("240100883", None)],
)
def test_classes_that_are_wide_enough_are_published(home, publish, population, label):
    told = "null::varchar" if label is None else f"'{label}'"
    _sql(
        home, f"create or replace view marts.sg_epci as select '{population}' as epci2020, {WEEK}, {told} as ti_classe"
    )
    assert f"{population};2020-08-31-2020-09-06;0;" in _open_data(publish().path)["sg-epci.csv"].decode()


def test_without_the_classes_that_may_be_published_none_is(home, publish, manifest):
    _sql(
        home, f"create or replace view marts.sg_epci as select '200069193' as epci2020, {WEEK}, '[10;20[' as ti_classe"
    )
    del manifest["nodes"]["model.vigie.int_referential__class_ladders"]
    manifest["nodes"]["model.vigie.sg_epci"]["depends_on"]["nodes"] = ["model.vigie.int_cube"]
    assert_refused(publish(), "sg-epci", "not known")


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("'LAB00042' as laboratoire", "'laboratoire'.*one laboratory"),
        ("42 as lab_id", "'lab_id'.*one laboratory"),
        ("'x' as finess_etablissement", "'finess_etablissement'.*one laboratory"),
        ("'x' as pseudonyme", "'pseudonyme'.*one laboratory"),
        ("42 as person_key", "'person_key'.*one laboratory"),
        ("'x' as fichier", "'fichier'.*one laboratory"),
        ("'of 0123456789abcdef' as remark", "'remark'.*token"),
        ("'2A004' as remark", "'pop'.*no number by remark"),
        ("case when true then '2A004' end as remark, 3 as com_cases", "'com_cases'.*no number by remark"),
    ],
    ids=["laboratory", "lab_id", "hospital", "pseudonym", "key", "file", "token", "code", "com_cases"],
)
def test_a_dataset_that_tells_of_someone_is_held_alone(home, publish, column, said):
    _sql(
        home,
        "create or replace view marts.sp_dep_quot as "
        f"select '01' as dep, date '2020-09-01' as jour, {column}, 1000 as pop, 7 as P, '0' as cl_age90",
    )
    done = publish()
    assert_refused(done, "sp-dep-quot", said)
    assert {d.name for d in done.standing("held")} == {"sp-dep-quot"}


def test_a_slice_with_a_place_below_the_departement_is_refused(home, publish):
    _sql(home, "update marts.cases set geo_code = '69123' where geo_code = '2A'")
    held = {dataset.name: dataset for dataset in publish().standing("held")}
    assert re.search("'geo_code'.*no place below", held["incidence-rate-dep"].reasons[0].detail)


def test_a_number_by_commune_is_refused_whatever_the_column_is_called(home, publish):
    _sql(
        home,
        "create or replace view marts.sp_dep_quot as "
        "select '2A004' as dep, date '2020-09-01' as jour, 7 as P, '0' as cl_age90",
    )
    assert_refused(publish(), "sp-dep-quot", "'P'.*number by dep")


@pytest.mark.parametrize(("mark", "published"), [(1, True), (0, False)])
def test_a_mark_of_an_iris_is_that_of_the_referential(home, publish, mark, published):
    _sql(
        home,
        f"create or replace view marts.sg_epci as select '010040001' as epci2020, {WEEK}, {mark} as iris_synthetique",
    )
    assert ("sg-epci.csv" in _open_data(publish().path)) == published


def test_a_class_below_the_departement_is_told_once(home, publish, manifest):
    """A later week is added, one that was told stays as it was; after a rebuild all is told anew."""
    batches = _node("int_testing__batches")
    manifest["nodes"][batches["unique_id"]] = batches
    manifest["nodes"]["model.vigie.sg_epci"]["depends_on"]["nodes"].append(batches["unique_id"])
    _sql(home, "create table marts.int_testing__batches as select 1 as generation")

    def told(first: str, second: str | None, generation: int, today: int) -> list[str]:
        weeks = f"('2020-08-31-2020-09-06', '{first}')" + (f", ('2020-09-07-2020-09-13', '{second}')" if second else "")
        _sql(
            home,
            f"""
            update marts.int_testing__batches set generation = {generation};
            create or replace view marts.sg_epci as
                select '200069193' as epci2020, week as semaine_glissante, '0' as clage_65, label as ti_classe
                from (values {weeks}) t(week, label)
            """,
        )
        done = publish(today=TODAY + dt.timedelta(today))
        lines = _open_data(done.path)["sg-epci.csv"].decode().splitlines()[1:]
        return [line.split('"')[1] for line in lines]

    assert told("[0;10[", None, 1, 0) == ["[0;10["]
    assert told("[10;20[", "[10;20[", 1, 1) == ["[0;10[", "[10;20["]
    assert told("[10;20[", "[0;10[", 1, 2) == ["[0;10[", "[10;20["]
    assert told("[10;20[", "[0;10[", 2, 3) == ["[10;20[", "[0;10["]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("history/cells.parquet", "PAR1", "no declaration knows"),
        ("open_data/rows.csv", "a;b", "no declaration knows"),
        ("open_data/.rows.csv.swp", "a;b", "no declaration knows"),
        ("journal.jsonl", "{}", "no declaration knows"),
        ("methods/rows.csv", "a;b", "no declaration knows"),
        ("methods/note.html", "<p>/home/someone/lake</p>", "folder of this machine"),
        ("methods/note.html", "<p>{home}</p>", "folder of this machine"),
        ("methods/note.html", "<p>2020-09-30/a.csv.gz came</p>", "delivery"),
        ("methods/note.html", "<p>of a.csv.gz</p>", "delivery"),
        ("docs/index.html", "<p>2020-09-30/a.csv.gz</p>", "delivery"),
        ("methods/note.html", "<p>0123456789abcdef0123</p>", "token"),
        ("methods/note.html", '{"row": "0123456789abcdef"}', "token"),
        ("methods/note.html", "<p>1.5 12345678901234567890</p>", "token"),
        ("catalogue.json", '{"path": "/var/lib/vigie"}', "folder of this machine"),
        ("docs/index.html", "<p>/root/vigie/models</p>", "folder of this machine"),
    ],
    ids=[
        "parquet",
        "csv",
        "hidden",
        "journal",
        "other",
        "folder",
        "home",
        "delivery",
        "file name",
        "delivery in docs",
        "token",
        "json",
        "number",
        "catalogue",
        "docs",
    ],
)
def test_a_file_that_may_not_be_shown_stops_the_release(home, publish, file, content, said):
    last = publish()
    _sql(home, "update marts.cases set numerator = numerator + 1")

    def slipped_in(step: str) -> None:
        if step == "release.json":
            path = next(home.releases.glob(".*.partial")) / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(content.format(home=home.root) if "{home}" in content else content)

    with pytest.raises(VigieError, match=said) as refused:
        publish(report=slipped_in)
    assert file in str(refused.value)
    assert "someone" not in str(refused.value) and "a.csv" not in str(refused.value)
    assert "0123456789" not in str(refused.value)
    assert latest_release(home.releases) == last.path


def _refused_file(home: Home, name: str, sha256: str = "ef") -> None:
    """Landing refused a file that its producer called so."""
    ledger = str(home.lake / "ledger.parquet")
    duckdb.execute(
        f"copy (from read_parquet('{ledger}') union all by name select 'sidep' as feed, '2020-09-30/{name}' as file,"
        f" date '2020-09-30' as received_on, '{sha256}' as sha256, 'refused' as verdict) to '{ledger}.new' "
        "(format parquet)"
    )
    Path(f"{ledger}.new").replace(ledger)


@pytest.mark.parametrize(
    "name", ["status.csv", "incidence_rate.fr.html", "sidep.sidep", "population.csv", "provisoire", "2020-09-01"]
)
def test_no_name_of_a_delivery_stops_the_releases(home, publish, manifest, name):
    manifest["sources"][SOURCE]["source_description"] = "The sidep.sidep."
    docs = home.root / "target" / "static_index.html"
    docs.parent.mkdir()
    docs.write_text('<script>n={manifest:{"metadata": {"a": "population.csv"}},catalog:{"metadata": {}}}</script>')
    _refused_file(home, name)
    assert publish().new


def test_a_delivery_that_is_a_published_file_stops_no_release(home, publish):
    status = publish().path / "open_data" / "status.csv"
    _refused_file(home, "copied.csv", hashlib.sha256(status.read_bytes()).hexdigest())
    assert publish().new


def test_the_decimals_of_a_chart_are_no_token(home, publish):
    def drawn(step: str) -> None:
        if step == "release.json":
            page = next(home.releases.glob(".*.partial")) / "methods" / "chart.html"
            page.write_text('<path d="M0,199.99999999999997L10.333333333333334,2.2345678901234567e-05Z"/>')

    assert publish(report=drawn).new


def test_a_link_is_not_shown(home, publish):
    def slipped_in(step: str) -> None:
        if step == "release.json":
            (next(home.releases.glob(".*.partial")) / "methods" / "lake.html").symlink_to(home.lake / "ledger.parquet")

    with pytest.raises(VigieError, match=r"methods/lake\.html"):
        publish(report=slipped_in)


def test_a_number_for_a_place_that_is_not_a_metropole_is_refused(home, publish):
    _sql(home, "update marts.metropoles set epci = '0'")
    assert_refused(publish(), "sg-metro", "métropoles")


@pytest.mark.parametrize("level", ["EPCI", "COM", "IRIS"])
def test_an_indicator_slice_below_the_departement_is_refused(publish, manifest, level):
    meta = copy.deepcopy(INDICATOR)
    meta["open_data"][0]["geo"] = [level]
    manifest["nodes"]["model.vigie.incidence_rate"]["config"]["meta"]["vigie"] = meta
    with pytest.raises(VigieError, match=level):
        publish()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": "Taux"}, "title"),
        ({"open_data": [{**INDICATOR["open_data"][0], "name": "../x"}]}, "cannot name a file"),
        ({"open_data": [{**INDICATOR["open_data"][0], "name": "sg-epci"}]}, "declared twice"),
        ({"open_data": [{**INDICATOR["open_data"][0], "geo": ["REG"]}]}, "breakdowns"),
    ],
)
def test_a_wrong_declaration_is_named(publish, manifest, wrong, said):
    manifest["nodes"]["model.vigie.incidence_rate"]["config"]["meta"]["vigie"] = {**INDICATOR, **wrong}
    with pytest.raises(VigieError, match=said):
        publish()


def test_a_number_that_is_not_finite_is_refused(home, publish):
    _sql(
        home,
        "create or replace view marts.sg_metro as select '200046977' as epci2020, 'x' as semaine_glissante, "
        "'0' as clage_65, 'nan'::double as ti",
    )
    assert_refused(publish(), "sg-metro", "NaN")


def test_a_key_that_does_not_identify_a_row_is_refused(publish, manifest):
    manifest["nodes"]["model.vigie.sp_dep_quot"]["config"]["meta"]["vigie"]["order_by"] = ["dep"]
    assert_refused(publish(), "sp-dep-quot", "several rows")


class _Page(HTMLParser):
    """Collects what a page asks of the network and where it points to."""

    def __init__(self):
        super().__init__()
        self.links, self.fetched, self.language = [], [], None

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        if tag == "html":
            self.language = held["lang"]
        if tag == "a":
            self.links.append(held["href"])
        if "src" in held or tag in ("link", "script", "iframe"):
            self.fetched.append((tag, held))


def test_pages_are_self_contained_and_their_links_lead_somewhere(home, publish):
    (home.root / "target").mkdir()
    (home.root / "target" / "static_index.html").write_text("<html lang=en></html>")
    path = publish(site=True).path
    pages = [p for p in path.rglob("*.html") if p.parent.name != "docs"]
    kinds = {str(p.relative_to(path)) for p in pages}
    assert {
        "index.html",
        "data.en.html",
        "observatory.html",
        "places/dep-01.fr.html",
        "bulletins/note.fr.html",
    } <= kinds
    for page in pages:
        text = page.read_text()
        parser = _Page()
        parser.feed(text)
        scripts = [held["src"] for _, held in parser.fetched if "src" in held]
        assert all((page.parent / script).resolve().parent == path / "assets" for script in scripts), page
        assert "url(" not in text and "@import" not in text
        assert parser.language == ("en" if ".en." in page.name else "fr")
        for link in parser.links + scripts:
            if not link.startswith(("http", "#")):
                assert (page.parent / link.split("#")[0]).is_file(), (page, link)


def test_methods_pages_speak_both_languages(publish):
    path = publish().path / "methods"
    french, english = ((path / f"incidence_rate.{x}.html").read_text() for x in ("fr", "en"))
    assert "Le nombre de <strong>cas</strong>" in french and "The <strong>cases</strong>" in english
    assert "28\u00a0sept.\u00a02020" in french and "28\u00a0Sept\u00a02020" in english
    assert "10\u202f423" in french and "10,423" in english
    assert "15,5" in french and "15.5" in english
    assert "<svg" in french and "var(--accent)" in french
    assert "Au-dessous du département" in french
    assert "int_cube" in french and "sidep.sidep" in english


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (1234.5, None, "1\u202f234,5", "1,234.5"),
        (1234567, None, "1\u202f234\u202f567", "1,234,567"),
        (-0.04, 1, "0,0", "0.0"),
        (-12, None, "\u221212", "\u221212"),
        (None, None, "–", "–"),
    ],
)
def test_numbers_in_both_languages(value, decimals, french, english):
    assert (words.number(value, "fr", decimals), words.number(value, "en", decimals)) == (french, english)


@pytest.mark.parametrize(
    ("values", "decimals"), [([1.0, 250.0], 0), ([3.0, 3.5], 1), ([0.154], 2), ([12.345, None], 1), ([], 0)]
)
def test_decimals_that_a_column_deserves(values, decimals):
    assert words.decimals_for(values) == decimals


@pytest.mark.parametrize(("denominator", "high", "decimals"), [(1124.0, 0.34, 2), (None, 3.69, 0)])
def test_the_bounds_of_a_share_are_no_whole_numbers(denominator, high, decimals):
    """None of a thousand is 0 %, with bounds from 0 to 0.34; no event at all is 0, of at most 4."""
    row = {"value": 0.0, "ci_low": 0.0, "ci_high": high, "denominator": denominator}
    page = SimpleNamespace(indicator=SimpleNamespace(decimals=None), figures=Figures("day", [row]))
    assert Page.decimals.fget(page) == decimals


def test_dates_in_both_languages():
    assert words.date(dt.date(2020, 9, 7), "fr") == "7\u00a0sept.\u00a02020"
    assert words.date("2021-01-01", "fr") == "1er\u00a0janv.\u00a02021"
    assert words.date("2021-08-15", "en") == "15\u00a0Aug\u00a02021"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2020-09-07", "2020-09-07"), ("2020-S53", "2021-01-03"), ("2020-09-01-2020-09-07", "2020-09-07"), ("x", None)],
)
def test_the_last_day_of_a_period_as_files_write_it(text, day):
    assert last_day(text) == (dt.date.fromisoformat(day) if day else None)


# ------------------------------------------------------------------------------------------ held, late, partial


def _facts(path) -> dict:
    return json.loads((path / "release.json").read_text())


def _status(path) -> dict[str, dict[str, str]]:
    with open(path / "open_data" / "status.csv", encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file, delimiter=";")}


def test_what_is_held_keeps_its_last_good_files_and_the_rest_goes_out(home, publish, gate):
    first = publish(today=dt.date(2020, 9, 30))
    before = _open_data(first.path)
    _sql(home, "update marts.cases set numerator = numerator + 1000")
    gate.hold("sp_dep_quot", fr="Un contrôle a échoué (sexes).", en="A check failed (sexes).", detail="secret detail")
    made = publish(site=True)
    assert made.id == "2020-10-01" and latest_release(home.releases) == made.path
    after = _open_data(made.path)
    assert after["sp-dep-quot.csv"] == before["sp-dep-quot.csv"]
    assert (made.path / "open_data" / "sp-dep-quot.parquet").samefile(first.path / "open_data" / "sp-dep-quot.parquet")
    assert after["incidence-rate-fra.csv"] != before["incidence-rate-fra.csv"]
    said = {"fr": "Un contrôle a échoué (sexes).", "en": "A check failed (sexes)."}
    facts = _facts(made.path)["datasets"]
    assert {"status": "held", "since": "2020-10-01", "reason": said}.items() <= facts["sp-dep-quot"].items()
    assert {"status": "ok", "since": None, "reason": None}.items() <= facts["incidence-rate-fra"].items()
    row = _status(made.path)["sp-dep-quot"]
    assert (row["status"], row["since"], row["reason_fr"]) == ("held", "2020-10-01", said["fr"])
    assert row["csv"] == "open_data/sp-dep-quot.csv" and _status(made.path)["sg-metro"]["status"] == "ok"
    package = json.loads((made.path / "datapackage.json").read_text())
    resources = {r["name"]: r for r in package["resources"]}
    for name in ("sp-dep-quot", "sp-dep-quot-parquet"):
        assert (resources[name]["status"], resources[name]["since"]) == ("held", "2020-10-01")
    report = frictionless.validate(str(made.path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])
    front = (made.path / "data.html").read_text()
    assert said["fr"] in front and "retenu" in front and "secret detail" not in front
    [standing] = archive.read(home, made.id)["standing"]
    assert standing["reasons"][0]["detail"] == "secret detail"


def test_since_is_the_first_day_and_an_output_that_is_opened_again_goes_out(home, publish, gate):
    publish(today=dt.date(2020, 9, 29))
    gate.hold("sp_dep_quot")
    publish(today=dt.date(2020, 9, 30))
    _sql(home, "update marts.cases set numerator = numerator + 1000")
    gate.hold("sp_dep_quot", fr="Autre raison.", en="Another reason.")
    made = publish(today=dt.date(2020, 10, 1))
    assert _facts(made.path)["datasets"]["sp-dep-quot"]["since"] == "2020-09-30"
    assert b"01;2020-09-01;652432;1234;" in _open_data(made.path)["sp-dep-quot.csv"]
    gate.open()
    made = publish(today=dt.date(2020, 10, 1))
    assert _facts(made.path)["datasets"]["sp-dep-quot"]["status"] == "ok"
    assert b"01;2020-09-01;652432;2234;" in _open_data(made.path)["sp-dep-quot.csv"]
    gate.hold("sp_dep_quot")
    made = publish(today=dt.date(2020, 10, 2))
    assert _facts(made.path)["datasets"]["sp-dep-quot"]["since"] == "2020-10-02"


def test_a_night_on_which_all_is_held_makes_a_release_and_the_same_again_makes_none(home, publish, gate):
    first = publish(today=dt.date(2020, 9, 30))
    _sql(home, "update marts.cases set numerator = numerator + 1000")
    gate.hold("incidence_rate", "sp_dep_quot", "sg_epci", "sg_metro")
    made = publish()
    assert made.id == "2020-10-01" and len(made.standing("held")) == 5
    assert _open_data(made.path) == _open_data(first.path)
    again = publish()
    assert (again.id, again.new) == ("2020-10-01", False)
    gate.hold("sp_dep_quot", en="Another reason.")
    assert publish().id == "2020-10-01-2"


def test_when_nothing_at_all_has_changed_there_is_no_new_release(home, publish, gate):
    first = publish(site=True)
    seen = {p.name for p in home.releases.iterdir()}
    for today in (TODAY, dt.date(2020, 9, 30)):
        again = publish(site=True, today=today, run_id="another")
        assert (again.id, again.path, again.new) == (first.id, first.path, False)
    assert {p.name for p in home.releases.iterdir()} == seen and {p.name for p in home.archive.iterdir()} == {first.id}


@pytest.mark.parametrize(
    "change",
    ["verdict", "figures", "account", "check", "page", "docs", "lateness", "partial", "refused file"],
)
def test_each_thing_that_a_release_tells_makes_a_new_one_when_it_changes(home, publish, gate, manifest, change):
    gate.fingerprint = "a"
    docs = home.root / "target" / "static_index.html"
    docs.parent.mkdir()
    docs.write_text('<script>n={manifest:{"metadata": {}},catalog:{"metadata": {}}}</script>')
    publish()
    options = {}
    if change == "verdict":
        gate.hold("sg_metro")
    elif change == "figures":
        gate.fingerprint = "b"
    elif change == "account":
        _sql(home, "update marts.delivery_reconciliation set rows_used = 91, rows_superseded = 2")
    elif change == "check":
        options["checks"] = [Check("soft", passed=False, blocking=False)]
    elif change == "page":
        manifest["docs"]["doc.vigie.incidence_rate"]["block_contents"] += " More."
    elif change == "docs":
        docs.write_text('<script>n={manifest:{"metadata": {}, "nodes": {}},catalog:{"metadata": {}}}</script>')
    elif change == "lateness":
        options["today"] = dt.date(2020, 10, 5)
    elif change == "partial":
        options["partial"] = {"sidep": PartialFeed("Une part.", "A share.")}
    else:
        _refused_file(home, "c.csv")
    assert publish(**options).new
    assert not publish(**options).new


@dataclass(frozen=True)
class PartialFeed:
    fr: str
    en: str


def test_a_feed_of_which_too_much_was_rejected_makes_partial_what_comes_from_it(publish, gate):
    made = publish(partial={"sidep": PartialFeed("Une part des lignes manque.", "A share of rows is missing.")})
    assert len(made.standing("partial")) == 5
    assert _status(made.path)["sp-dep-quot"]["reason_en"] == "A share of rows is missing."
    assert {n["kind"] for n in _facts(made.path)["notices"]} >= {"partial"}
    assert publish(partial={"sivic": PartialFeed("Autre.", "Other.")}).standing("partial") == []


def test_requests_that_cannot_be_read_make_nothing_partial(publish, gate):
    feeds = {"partial": {"erasure": PartialFeed("Des demandes.", "Requests.")}}
    verdicts = {node: replace(each, feeds=each.feeds | {"erasure"}) for node, each in gate.verdicts().items()}
    made = publish(verdicts=verdicts, **feeds)
    assert made.standing("partial") == [] and "Requests" not in _published_text(made.path)


def test_late_says_since_when_and_stays_the_same_until_data_come(publish):
    publish(today=dt.date(2020, 10, 1))
    made = publish(today=dt.date(2020, 10, 3))
    assert {d.name for d in made.standing("late")} >= {"incidence-rate-fra", "incidence-rate-dep", "sp-dep-quot"}
    assert _status(made.path)["sp-dep-quot"]["since"] == "2020-10-03"
    assert not publish(today=dt.date(2020, 10, 6)).new


def test_what_was_never_published_has_no_file_and_that_is_said(publish, gate):
    gate.hold("incidence_rate", "sg_epci")
    made = publish(site=True)
    assert {p.name for p in (made.path / "open_data").iterdir()} == {
        "status.csv",
        "events.csv",
        *(f"{name}.{suffix}" for name in ("sg-metro", "sp-dep-quot") for suffix in ("csv", "parquet")),
    }
    row = _status(made.path)["sg-epci"]
    assert (row["status"], row["csv"], row["last_period"]) == ("held", "", "")
    notices = {n["kind"]: n["en"] for n in _facts(made.path)["notices"]}
    assert "held" not in notices and "3 of 5 datasets are held and have no published figures" in notices["missing"]
    assert "No figure has been published yet" in (made.path / "methods" / "incidence_rate.en.html").read_text()
    assert "pas encore de fichier" in (made.path / "data.html").read_text()
    assert frictionless.validate(str(made.path / "datapackage.json")).valid
    catalogue = json.loads((made.path / "catalogue.json").read_text())
    assert catalogue["indicators"][0]["status"] == "held" and catalogue["indicators"][0]["open_data"] == []


def test_a_first_night_on_which_all_is_held_says_so(home, publish):
    made = publish(verdicts={})
    assert len(made.standing("held")) == 5 and latest_release(home.releases) == made.path
    assert {p.name for p in (made.path / "open_data").iterdir()} == {"status.csv", "events.csv"}
    assert frictionless.validate(str(made.path / "datapackage.json")).valid


def test_the_page_of_a_held_indicator_shows_what_was_published_then(home, publish, gate, manifest):
    publish(today=dt.date(2020, 9, 30))
    _sql(home, "update marts.cases set numerator = numerator + 100000")
    manifest["docs"]["doc.vigie.incidence_rate"]["block_contents"] = "Autre règle.\n--- en ---\nAnother rule."
    manifest["nodes"]["model.vigie.incidence_rate"]["config"]["meta"]["vigie"] = {
        **INDICATOR,
        "definition": "2021-01-01",
    }
    gate.hold("incidence_rate")
    path = publish().path
    page = (path / "methods" / "incidence_rate.en.html").read_text()
    assert "10,423" in page and "110,423" not in page
    assert "The <strong>cases</strong>" in page and "Another rule" not in page
    assert "held" in page and "A check failed." in page and "the last that were sound" in page
    catalogue = json.loads((path / "catalogue.json").read_text())["indicators"][0]
    assert (catalogue["definition"], catalogue["status"], catalogue["since"]) == ("2020-12-08", "held", "2020-10-01")
    # The next release of the same knows it too, though the one before it did not publish it.
    gate.hold("sg_epci")
    assert "The <strong>cases</strong>" in (publish().path / "methods" / "incidence_rate.en.html").read_text()


def test_pages_announce_another_definition(home, publish, manifest):
    declared = {**INDICATOR, "name": "incidence_v2", "replaces": {"indicator": "incidence_rate", "since": "2020-09-20"}}
    declared["open_data"] = [{**part, "name": f"{part['name']}-v2"} for part in INDICATOR["open_data"]]
    node = json.loads(json.dumps(manifest["nodes"]["model.vigie.incidence_rate"]))
    manifest["nodes"]["model.vigie.incidence_v2"] = {**node, "name": "incidence_v2", "alias": "incidence_rate"}
    manifest["nodes"]["model.vigie.incidence_v2"]["config"]["meta"]["vigie"] = declared
    methods = publish().path / "methods"
    told = {
        "incidence_rate.en": 'replaced by <a href="incidence_v2.en.html">', "incidence_v2.en": "will replace",
        "incidence_rate.fr": "sera remplacé par", "incidence_v2.fr": 'remplacera <a href="incidence_rate.fr.html">',
    }  # fmt: skip
    for name, said in told.items():
        text = (methods / f"{name}.html").read_text()
        assert said in text and re.search(r"20\sSept\s2020|20\ssept\.\s2020", text), name
        assert re.search(r"18\sOct\s2020|18\soct\.\s2020", text), name


@pytest.mark.parametrize("level", ["FRA", "DEP"])
def test_an_indicator_is_held_with_all_its_slices(home, publish, level):
    """Whichever of them is wrong, the one that is written first or the last."""
    first = publish()
    _sql(
        home,
        "create or replace view marts.incidence_rate as select * replace ("
        f"case geo_level when '{level}' then 'nan'::double else value + 1 end as value)"
        " from (select * from marts.rates)",
    )
    made = publish()
    assert {d.name for d in made.standing("held")} == {"incidence-rate-fra", "incidence-rate-dep"}
    names = [
        f"incidence-rate-{rest}" for rest in ("fra.csv", "dep.csv.gz", "fra/2020-09.parquet", "dep/2020-09.parquet")
    ]
    assert all(_open_data(made.path)[name] == _open_data(first.path)[name] for name in names)


def test_outputs_of_a_group_are_held_together(home, publish, manifest):
    for name in ("sp_dep_quot", "sg_metro"):
        manifest["nodes"][f"model.vigie.{name}"]["config"]["meta"]["vigie"]["group"] = "levels"
    first = publish()
    _sql(home, "update marts.cases set numerator = numerator + 1000")
    _sql(home, "create or replace view marts.sg_metro as select 'x' as wrong")
    made = publish()
    assert {d.name: d.reasons[0].kind for d in made.standing("held")} == {"sg-metro": "refused", "sp-dep-quot": "group"}
    assert _open_data(made.path)["sp-dep-quot.csv"] == _open_data(first.path)["sp-dep-quot.csv"]
    assert "sg_metro" in next(d for d in made.datasets if d.name == "sp-dep-quot").reasons[0].detail


def test_what_follows_a_group_is_held_with_it(home, publish, manifest):
    metro, follower = (
        manifest["nodes"][f"model.vigie.{name}"]["config"]["meta"]["vigie"] for name in ("sg_metro", "sp_dep_quot")
    )
    metro["group"], follower["follows"] = "levels", ["levels"]
    publish()
    _sql(home, "update marts.cases set numerator = numerator + 1000")
    _sql(home, "create or replace view marts.sg_metro as select 'x' as wrong")
    assert {d.name for d in publish().standing("held")} == {"sg-metro", "sp-dep-quot"}
    follower["follows"] = ["level"]
    with pytest.raises(VigieError, match="sp-dep-quot follows level"):
        publish()


def test_a_dataset_that_is_not_in_the_warehouse_holds_only_itself(home, publish):
    publish()
    _sql(home, "drop view marts.sp_dep_quot")
    made = publish()
    assert [d.name for d in made.standing("held")] == ["sp-dep-quot"]
    assert (made.path / "open_data" / "sp-dep-quot.csv").is_file()


def test_a_full_disk_holds_nothing_and_stops_the_release(home, publish, gate):
    first = publish(today=dt.date(2020, 9, 30))
    gate.fingerprint = "new"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(step):
        if step == "open data":
            resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, before[1]))

    try:
        with pytest.raises(VigieError, match="could not be written.* Make room"):
            publish(report=fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert latest_release(home.releases) == first.path


def test_an_error_of_the_engine_holds_one_output_and_quotes_no_value(home, publish):
    wrong = "('Jean Dupont' || epci2020)::integer as ti"
    columns = f"epci2020, semaine_glissante, clage_65, {wrong}"
    _sql(home, f"create or replace view marts.sg_metro as select {columns} from marts.sg_epci")
    made = publish()
    [held] = made.standing("held")
    assert held.name == "sg-metro" and "ConversionException" in held.reasons[0].detail
    assert "Jean" not in json.dumps(archive.read(home, made.id))


def _damage(path, size: bool) -> None:
    path.chmod(0o644)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + (b"" if size else b"#"))


@pytest.mark.parametrize("size", [True, False], ids=["cut", "altered"])
def test_a_damaged_file_is_never_linked(home, publish, gate, size):
    gate.fingerprint = "a"
    first = publish(today=dt.date(2020, 9, 30))
    good = (first.path / "open_data" / "sp-dep-quot.csv").read_bytes()
    _damage(first.path / "open_data" / "sp-dep-quot.csv", size)
    second = publish(checks=[Check("news", passed=True)])
    assert (second.path / "open_data" / "sp-dep-quot.csv").read_bytes() == good, "written again"
    _damage(second.path / "open_data" / "sp-dep-quot.csv", size)
    gate.hold("sp_dep_quot")
    third = publish()
    assert not (third.path / "open_data" / "sp-dep-quot.csv").exists(), "held, and nothing sound is left to link"
    assert frictionless.validate(str(third.path / "datapackage.json")).valid


def test_a_damaged_file_of_what_is_held_is_taken_from_an_older_release(home, publish, gate):
    first = publish(today=dt.date(2020, 9, 29))
    good = (first.path / "open_data" / "sp-dep-quot.csv").read_bytes()
    gate.hold("sp_dep_quot")
    second = publish(today=dt.date(2020, 9, 30))
    copy_of_its_own = second.path / "open_data" / "sp-dep-quot.csv"
    copy_of_its_own.unlink()
    copy_of_its_own.write_bytes(b"#" + good[1:])
    third = publish(checks=[Check("news", passed=True)])
    assert (third.path / "open_data" / "sp-dep-quot.csv").read_bytes() == good


def test_the_account_is_that_of_the_release_before_when_it_cannot_be_read(home, publish):
    first = publish(today=dt.date(2020, 9, 30))
    _sql(home, "drop table marts.delivery_reconciliation")
    made = publish()
    assert _facts(made.path)["reconciliation"] == _facts(first.path)["reconciliation"] | {"of": first.id}
    assert "account" in {n["kind"] for n in _facts(made.path)["notices"]} and "cannot be read" in made.notes[0]
    assert made.standing("held") == []


def test_an_account_that_does_not_hold_is_not_published(home, publish, gate, manifest):
    reason = Reason("account", "sidep", "Le compte ne tombe pas juste.", "The account does not hold.", "7 rows")
    account = Verdict("model.vigie.delivery_reconciliation", "x", frozenset({"sidep"}), (reason,))
    made = publish(verdicts=gate.verdicts() | {account.node: account})
    assert _facts(made.path)["reconciliation"]["total"] is None and "7 rows" in made.notes[0]


# ----------------------------------------------------------------------------------- what stays in the house


def _published_text(path) -> str:
    parts = [p.read_text(encoding="utf-8", errors="replace") for p in path.rglob("*") if p.is_file()]
    with duckdb.connect() as connection:
        for file in path.rglob("*.parquet"):
            parts.append(str(connection.execute("from read_parquet(?)", [str(file)]).fetchall()))
    return "\n".join([*parts, *(str(p.relative_to(path)) for p in path.rglob("*"))])


def test_nothing_private_is_in_the_published_folder(home, publish, gate):
    docs = home.root / "target" / "static_index.html"
    docs.parent.mkdir()
    docs.write_text(DOCS.replace("HOME", str(home.root)))
    gate.hold("sg_metro", detail="row 12 of jean-dupont.csv")
    checks = [Check("soft", passed=False, blocking=False, subject="sg_epci", detail="Got 'Jean Dupont' in line 7")]
    path = publish(checks=checks, run_id="0123-run").path
    text = _published_text(path)
    for private in (
        "a.csv.gz", "b.csv", "empty file", "jean-dupont", "Jean Dupont", "0123-run", str(home.root), str(PROJECT),
        str(Path.home()) + "/", "sha256\": \"ab\"", "rows_erased", "history",
    ):  # fmt: skip
        assert private not in text, private
    twin = archive.read(home, path.name)
    assert [d["file"] for d in twin["deliveries"]] == ["2020-09-30/a.csv.gz"]
    assert [d["reason"] for d in twin["deliveries_not_used"]] == ["empty file"]
    assert [f["file"] for f in twin["account"]["files"]] == ["2020-09-30/a.csv.gz"]
    assert twin["checks"][0]["detail"] == "Got 'Jean Dupont' in line 7" and twin["run_id"] == "0123-run"
    assert archive.released_deliveries(home) == [1]


DOCS = """<html><script>var n={manifest:{"metadata": {"generated_at": "now", "project_name": "vigie"}, "nodes":
{"model.vigie.a": {"root_path": "HOME", "compiled_code": "from read_parquet('HOME/lake/raw/*.parquet') -- </script>",
"columns": {"created_at": {"name": "created_at"}}}}},catalog:{"metadata": {"env": {"DBT_X": "1"}},
"nodes": {}}};r={manifest:{},catalog:{}}</script></html>"""


@pytest.mark.parametrize("change", ["figures", "page", "damaged"])
def test_the_page_of_lineage_is_that_of_the_release_before_while_it_says_the_same(home, publish, change):
    docs = home.root / "target" / "static_index.html"
    docs.parent.mkdir()
    docs.write_text(DOCS)
    published = publish().path / "docs" / "index.html"
    if change == "figures":
        _sql(home, "update marts.cases set numerator = numerator + 1")
    elif change == "page":
        docs.write_text(DOCS.replace("model.vigie.a", "model.vigie.b"))
    else:
        published.chmod(0o644)
        published.write_text("altered")
    again = publish(checks=[Check("new", passed=True)]).path / "docs" / "index.html"
    assert again.samefile(published) is (change == "figures")
    assert again.read_text() == public_docs(docs, home)


def test_the_page_of_lineage_holds_no_path_and_no_clock(tmp_path):
    page, home = tmp_path / "static_index.html", Home(tmp_path / "a home")
    page.write_text(DOCS.replace("HOME", str(home.root)))
    text = public_docs(page, home)
    assert "a home" not in text and str(tmp_path) not in text
    assert "$VIGIE_HOME/lake/raw/*.parquet" in text and "<\\/script>" in text
    assert '"created_at": {"name": "created_at"}' in text
    assert "generated_at" not in text and "DBT_X" not in text and "root_path" not in text


def test_a_page_of_lineage_of_another_form_is_not_published(tmp_path):
    page, home = tmp_path / "static_index.html", Home(tmp_path / "a home")
    page.write_text(f"<html>another form, with {home.root}</html>")
    assert public_docs(page, home) is None
    # The form is right, and a path stands where nobody looks for it.
    page.write_text(DOCS.replace("HOME", str(home.root)) + f"<!-- {home.root} -->")
    assert public_docs(page, home) is None


def test_a_page_of_lineage_that_cannot_be_made_stops_nothing(home, manifest, gate, monkeypatch):
    def fails(_):
        raise VigieError("dbt says no")

    monkeypatch.setattr(assets, "static_docs", fails)
    told = {"verdicts": gate.verdicts(), "partial": {}, "checks": []}
    monkeypatch.setattr(assets, "judged", lambda *_: told)
    monkeypatch.setattr(assets, "gate_to", lambda *_: None)
    # The build of the run has told the checks already.
    path, noted = assets.target(home) / "manifest.json", {"checks": {}}
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(manifest))
    run = SimpleNamespace(home=home, as_of="", day=TODAY, journal=SimpleNamespace(note=noted.update, facts=noted))
    assert assets.make_release(run, "0123").id == "2020-10-01"
    assert "dbt says no" in noted["release"]["notes"][0]


def test_an_erasure_is_not_told_in_the_account(home, publish):
    _sql(
        home,
        """
        update marts.delivery_reconciliation set rows_used = 89, rows_erased = 1;
        insert into marts.delivery_reconciliation select * replace ('erasure' as feed, 'requests.csv' as file, 3 as
            rows_received, 3 as rows_used, 0 as rows_deduplicated, 0 as rows_superseded, 0 as rows_deleted,
            0 as rows_quarantined, 0 as rows_erased) from marts.delivery_reconciliation
        """,
    )
    path = publish().path
    told = _facts(path)["reconciliation"]
    assert [feed["feed"] for feed in told["feeds"]] == ["sidep"]
    assert (told["total"]["rows_deleted"], told["total"]["rows_received"]) == (3, 100)
    assert "eras" not in _published_text(path).replace("erase", "")


def test_no_reason_and_no_check_tells_of_an_erasure(home, publish, gate, manifest):
    checks = [
        Check("int_landing__rows_to_erase_unique", passed=False, subject="int_landing__rows_to_erase"),
        Check("all_there", passed=False, subject="int_landing__erasure_account"),
        Check("gone", passed=False, subject="sp_dep_quot", description="No erased person is counted."),
        Check("sexes_add_up", passed=True, subject="sp_dep_quot"),
    ]
    why = (reason("account", "erasure", "it was not checked"), reason("stale", "int_testing__erased_persons"))
    gate.reasons |= {"model.vigie.sp_dep_quot": why}
    made = publish(checks=checks)
    assert "eras" not in _published_text(made.path).replace("erase", "").lower()
    assert [check["name"] for check in _facts(made.path)["checks"]] == ["sexes_add_up"]
    twin = json.dumps(archive.read(home, made.id))
    assert all(name in twin for name in ("rows_to_erase_unique", "erasure: it was not checked", "erased_persons"))


def test_the_public_is_told_each_kind_of_reason_once_and_the_home_every_name(home, publish, gate):
    names = [f"int_testing__part_{number}" for number in range(11)]
    gate.reasons["model.vigie.sp_dep_quot"] = tuple(reason("stale", name, "Run vigie build.") for name in names)
    made = publish()
    row = _status(made.path)["sp-dep-quot"]
    assert row["reason_en"] == "These figures do not hold what was last received, or the last rules, yet."
    assert row["reason_fr"].count(".") == 1 and "int_testing__" not in _published_text(made.path)
    [line] = [line for line in describe(read_status(home, TODAY)).splitlines() if line.startswith("Held")]
    assert all(name in line for name in names) and line.count("These figures") == 1


@pytest.mark.parametrize("umask", [0o077, 0o002])
def test_the_published_folder_alone_is_readable_whatever_the_umask(home, publish, umask):
    before = os.umask(umask)
    try:
        made = publish()
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (home.releases, made.path, *made.path.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o755}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o444}
    private = [home.archive, *home.archive.rglob("*")]
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in private if path.is_dir())


def test_twins_go_with_their_releases(home, publish, gate, monkeypatch):
    monkeypatch.setattr(archive, "KEPT", 3)
    for rank in range(5):
        gate.fingerprint = str(rank)
        publish()
    assert {p.name for p in home.archive.iterdir()} == {f"2020-10-01-{rank}" for rank in (3, 4, 5)}
    shutil.rmtree(home.releases / "2020-10-01-4")
    gate.fingerprint = "again"
    publish()
    assert {p.name for p in home.archive.iterdir()} == {f"2020-10-01-{rank}" for rank in (5, 6)}


# ------------------------------------------------------------------------------------------------- revisions


@pytest.fixture
def explaining(home, manifest):
    """The project explains the positives of départements; batch 1 brought delivery 1, batch 2 delivery 2."""
    manifest["nodes"] |= {
        "model.vigie.counted_changes": _node("counted_changes"),
        "model.vigie.counted_batches": _node("counted_batches"),
    }
    where = {"feed": "sidep", "dataset": "sp-dep-quot", "figure": "P", "day": "jour", "place": "dep"}
    manifest["nodes"]["model.vigie.counted_changes"]["config"]["meta"]["explains"] = {
        "cases": where | {"rows": "cl_age90 = '0'"},
        "population": where | {"rows": "cl_age90 = '0'", "figure": "pop"},
    }
    _sql(
        home,
        """
        create table marts.counted_batches as select 'sidep' as feed, 1::bigint as batch, 1::ubigint as delivery;
        create table marts.counted_changes (
            feed varchar, batch bigint, reason varchar, measure varchar, day date, place varchar, difference bigint
        )
        """,
    )


def _deliver(home: Home, delivery: int, batch: int, **parts: int) -> None:
    """A further delivery, which changes the cases of 2020-09-05 in the département 01."""
    ledger = str(home.lake / "ledger.parquet")
    duckdb.execute(
        f"copy (from read_parquet('{ledger}') union all by name select 'sidep' as feed, '2020-09-30/{delivery}.csv' as "
        f"file, date '2020-09-30' as received_on, {delivery}::ubigint as delivery, 'accepted' as verdict) "
        f"to '{ledger}.new' (format parquet)"
    )
    Path(f"{ledger}.new").replace(ledger)
    rows = [f"('sidep', {batch}, '{reason}', 'cases', date '2020-09-05', '01', {n})" for reason, n in parts.items()]
    _sql(
        home,
        f"insert into marts.counted_batches values ('sidep', {batch}, {delivery}); "
        f"insert into marts.counted_changes values {', '.join(rows)}; update marts.cases set numerator = numerator + "
        f"{sum(parts.values())} where geo_code = '01' and period_end = date '2020-09-05'",
    )


def _revisions(path) -> list[dict]:
    with open(path / "open_data" / "revisions.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_revisions_explain_published_cells_and_tell_an_erasure_as_a_correction(home, publish, explaining):
    assert _revisions(publish().path) == []
    _deliver(home, 2, 2, new_rows=5, correction=-2, erasure=-1, deletion=-1)
    _sql(home, "update marts.cases set numerator = numerator + 7, denominator = 99 where geo_code = '2A' and d = 3")
    made = publish()
    found = {(row["figure"], row["place"]): row for row in _revisions(made.path)}
    assert set(found) == {("P", "01"), ("P", "2A"), ("pop", "2A")}
    explained = found["P", "01"]
    assert (explained["dataset"], explained["day"]) == ("sp-dep-quot", "2020-09-05")
    assert [explained[k] for k in ("old", "new")] == ["1262", "1263"]
    assert [explained[k] for k in ("late_rows", "correction", "deletion", "definition")] == ["5", "-3", "-1", "0"]
    assert found["P", "2A"]["definition"] == "7" and found["pop", "2A"]["population"] == "-652333"
    assert "erasure" not in _published_text(made.path)
    assert archive.read(home, made.id)["revisions"]["cases"]["other"] == -1
    assert frictionless.validate(str(made.path / "datapackage.json")).valid


@pytest.mark.parametrize("missing", ["table marts.counted_changes", "table marts.counted_batches"])
def test_revisions_that_cannot_be_made_hold_nothing_and_that_is_said(home, publish, explaining, missing):
    publish()
    _deliver(home, 2, 2, new_rows=5)
    _sql(home, f"drop {missing}")
    made = None
    with contextlib.suppress(duckdb.Error):
        made = publish()
    assert made is not None, "the release stopped"
    assert made.new and made.standing("held") == [] and b";1267;" in _open_data(made.path)["sp-dep-quot.csv"]
    assert not list((made.path / "open_data").glob("revisions.*"))
    assert "revisions" in {n["kind"] for n in _facts(made.path)["notices"]}
    assert "CatalogException" in made.notes[0] and "vigie build" in made.notes[0]
    assert frictionless.validate(str(made.path / "datapackage.json")).valid


def test_what_was_held_is_explained_when_it_goes_out(home, publish, gate, explaining):
    publish()
    _deliver(home, 2, 2, new_rows=5)
    gate.hold("sp_dep_quot")
    held = publish()
    assert _revisions(held.path) == []
    # A month may not be summed up with what is not explained yet.
    assert archive.released_deliveries(home) == [1]
    _deliver(home, 3, 3, correction=-2)
    gate.open()
    [row] = _revisions(publish().path)
    assert (row["late_rows"], row["correction"], row["definition"]) == ("5", "-2", "0")
    assert archive.released_deliveries(home) == [1, 2, 3]


def test_a_withdrawal_is_explained_once(home, publish, gate, explaining):
    publish()
    _deliver(home, 2, 2, new_rows=5)
    publish()
    ledger = str(home.lake / "ledger.parquet")
    duckdb.execute(
        f"copy (select * replace (case delivery when 2 then 'withdrawn' else verdict end as verdict) from '{ledger}') "
        f"to '{ledger}.new' (format parquet)"
    )
    Path(f"{ledger}.new").replace(ledger)
    _deliver(home, 3, 3, correction=-5)
    [row] = _revisions(publish().path)
    assert (row["late_rows"], row["correction"], row["definition"]) == ("0", "-5", "0")
    _deliver(home, 4, 4, new_rows=1)
    [row] = _revisions(publish().path)
    assert (row["late_rows"], row["correction"], row["definition"]) == ("1", "0", "0")
    assert archive.released_deliveries(home) == [1, 2, 3, 4]


def test_after_a_rebuild_a_difference_is_a_matter_of_definition(home, publish, explaining):
    publish()
    _deliver(home, 2, 1, new_rows=5)
    [row] = _revisions(publish().path)
    assert (row["late_rows"], row["definition"]) == ("0", "5")


# -------------------------------------------------------------------------------------------------- dry run


def _tree(home: Home) -> dict[str, tuple]:
    return {str(p): (p.lstat().st_mtime_ns, p.lstat().st_size) for p in home.root.rglob("*")}


def test_a_dry_run_says_what_would_go_out_and_writes_nothing(home, publish, gate, manifest):
    path = home.root / "target" / "manifest.json"
    publish()
    _sql(home, "update marts.cases set numerator = numerator + 1")
    _sql(home, "create or replace view marts.sg_metro as select 'x' as wrong")
    gate.hold("sp_dep_quot")
    before = _tree(home)
    told = rehearse(home, TODAY, path, gate.verdicts())
    assert _tree(home) == before
    assert {d.name for d in told.standing("held")} == {"sp-dep-quot", "sg-metro"}
    text = foretell(told)
    assert "2020-10-01-2: 3 datasets written, 0 unchanged, 2 held with their last good files" in text
    assert "Held       sp-dep-quot since 2020-10-01: A check failed. 3 rows" in text and "Nothing was written" in text
    made = publish()
    assert [(d.name, d.status, d.since, d.reasons) for d in made.datasets] == [
        (d.name, d.status, d.since, d.reasons) for d in told.datasets
    ]
    assert "no new release" in foretell(rehearse(home, TODAY, path, gate.verdicts()))


def test_a_dry_run_on_a_home_without_a_release(home, gate, manifest):
    path = home.root / "manifest.json"
    path.write_text(json.dumps(manifest))
    before = _tree(home)
    told = rehearse(home, TODAY, path, gate.verdicts())
    assert told.id == "2020-10-01" and told.standing("held") == [] and _tree(home) == before


@pytest.mark.parametrize(("level", "code"), [("FRA", "FR"), ("WORLD", "WORLD")])
def test_the_figures_of_a_page_are_those_of_the_whole_that_places_make(tmp_path, level, code):
    """France, or the world where the indicator is of that; never one of the places."""
    rows = f"values ('{level}', '{code}', 7.0), ('REG', '11', 5.0), ('CONTINENT', 'europe', 2.0)"
    columns = ", ".join(f"null as {name}" for name in ("ci_low", "ci_high", "numerator", "denominator"))
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select geo_level, geo_code, value, 'day' as period, 'all' as sex, 'all' as age_scheme,
                    'final' as status,
                    date '2021-03-01' as period_start, date '2021-03-01' as period_end, {columns}
                from ({rows}) as told (geo_level, geo_code, value)
            ) to '{tmp_path}/a.parquet' (format parquet)
            """
        )
        part = SimpleNamespace(
            slice=SimpleNamespace(geo=[level, "REG", "CONTINENT"], sex=["all"], age=["all"], period=["day"]),
            paths=lambda suffix: ["a.parquet"],
            owner=SimpleNamespace(strata=lambda _: [("all", "all")]),
            last_period=dt.date(2021, 3, 1),
        )
        found = last_figures(connection, [part], tmp_path)
    assert (found.level, [row["value"] for row in found.rows]) == (level, [7.0])
