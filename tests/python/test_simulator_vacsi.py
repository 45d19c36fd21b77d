"""The producer of VAC-SI keeps its promise: what is counted by brute force in the files that it wrote are the counts
that it was asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from brute_force_vacsi import age_class, current, keeps_the_contract, rows, things
from producers import assert_rejected_as_told, kept
from rendered_models import Project
from test_brute_force_vacsi import OFTEN

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

START, END = dt.date(2022, 8, 20), dt.date(2022, 10, 9)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory) -> Path:
    """Seven weeks of a small campaign with many disturbances."""
    home = tmp_path_factory.mktemp("vacsi")
    simulate(Home(home), "vacsi", "builtin", START, END, 5, OFTEN, size=8_000)
    return home


def counted(home: Path) -> Counter:
    """The counts found by brute force, in the words of the truth."""
    found = Counter()
    for what, day, dep, sex, age, *of in things(home):
        found[what, day, dep, age_class(age), sex, *of] += 1
    return found


def truth(home: Path) -> Counter:
    """The counts that the simulator kept aside."""
    told = kept(home, "vacsi", "counts").melt(["day", "dep", "age", "sex", "vaccine", "target_group"], var_name="what")
    return Counter(
        {(what, str(day)[:10], *of): number for day, *of, what, number in told.itertuples(index=False) if number}
    )


def test_brute_force_finds_the_truth_of_the_campaign(campaign):
    found = counted(campaign)
    assert {cell: number for cell, number in found.items() if cell[0] not in ("dose5", "dose6", "booster4")} == truth(
        campaign
    )
    assert {cell[0] for cell in found} >= {"dose1", "complete", "booster1", "booster2", "booster3", "bivalent"}
    # Some are entered twice: doses, not people.
    people = Counter((row["id_personne"], row["rang"]) for row in current(campaign) if row["rang"])
    assert sum(number > 1 for number in people.values()) > 100


def test_every_disturbance_happens(campaign):
    told = kept(campaign, "vacsi", "disturbances")
    assert set(told.kind) == {"repeat", "late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    shapes = {"product", "rank", "sex", "age", "day", "place", "person"}
    assert set(told[told.kind == "correction"].detail) == shapes
    versions = pd.DataFrame(
        [(row[0], int(row[1]), on) for on, row in rows(campaign) if keeps_the_contract(on, row)],
        columns=["id", "version", "on"],
    )
    first = versions[versions.version == 1].groupby("id").on.min()
    later = versions[versions.version > 1].groupby("id").on.min()
    assert (later < first.reindex(later.index)).sum() > 10, "a correction before what it corrects"
    assert versions.on.max() <= END


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "vacsi", "builtin", START, START + dt.timedelta(days=6), 5, OFTEN | {"bad_row": 0.3}, size=4_000)
    assert_rejected_as_told(tmp_path, "vacsi", END, 25, of_persons=True)


def test_without_disturbance_one_row_is_one_injection(tmp_path):
    none = dict.fromkeys(FEEDS["vacsi"].rates, 0.0)
    made = simulate(Home(tmp_path), "vacsi", "builtin", START, END, 5, none, size=2_000)
    assert len(current(tmp_path)) == made.rows == len(list(rows(tmp_path)))
    assert kept(tmp_path, "vacsi", "disturbances").empty


AGES = "fra;clage_vacsi;jour;n_dose1;n_complet;n_rappel;n_2_rappel;n_rappel_biv;n_3_rappel\n"
ROWS = AGES + "FR;0;2022-10-03;9;5;3;1;4;1\nFR;11;2022-10-03;4;2;0;0;0;0\nFR;80;2022-10-03;3;3;3;1;4;1\n"
PRODUCTS = (
    "fra;vaccin;jour;n_dose1;n_dose2;n_dose3;n_dose4;n_complet;n_rappel;n_2_rappel;n_rappel_biv;n_3_rappel\n"
    "FR;0;2022-10-03;3;1;2;1;5;1;1;3;0\nFR;1;2022-10-03;3;1;1;0;5;0;0;0;0\nFR;8;2022-10-03;0;0;1;1;0;1;1;3;0\n"
)
DAY = dt.date(2022, 10, 3)


def test_what_the_classes_leave_of_the_total_is_of_unknown_age(tmp_path):
    (tmp_path / "ages.csv").write_text(ROWS)
    simulate(Home(tmp_path), "vacsi", tmp_path / "ages.csv", DAY, DAY, 1)
    found = Counter((cell[0], cell[3]) for cell, number in counted(tmp_path).items() for _ in range(number))
    assert {age: found["dose1", age] for age in ("11", "80", "unknown")} == {"11": 4, "80": 3, "unknown": 2}
    assert (found["complete", "80"], found["booster1", "80"], found["bivalent", "80"]) == (3, 3, 4)


def test_schemes_and_boosters_are_found_among_the_doses_that_are_told(tmp_path):
    """More schemes than first and second doses, and more bivalent boosters than boosters: others bring them."""
    (tmp_path / "products.csv").write_text(PRODUCTS)
    simulate(Home(tmp_path), "vacsi", tmp_path / "products.csv", DAY, DAY, 1)
    found = Counter((cell[0], cell[5]) for cell, number in counted(tmp_path).items() for _ in range(number))
    assert [found[what, "1"] for what in ("dose1", "dose2", "dose3", "dose4", "complete")] == [3, 1, 1, 0, 5]
    assert [found[what, "8"] for what in ("dose3", "dose4", "booster1", "booster2", "bivalent")] == [1, 1, 1, 1, 3]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("fra;", "pays;", "holds no table of people vaccinated"),
        ("n_complet", "n_cpl", "holds no table of people vaccinated"),
        ("FR;80", "FR;90", "2022-10-03, FR, 90 cannot be used"),
        ("FR;0;2022-10-03;9", "FR;0;2022-10-03;neuf", "2022-10-03, FR, 0 cannot be used"),
        ("2022-10-03;9", "2022-10-31;9", "2022-10-03, FR, 0 is missing"),
        ("2022-10-03;9", "2022-10-03;6", "2022-10-03, FR, unknown holds counts"),
        ("2022-10-03", "2022-08-03", "2022-10-03, FR, 0 is missing|2022-10-03, .none., 0 is missing"),
    ],
)
def test_a_truth_that_cannot_be_used_is_refused_in_one_message(tmp_path, old, new, message):
    assert old in ROWS
    (tmp_path / "ages.csv").write_text(ROWS.replace(old, new))
    with pytest.raises(VigieError, match=message):
        simulate(Home(tmp_path), "vacsi", tmp_path / "ages.csv", DAY, DAY, 1)
    assert not (tmp_path / "landing").exists()


def test_boosters_with_a_bivalent_product_are_bivalent(tmp_path):
    (tmp_path / "products.csv").write_text(PRODUCTS.replace("1;1;3;0\n", "1;3;3;0\n"))
    with pytest.raises(VigieError, match="2022-10-03, FR, 8 holds counts"):
        simulate(Home(tmp_path), "vacsi", tmp_path / "products.csv", DAY, DAY, 1)


def test_the_products_of_the_contract_are_those_of_the_project():
    """The contract says since when each code is in use, a macro what it is."""
    project = Project.read()
    [source] = [each for each in project.manifest["sources"].values() if each["name"] == "vacsi"]
    codes = set(source["columns"]["vaccin"]["config"]["meta"]["contract"]["dated_values"])
    macro = project._macros["vaccines"]
    assert all(f"'code': '{code}'" in macro for code in codes) and macro.count("'code':") == len(codes)
