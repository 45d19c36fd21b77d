"""The producer of the civil registry keeps its promise: what is counted by brute force in the files that it wrote are
the counts that it was asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from brute_force_deaths import deaths
from official_files import EXTRACT
from producers import assert_rejected_as_told, kept

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import FEEDS, simulate

#: Enough of everything in a small sample.
OFTEN = {
    "late": 0.1, "begins": 0.2, "stops": 0.1, "correction": 0.1, "deletion": 0.04, "out_of_order": 0.3, "resend": 0.03,
    "file_twice": 0.2, "bad_row": 0.02, "unknown_sex": 0.05, "unknown_age": 0.05,
}  # fmt: skip
START, END = dt.date(2021, 1, 4), dt.date(2021, 2, 28)
TRUTH = EXTRACT / "mortality" / "insee-deces-quotidiens-departement_2020-07-10.csv"


@pytest.fixture(scope="module")
def epidemic(tmp_path_factory) -> Path:
    """Eight weeks with many disturbances and a little of the history."""
    home = tmp_path_factory.mktemp("deaths")
    simulate(Home(home), "insee_deces", "builtin", START, END, 5, {**OFTEN, "history": 0.02}, size=6_000)
    return home


def counted(home: Path) -> Counter:
    """The counts found by brute force, in the words of the truth."""
    return Counter(
        (death.day, death.dep, death.age_class("mortality"), death.sex, death.is_electronic, death.is_history)
        for death in deaths(home)
    )


def truth(home: Path) -> dict:
    """The counts that the simulator kept aside."""
    rows = kept(home, "insee_deces", "counts").itertuples(index=False, name=None)
    return {(pd.Timestamp(day).date(), *of): number for day, *of, number in rows}


def test_brute_force_finds_the_truth_of_the_epidemic(epidemic):
    found = counted(epidemic)
    assert found == truth(epidemic)
    assert {cell[2] for cell in found} == {"14", "44", "64", "84", "85", "unknown"}
    assert {cell[3] for cell in found} == {"F", "M", "unknown"}
    assert {cell[4:] for cell in found} == {(True, True), (False, True), (True, False), (False, False)}
    past = [cell[0] for cell in found if cell[5]]
    assert min(past).year == 2016 and max(past) < START


def test_every_disturbance_happens(epidemic):
    told = kept(epidemic, "insee_deces", "disturbances")
    assert set(told.kind) == {"late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    assert set(told[told.kind == "correction"].detail) == {"sex", "age", "day", "commune"}
    # Both kinds have a tail, and paper is the later.
    days: dict[bool, list[int]] = {True: [], False: []}
    for death in deaths(epidemic):
        if not death.is_history:
            days[death.since is not None].append((death.transmitted - death.day).days)
    mean = {kind: sum(of) / len(of) for kind, of in days.items()}
    assert mean[False] > 2 * mean[True] and max(days[True]) > 14 and max(days[False]) > 30


def test_communes_begin_and_stop_to_transmit(epidemic):
    """Each on its day: from then on, or until then, all their deaths are electronic."""
    by_commune: dict[str, list] = {}
    for death in deaths(epidemic):
        by_commune.setdefault(death.com, []).append(death)
    begun = stopped = 0
    for told in by_commune.values():
        since = {death.since for death in told if death.since}
        assert len(since) <= 1
        for day in since:
            assert all(death.since for death in told if day <= death.day <= max(d.day for d in told if d.since))
            assert not [death for death in told if death.since and death.day < day]
            begun += day >= START
            stopped += any(not death.since and death.day > day for death in told)
    assert begun > 20 and stopped > 5


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    end = START + dt.timedelta(days=5)
    simulate(home, "insee_deces", "builtin", START, end, 5, {**OFTEN, "bad_row": 0.4, "history": 0.0}, size=1_500)
    assert_rejected_as_told(tmp_path, "insee_deces", end, 19)


def test_every_cell_of_the_extract_is_given_back(tmp_path, record_property):
    """By day, département and whether the commune transmits electronically, with all that disturbs the records."""
    compared = 0
    for year in (2018, 2019, 2020):
        home = tmp_path / str(year)
        first, last = dt.date(year, 3, 1), dt.date(year, 3, 7)
        simulate(Home(home), "insee_deces", TRUTH, first, last, 3, OFTEN)
        found = Counter()
        for death in deaths(home):
            found[death.day, death.dep, "all"] += 1
            found[death.day, death.dep, "electronic"] += death.is_electronic
        official = pd.read_csv(TRUTH, sep=";")
        for zone, rows in official.groupby("Zone"):
            for kind, column in (("all", "Total_deces_"), ("electronic", "Communes_a_envoi_dematerialise_Deces")):
                daily = rows[f"{column}{year}"].diff().fillna(rows[f"{column}{year}"]).astype(int)
                for day, number in zip(pd.date_range(first, last).date, daily, strict=True):
                    assert found[day, zone.removeprefix("Dept_"), kind] == number
                    compared += 1
        assert {cell[1] for cell in found} == {"2A", "26", "75", "82", "971"}
    record_property("proof", f"deaths: {compared} official cells found again in the simulated records")


ROWS = TRUTH.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Total_deces_2020", "Total", "holds no table of deaths since 1 March of 2020-03-01"),
        ('"01-mars";"Dept_75"', '"01-mers";"Dept_75"', "the row of 01-mers, Dept_75 cannot be used"),
        ('"01-mars";"Dept_75"', '"01-mars";"Dept_99"', "the row of 01-mars, Dept_99 cannot be used"),
        ('"01-mars";"Dept_75";42;42', '"01-mars";"Dept_75";42;NA', "the row of 01-mars, Dept_75 cannot be used"),
        ('"03-mars";"Dept_75"', '"03-juil.";"Dept_75"', "the row of 2020-03-03, Dept_75 is missing"),
        ('"01-mars";"Dept_75";42;42', '"01-mars";"Dept_75";43;42', "Dept_75 holds counts that no deaths give"),
    ],
)
def test_a_truth_that_cannot_be_used_is_refused_in_one_message(tmp_path, old, new, message):
    rows = ROWS.replace('"01-mars";"Dept_75";' + of_paris(), '"01-mars";"Dept_75";42;42')
    assert old in rows
    (tmp_path / "table.csv").write_text(rows.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(VigieError, match=message):
        simulate(Home(tmp_path), "insee_deces", tmp_path / "table.csv", dt.date(2020, 3, 1), dt.date(2020, 3, 7), 1)
    assert not (tmp_path / "landing").exists()


def of_paris() -> str:
    """The first two counts of Paris on 1 March."""
    [row] = [line for line in ROWS.splitlines() if line.startswith('"01-mars";"Dept_75"')]
    return ";".join(row.split(";")[2:4])


def test_without_disturbance_one_row_is_one_record(tmp_path):
    none = dict.fromkeys(FEEDS["insee_deces"].rates, 0.0)
    made = simulate(Home(tmp_path), "insee_deces", "builtin", START, END, 5, none, size=2_000)
    assert len(deaths(tmp_path)) == made.rows == made.counts["deaths"] and made.counts["past_deaths"] == 0
    assert kept(tmp_path, "insee_deces", "disturbances").empty
    assert counted(tmp_path) == truth(tmp_path)
