"""Erasure and retention through the command line, of two feeds: what has to go goes, from everywhere, and all else
goes on."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from daily_runs import FIRST_DAY, SECOND_DAY, THIRD_DAY, copy_of_first_day, vigie
from guards import LEFT_OUT
from keyed import key64
from small_epidemic import REPOSITORY
from test_upkeep import where_told

from orchestration.home import Home

pytestmark = pytest.mark.long
#: The person of a row, by feed.
PERSON = {"sidep": "id_personne", "sivic": "id_patient"}


@pytest.fixture
def home(tmp_path_factory, tmp_path):
    """A home of its own, of which the first day is released."""
    home = tmp_path / "home"
    copy_of_first_day(tmp_path_factory.getbasetemp(), home)
    yield home
    shutil.rmtree(home)


def delivered_persons(home: Path, feed: str) -> list[str]:
    """The pseudonyms of a feed that came up to the first day, those with most rows first."""
    found: Counter[str] = Counter()
    for path in sorted((home / "landing" / feed).glob("*/*")):
        if path.parent.name > str(FIRST_DAY):
            continue
        if path.suffix == ".parquet":
            found.update(p for (p,) in duckdb.sql(f"select {PERSON[feed]} from '{path}'").fetchall() if p)
        else:
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8", newline="") as file:
                found.update(row[PERSON[feed]] for row in csv.DictReader(file, delimiter=";") if row[PERSON[feed]])
    return [pseudonym for pseudonym, _ in found.most_common()]


def keys_in_warehouse(home: Home) -> set[int]:
    """Every 64-bit number that a table of the warehouse holds."""
    found: set[int] = set()
    with duckdb.connect(str(home.database), read_only=True) as con:
        columns = con.execute(
            "select schema_name, table_name, column_name from duckdb_columns() join duckdb_tables() "
            "using (schema_name, table_name) where data_type = 'UBIGINT' and not duckdb_columns.internal"
        ).fetchall()
        for schema, table, column in columns:
            rows = con.execute(f'select distinct "{column}" from "{schema}"."{table}"').fetchall()
            found.update(key for (key,) in rows)
    return found


def test_who_asks_to_be_forgotten_is_in_no_byte_of_the_home_after_a_run(home: Path) -> None:
    """A person of each feed, one of whom the warehouse holds; but for the requests, which name them by their keys."""
    vigie(home, "build", "--as-of", FIRST_DAY)
    whole, kept = Home(home), keys_in_warehouse(Home(home))
    asked = {}
    for feed in PERSON:
        keys = {pseudonym: key64(pseudonym, whole.private / "secret") for pseudonym in delivered_persons(home, feed)}
        chosen = next((each for each in keys if keys[each] in kept), next(iter(keys)))
        asked[chosen] = keys[chosen]
    assert kept & set(asked.values())
    before = {pseudonym: where_told(whole, key, pseudonym) for pseudonym, key in asked.items()}
    assert all(any(name.startswith("lake/raw/") for name in told) for told in before.values())
    assert {"warehouse/vigie.duckdb", f"as_of/{FIRST_DAY}/warehouse/vigie.duckdb"} <= set.union(*before.values())

    request = home / "landing" / "erasure" / str(SECOND_DAY) / "requests.csv"
    request.parent.mkdir(parents=True)
    request.write_text("\n".join(["id_personne;date_demande", *(f"{each};{SECOND_DAY}" for each in asked), ""]))
    # And after what is delivered later, of the same persons too.
    for day in (SECOND_DAY, THIRD_DAY):
        vigie(home, "run", "--today", day)
        for pseudonym, key in asked.items():
            told = {name for name in where_told(whole, key, pseudonym) if not name.startswith("truth/")}
            assert told and {Path(name).parts[:3] for name in told} == {("lake", "raw", "erasure")}, told


def test_rows_go_after_their_time_and_every_feed_goes_on(home: Path, tmp_path: Path) -> None:
    """Five days after their receipt those of one feed: its counts stay, and both feeds count what comes later."""
    tree = tmp_path / "tree"
    shutil.copytree(REPOSITORY, tree, ignore=LEFT_OUT, symlinks=True)
    declared = tree / "models" / "staging" / "sidep" / "_sidep__sources.yml"
    contract = "            contract:\n"
    retention = f"{contract}              retention: {{days: 5, column: date_prelevement, history: 3}}\n"
    declared.write_text(declared.read_text().replace(contract, retention, 1))

    def run(today: date) -> None:
        environment = {**os.environ, "VIGIE_HOME": str(home), "PYTHONPATH": str(tree)}
        command = [sys.executable, "-m", "orchestration.cli", "run", "--today", str(today)]
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3), done.stdout + done.stderr

    before = national_tests(home)
    days = {feed: days_in_lake(home, feed) for feed in PERSON}
    run(SECOND_DAY)
    assert min(days_in_lake(home, "sidep")) >= SECOND_DAY - timedelta(5) > min(days["sidep"])
    run(THIRD_DAY)
    assert min(days_in_lake(home, "sidep")) >= THIRD_DAY - timedelta(5)
    assert days_in_lake(home, "sivic") >= days["sivic"]
    after = national_tests(home)
    assert all(after[day] >= 0.9 * number > 0 for day, number in before.items())
    assert max(after) > max(before)
    release = json.loads((home / "archive" / str(THIRD_DAY) / "release.json").read_text())
    assert [each for each in release["standing"] if each["status"] == "held"] == []
    with duckdb.connect(str(home / "warehouse" / "vigie.duckdb"), read_only=True) as con:
        [(account,)] = con.execute(
            "select schema_name from duckdb_tables() where table_name = 'delivery_reconciliation'"
        ).fetchall()
        used = con.execute(
            f'select feed, sum(rows_used) > 0 from "{account}".delivery_reconciliation where received_on = ? '
            "and feed in ('sidep', 'sivic') group by feed order by feed",
            [THIRD_DAY],
        ).fetchall()
    assert used == [("sidep", True), ("sivic", True)]


def days_in_lake(home: Path, feed: str) -> set[date]:
    """The days of receipt of which the lake has rows."""
    files = f"read_parquet('{home}/lake/raw/{feed}/*/*.parquet', hive_partitioning = true, union_by_name = true)"
    return {day for (day,) in duckdb.sql(f"select distinct received_on from {files}").fetchall()}


def national_tests(home: Path) -> dict[str, int]:
    """The tests of each day in France, as the last release has them."""
    with open(home / "releases" / "latest" / "open_data" / "sp-fra-quot.csv", encoding="utf-8", newline="") as file:
        return {row["jour"]: int(row["T"]) for row in csv.DictReader(file, delimiter=";") if row["cl_age90"] == "0"}
