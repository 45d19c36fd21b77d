"""The producer of MONIC keeps its promise: what is counted by brute force in the files that it wrote are the counts
that it was asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from brute_force_monic import KINDS, counted, current, keeps_the_contract, rows
from producers import assert_rejected_as_told, kept
from rendered_models import Project

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

#: Around the day on which a code was divided.
START, END = dt.date(2020, 8, 10), dt.date(2020, 10, 4)
OFTEN = {
    "late": 0.1, "late_closing": 0.3, "reopened": 0.15, "small": 0.1, "correction": 0.2, "deletion": 0.05,
    "out_of_order": 0.3, "resend": 0.05, "file_twice": 0.2, "bad_row": 0.03, "unjudged": 0.1,
}  # fmt: skip


@pytest.fixture(scope="module")
def epidemic(tmp_path_factory) -> Path:
    """Eight weeks of many clusters with many disturbances."""
    home = tmp_path_factory.mktemp("monic")
    simulate(Home(home), "monic", "builtin", START, END, 5, OFTEN, size=6_000)
    return home


def test_brute_force_finds_the_truth_of_the_epidemic(epidemic):
    found, cases = Counter(), Counter()
    for row in counted(epidemic):
        told = (row["departement"], row["type_collectivite"], row["criticite"] or "unknown", row["statut"])
        for what, day in (("report", row["date_signalement"]), ("closing", row["date_cloture"])):
            if day:
                found[what, day, *told] += 1
                cases[what, day, *told] += int(row["nombre_cas"])
    truth = {
        (row[0], str(row[1])[:10], *row[2:6]): row[6:]
        for row in kept(epidemic, "monic", "counts").itertuples(index=False)
    }
    wrong = {
        cell for cell in found.keys() | truth.keys() if (found[cell], cases[cell]) != tuple(truth.get(cell, (0, 0)))
    }
    assert not wrong, sorted(wrong)[:10]
    assert {cell[0] for cell in found} == {"report", "closing"} and len({cell[3] for cell in found}) > 17


def test_every_disturbance_happens(epidemic):
    told = kept(epidemic, "monic", "disturbances")
    assert set(told.kind) == {"first_report", "late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    shapes = {"followed", "kind", "criticality", "cases", "day", "place"}
    assert set(told[told.kind == "correction"].detail) == shapes
    sent = pd.DataFrame(
        [
            (row[0], int(row[1]), row[5], row[7], row[10], on)
            for on, row in rows(epidemic)
            if keeps_the_contract(on, row)
        ],
        columns=["id", "version", "kind", "state", "closed", "on"],
    )
    first, later = (sent[of].groupby("id").on.min() for of in (sent.version == 1, sent.version > 1))
    assert (later < first.reindex(later.index)).sum() > 10, "a correction before what it corrects"
    closed = sent[sent.state == "CLOTURE"]
    late = closed.on.map(lambda on: on.toordinal()) - closed.closed.map(
        lambda day: dt.date.fromisoformat(day).toordinal()
    )
    assert (late >= 7).sum() > 50, "a closing that is entered late"
    open_now = {row["id_cluster"] for row in current(epidemic) if row["statut"] != "CLOTURE"}
    assert len(open_now & set(closed.id)) > 20, "a cluster that was opened again"
    assert (sent.groupby("id").kind.nunique() > 1).sum() > 20, "a kind of place that is coded anew"
    assert any(int(row["nombre_cas"]) < 3 for row in current(epidemic))


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "monic", "builtin", START, END, 5, OFTEN | {"bad_row": 0.3}, size=4_000)
    assert_rejected_as_told(tmp_path, "monic", END, 20)


def test_without_disturbance_one_row_is_one_cluster_or_what_became_of_it(tmp_path):
    none = dict.fromkeys(FEEDS["monic"].rates, 0.0)
    made = simulate(Home(tmp_path), "monic", "builtin", START, END, 5, none, size=2_000)
    sent = [row for on, row in rows(tmp_path) if keeps_the_contract(on, row)]
    assert len(sent) == made.rows == len({(row[0], row[1]) for row in sent}) and {row[1] for row in sent} == {"1", "2"}


def test_there_is_no_official_truth(tmp_path):
    with pytest.raises(VigieError, match="can only be builtin"):
        simulate(Home(tmp_path), "monic", tmp_path, START, END, 1)
    assert not (tmp_path / "landing").exists()


def test_the_kinds_of_places_of_the_contract_are_those_of_the_project():
    """The contract says since when each code is in use, a macro what it is."""
    project = Project.read()
    [source] = [each for each in project.manifest["sources"].values() if each["name"] == "monic"]
    codes = set(source["columns"]["type_collectivite"]["config"]["meta"]["contract"]["dated_values"])
    macro = project._macros["places_of_clusters"]
    assert all(f"'codes': ['{code}']" in macro for code in codes) and macro.count("'codes':") == len(codes)
    assert codes == set(KINDS.split("|"))
