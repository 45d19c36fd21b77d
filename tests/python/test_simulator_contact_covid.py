"""The producer of Contact Covid keeps its promise: what is counted by brute force in the files that it wrote are the
counts that it was asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from brute_force_contact_covid import current, keeps_the_contract, rows, things
from producers import assert_rejected_as_told, kept

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

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


def versions(home: Path) -> pd.DataFrame:
    """Every row that counts."""
    told = [(row[0], int(row[1]), row[2], row[3], row[6], on) for on, row in rows(home) if keeps_the_contract(on, row)]
    return pd.DataFrame(told, columns=["id", "version", "kind", "entry", "case", "on"])


def test_brute_force_finds_the_truth_of_the_epidemic(epidemic):
    found = Counter()
    for what, number, day, dep, sex, age, link in things(epidemic):
        found[what, day, dep, age, sex, link] += number
    told = kept(epidemic, "contact_covid", "counts").melt(["day", "dep", "age10", "sex", "setting"], var_name="what")
    truth = {(what, str(day)[:10], *of): number for day, *of, what, number in told.itertuples(index=False) if number}
    wrong = {cell for cell in found.keys() | truth.keys() if found[cell] != truth.get(cell, 0)}
    assert not wrong, [(cell, found[cell], truth.get(cell, 0)) for cell in sorted(wrong)[:10]]
    assert len({cell[0] for cell in truth}) == 9


def test_every_disturbance_happens(epidemic):
    told = kept(epidemic, "contact_covid", "disturbances")
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
    assert_rejected_as_told(tmp_path, "contact_covid", END, 28, of_persons=True)


def test_without_disturbance_one_row_is_one_entry_or_what_became_of_it(tmp_path):
    none = dict.fromkeys(FEEDS["contact_covid"].rates, 0.0)
    made = simulate(Home(tmp_path), "contact_covid", "builtin", START, END, 5, none, size=2_000)
    sent = versions(tmp_path)
    # What becomes of a person may take more than three days.
    assert set(kept(tmp_path, "contact_covid", "disturbances").kind) == {"first_report", "correction", "late"}
    assert len(sent) == made.rows
    assert sent[sent.version == 1].id.is_unique and sent[sent.version == 2].id.is_unique and sent.version.max() == 2


def test_there_is_no_official_truth(tmp_path):
    with pytest.raises(VigieError, match="can only be builtin"):
        simulate(Home(tmp_path), "contact_covid", tmp_path, START, END, 1)
    assert not (tmp_path / "landing").exists()
