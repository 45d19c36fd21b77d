"""The producer of Contact Covid keeps its promise: what is counted by brute force in the files that it wrote are the
counts that it was asked for."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from brute_force_contact_covid import current, keeps_the_contract, rows, things

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing import land, prepare_lake
from orchestration.simulator import FEEDS, simulate
from orchestration.simulator.engine import Engine

START, END = dt.date(2021, 3, 1), dt.date(2021, 4, 4)
OFTEN = {
    "repeat": 0.05, "late": 0.1, "correction": 0.2, "deletion": 0.04, "out_of_order": 0.3, "resend": 0.03,
    "file_twice": 0.2, "bad_row": 0.02, "unknown_sex": 0.05, "unknown_age": 0.05, "unknown_place": 0.05, "unsaid": 0.2,
}  # fmt: skip


@pytest.fixture(scope="module")
def epidemic(tmp_path_factory) -> Path:
    """Five weeks of a small epidemic with many disturbances."""
    home = tmp_path_factory.mktemp("contacts")
    simulate(Home(home), "contact_covid", "builtin", START, END, 5, OFTEN, size=12_000)
    return home


def kept(home: Path, name: str) -> pd.DataFrame:
    """What the simulator kept aside."""
    (path,) = (home / "truth" / "contact_covid").glob(f"{name}_*.parquet")
    return pd.read_parquet(path)


def versions(home: Path) -> pd.DataFrame:
    """Every row that counts."""
    told = [(row[0], int(row[1]), row[2], row[3], row[6], on) for on, row in rows(home) if keeps_the_contract(on, row)]
    return pd.DataFrame(told, columns=["id", "version", "kind", "entry", "case", "on"])


def test_brute_force_finds_the_truth_of_the_epidemic(epidemic):
    found = Counter()
    for what, number, day, dep, sex, age, link in things(epidemic):
        found[what, day, dep, age, sex, link] += number
    told = kept(epidemic, "counts").melt(["day", "dep", "age10", "sex", "setting"], var_name="what")
    truth = {(what, str(day)[:10], *of): number for day, *of, what, number in told.itertuples(index=False) if number}
    wrong = {cell for cell in found.keys() | truth.keys() if found[cell] != truth.get(cell, 0)}
    assert not wrong, [(cell, found[cell], truth.get(cell, 0)) for cell in sorted(wrong)[:10]]
    assert len({cell[0] for cell in truth}) == 9


def test_every_disturbance_happens(epidemic):
    told = kept(epidemic, "disturbances")
    kinds = {"first_report", "repeat", "late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    assert set(told.kind) == kinds
    shapes = {"outcome", "merged", "call", "told", "sex", "age", "day", "place", "person"}
    assert set(told[told.kind == "correction"].detail) == shapes
    sent = versions(epidemic)
    first, later = (sent[of].groupby("id").on.min() for of in (sent.version == 1, sent.version > 1))
    assert (later < first.reindex(later.index)).sum() > 10, "a correction before what it corrects"
    contacts = sent[sent.entry == "CONTACT"].groupby("case").on.min()
    assert (contacts < first.reindex(contacts.index)).sum() > 50, "a contact before its case"
    deleted = set(sent[(sent.kind == "deletion") & (sent.entry == "CAS")].id)
    assert len(deleted & set(sent.case)) > 20, "a case that is merged with that to which its contacts go"
    assert not deleted & {row["id_cas"] for row in current(epidemic)}
    pairs = Counter((row["id_cas"], row["id_personne"]) for row in current(epidemic) if row["id_cas"])
    assert sum(number > 1 for number in pairs.values()) > 50, "a person named twice"


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "contact_covid", "builtin", START, END, 5, OFTEN | {"bad_row": 0.3}, size=6_000)
    prepare_lake(home)
    land(home, END)
    quarantine = f"'{tmp_path}/lake/quarantine/contact_covid/*/*.parquet'"
    found = duckdb.sql(f"select column_name, rule, count(*)::int as n from {quarantine} group by all").df()
    told = kept(tmp_path, "disturbances")
    expected = told[told.kind == "bad_row"].groupby(["column_name", "rule"]).size()
    assert found.set_index(["column_name", "rule"]).n.to_dict() == expected.to_dict()
    assert len(expected) == 28
    # A row that is rejected is of a person still, who may ask to be forgotten.
    [(keys,)] = duckdb.sql(f"select count(*) filter (person_keys <> []) from {quarantine}").fetchall()
    assert keys > 0.9 * expected.sum()


def test_without_disturbance_one_row_is_one_entry_or_what_became_of_it(tmp_path):
    none = dict.fromkeys(FEEDS["contact_covid"].rates, 0.0)
    made = simulate(Home(tmp_path), "contact_covid", "builtin", START, END, 5, none, size=2_000)
    sent = versions(tmp_path)
    # What becomes of a person may take more than three days.
    assert set(kept(tmp_path, "disturbances").kind) == {"first_report", "correction", "late"}
    assert len(sent) == made.rows
    assert sent[sent.version == 1].id.is_unique and sent[sent.version == 2].id.is_unique and sent.version.max() == 2


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(tmp_path, monkeypatch):
    def fingerprints(name: str, seed: int) -> dict[str, str]:
        home = tmp_path / name
        simulate(Home(home), "contact_covid", "builtin", START, START + dt.timedelta(days=4), seed, {}, size=2_000)
        return {
            str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(home.rglob("*.*"))
        }

    two, other = fingerprints("two", 5), fingerprints("other", 6)
    assert not set(two.values()) & set(other.values())
    opened = Engine.__init__

    def on_one_thread(self, *options):
        opened(self, *options)
        self.connection.execute("set threads = 1")

    monkeypatch.setattr(Engine, "__init__", on_one_thread)
    assert fingerprints("one", 5) == two


def test_there_is_no_official_truth(tmp_path):
    with pytest.raises(VigieError, match="can only be builtin"):
        simulate(Home(tmp_path), "contact_covid", tmp_path, START, END, 1)
    assert not (tmp_path / "landing").exists()
