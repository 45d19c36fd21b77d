"""The simulator keeps its promise: the rules of the surveillance, applied by brute force to the files that it wrote,
give the counts that it was asked for. The rules are written here a second time, in pandas, sharing no code."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from delivered_files import read_rows
from drawing import drawn_seed
from official_files import ARCHIVE, EXTRACT, FOLDERS, official_file
from producers import assert_rejected_as_told

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import simulate
from orchestration.simulator.publications import dated_files
from orchestration.simulator.sidep.rates import RATES

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS = REPOSITORY / "seeds" / "referential"
COLUMNS = (
    "id_resultat;version;nature;id_personne;date_prelevement;date_resultat;id_laboratoire;type_analyse;resultat;sexe;"
    "age;commune_residence;iris_residence;departement_residence;departement_prelevement;symptomes;"
    "date_debut_symptomes;criblage_a;criblage_b;criblage_c;criblage_d;criblage_variant"
).split(";")

#: Enough of everything in a small sample.
OFTEN = {
    "same_day_negative": 0.1, "antigenic_then_pcr": 0.1, "same_day_duplicate": 0.05, "repeat_positive": 0.15,
    "chained_positive": 0.5, "reinfection": 0.3, "negative_after_case": 0.15, "repeat_negative": 0.3,
    "negative_before_case": 0.3, "correction": 0.08, "deletion": 0.03, "out_of_order": 0.3, "resend": 0.03,
    "file_twice": 0.2, "serology": 0.05, "inconclusive": 0.03, "bad_row": 0.02,
}  # fmt: skip


def day(text: str) -> dt.date:
    """A date."""
    return dt.date.fromisoformat(text)


# --- the rules, a second time ---------------------------------------------------------------------------------


def read_deliveries(home: Path, until: str = "9999") -> pd.DataFrame:
    """Every acceptable row of the files received up to a day, as text, but for the times and numbers used below."""
    rows = read_rows(home / "landing" / "sidep", COLUMNS, until)
    return rows[acceptable(rows)]


def acceptable(rows: pd.DataFrame) -> pd.Series:
    """Whether a row satisfies the contract; adds the parsed columns sampled, number and years to `rows`."""
    rows["sampled"] = pd.to_datetime(rows.date_prelevement, format="%Y-%m-%d %H:%M:%S", errors="coerce")
    resulted = pd.to_datetime(rows.date_resultat, format="%Y-%m-%d %H:%M:%S", errors="coerce")
    onset = pd.to_datetime(rows.date_debut_symptomes, format="%Y-%m-%d", errors="coerce")
    rows["number"] = pd.to_numeric(rows.version, errors="coerce")
    rows["years"] = pd.to_numeric(rows.age, errors="coerce")
    good = rows.sampled.ge("2020-01-01") & resulted.ge(rows.sampled) & rows.number.ge(1)
    good &= rows.sampled < rows.received_on + pd.Timedelta(days=1)
    good &= (rows.age == "") | rows.years.between(0, 120)
    good &= onset.isna() | ((onset <= rows.sampled.dt.normalize()) & (rows.symptomes == "O"))
    kits = pd.Timestamp("2021-01-25"), pd.Timestamp("2021-06-30")
    good &= (rows.criblage_variant == "") | rows.sampled.dt.normalize().between(*kits)
    for column, pattern in {
        "id_resultat": "[0-9A-Za-z-]{8,64}", "id_personne": "[0-9a-f]{16,64}", "id_laboratoire": "[0-9A-Z]{3,14}",
        "nature": "new|correction|deletion", "type_analyse": "RT-PCR|ANTIGENIQUE|SEROLOGIE", "resultat": "[PNI]",
        "sexe": "[FHI]?", "commune_residence": "([0-9][0-9AB][0-9]{3})?", "symptomes": "[ON]?",
        "iris_residence": "([0-9][0-9AB][0-9A-Z]{7})?", "departement_residence": "([0-9][0-9AB]|9[78][0-9])?",
        "criblage_a": "[01]?", "criblage_b": "[01]?", "criblage_c": "[01]?", "criblage_d": "[01]?",
        "criblage_variant": "(V1|V2_3|IND|ABS)?",
    }.items():  # fmt: skip
        good &= rows[column].str.fullmatch(pattern)
    return good.astype(bool)


def person_days(rows: pd.DataFrame) -> pd.DataFrame:
    """The person-days that count, each with day, dep, age10, sex and positive."""
    current = rows.sort_values(["number", "received_on"], kind="stable").drop_duplicates("id_resultat", keep="last")
    tests = current[
        (current.nature != "deletion") & (current.type_analyse != "SEROLOGIE") & (current.resultat != "I")
    ].copy()
    tests["day"] = tests.sampled.dt.normalize()
    tests["is_negative"] = tests.resultat != "P"
    tests["is_antigenic"] = tests.type_analyse == "ANTIGENIQUE"
    retained = tests.sort_values(["is_negative", "is_antigenic", "sampled", "id_resultat"])
    retained = retained.drop_duplicates(["id_personne", "day"])
    positive_days = retained[~retained.is_negative].groupby("id_personne").day.apply(list).to_dict()
    excluded = [
        any(pd.Timedelta(0) < on - earlier <= pd.Timedelta(days=60) for earlier in positive_days.get(person, ()))
        for person, on in zip(retained.id_personne, retained.day, strict=True)
    ]
    counted = retained[~np.array(excluded, dtype=bool)]
    communes = pd.read_csv(SEEDS / "communes.csv", dtype=str).set_index("com").dep
    known = set(pd.read_csv(SEEDS / "departements.csv", dtype=str).dep)
    dep = counted.departement_residence.where(
        counted.departement_residence != "",
        counted.commune_residence.map(communes).fillna(counted.iris_residence.str[:5].map(communes)),
    )
    decade = (counted.years.fillna(0) // 10 * 10 + 9).astype(int).astype(str).str.zfill(2)
    return pd.DataFrame(
        {
            "day": counted.day,
            "dep": dep.where(dep.isin(known), "unknown"),
            "age10": np.select([counted.years.isna(), counted.years >= 90], ["unknown", "90"], decade),
            "sex": counted.sexe.map({"F": "F", "H": "M"}).fillna("unknown"),
            "positive": ~counted.is_negative,
        }
    )


def counts(days: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """P and T by the given axes."""
    return days.groupby(by).positive.agg(["sum", "size"]).set_axis(["p", "t"], axis=1).astype(int)


def official(path: Path, start: str, end: str) -> pd.DataFrame:
    """The rows of an official file in a window."""
    rows = pd.read_csv(path, sep=";", dtype={"dep": str, "cl_age90": str}, parse_dates=["jour"])
    return rows[rows.jour.between(start, end)]


def compare_with_official(days: pd.DataFrame, rows: pd.DataFrame) -> int:
    """Assert that each count of each row of an official file is found again; return the number of cells."""
    days = days.assign(dep="FR") if "fra" in rows.columns else days
    place = "fra" if "fra" in rows.columns else "dep"
    every = pd.concat([days, days.assign(age10="0")])
    cells = 0
    for suffix, part in {"": every, "_f": every[every.sex == "F"], "_h": every[every.sex == "M"]}.items():
        if f"P{suffix}" not in rows.columns:
            continue
        expected = rows.set_index(["jour", place, "cl_age90"])[[f"P{suffix}", f"T{suffix}"]]
        found = counts(part, ["day", "dep", "age10"]).reindex(expected.index, fill_value=0)
        pd.testing.assert_frame_equal(
            found.set_axis(expected.columns, axis=1), expected, check_names=False, check_dtype=False
        )
        cells += expected.size
    return cells


def kept_truth(home: Path) -> pd.DataFrame:
    """The counts that the simulator kept aside."""
    (path,) = (home / "truth" / "sidep").glob("cells_*.parquet")
    cells = pd.read_parquet(path)
    return cells.assign(day=pd.to_datetime(cells.day)).set_index(["day", "dep", "age10", "sex"])[["p", "t"]]


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Assert that two tables of counts are equal, the units of their days apart."""
    assert found.to_dict("index") == expected.to_dict("index")


def disturbances(home: Path) -> pd.DataFrame:
    """The disturbances that the simulator kept aside."""
    return pd.concat(pd.read_parquet(path) for path in (home / "truth" / "sidep").glob("disturbances_*.parquet"))


# --- a made-up epidemic ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def epidemic(tmp_path_factory) -> Path:
    """Eighty days of a small epidemic with many disturbances."""
    home = tmp_path_factory.mktemp("epidemic")
    simulate(Home(home), "sidep", "builtin", day("2021-01-15"), day("2021-04-21"), 5, OFTEN, size=15_000)
    return home


def test_brute_force_finds_the_truth_of_the_epidemic(epidemic):
    found = counts(person_days(read_deliveries(epidemic)), ["day", "dep", "age10", "sex"])
    expected = kept_truth(epidemic)
    assert_same(found, expected)
    assert expected.t.sum() > 10_000 and expected.p.sum() > 500
    assert {"unknown"} <= set(expected.reset_index().dep) and {"unknown"} <= set(expected.reset_index().age10)


def test_every_disturbance_happens(epidemic):
    kept = disturbances(epidemic)
    assert set(kept.kind) == {
        "late", "correction", "deletion", "resend", "file_twice", "same_day_negative", "antigenic_then_pcr",
        "same_day_duplicate", "repeat_positive", "chained_positive", "reinfection", "negative_after_case",
        "repeat_negative", "negative_before_case", "serology", "inconclusive", "bad_row",
    }  # fmt: skip
    assert set(kept[kept.kind == "correction"].detail) == {"result", "place", "age", "sex", "day", "person"}
    rows = read_deliveries(epidemic)
    arrival = rows.groupby(["id_resultat", "number"]).received_on.min().unstack()
    assert (arrival.iloc[:, 1:].min(axis=1) < arrival[1]).any(), "a correction before what it corrects"


def test_all_arrives_after_it_is_sampled_and_before_the_end(epidemic):
    rows = read_deliveries(epidemic)
    assert (rows.received_on >= rows.sampled.dt.normalize()).all()
    assert rows.received_on.max() <= pd.Timestamp("2021-04-21")
    assert (pd.to_datetime(rows.date_resultat).dt.normalize() <= rows.received_on).all()


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "sidep", "builtin", day("2021-02-01"), day("2021-02-04"), 5, {"bad_row": 0.1}, size=5_000)
    assert_rejected_as_told(tmp_path, "sidep", day("2021-02-04"), 29, of_persons=True)


def test_the_law_of_lateness(tmp_path):
    """Most is there at the third day, nearly all a week later (golden/README, lateness of real publications)."""
    rates = {"correction": 0, "deletion": 0, "repeat_positive": 0, "same_day_negative": 0, "antigenic_then_pcr": 0}
    simulate(Home(tmp_path), "sidep", "builtin", day("2021-02-01"), day("2021-05-01"), 5, rates, size=25_000)
    rows = read_deliveries(tmp_path)
    rows = rows[(rows.resultat == "P") & (rows.type_analyse != "SEROLOGIE") & (rows.sampled < "2021-03-30")]
    delay = (
        rows.groupby("id_resultat").received_on.min() - rows.groupby("id_resultat").sampled.min().dt.normalize()
    ).dt.days
    assert 0.94 < (delay <= 3).mean() < 0.965
    assert 0.97 < (delay <= 4).mean() < 0.99
    assert (delay <= 10).mean() > 0.99
    assert 20 < delay.max() <= 30


# --- official files -------------------------------------------------------------------------------------------

DEPARTEMENTS, FRANCE = "sidep/sp-pos-quot-dep_2020-10-25", "sidep/sp-pos-quot-fra_2022-03-21"


@pytest.mark.parametrize(
    ("folder", "name", "start", "end"),
    [
        pytest.param(ARCHIVE, DEPARTEMENTS, "2020-06-20", "2020-06-21", marks=pytest.mark.archive, id="dep"),
        pytest.param(ARCHIVE, FRANCE, "2020-06-13", "2020-06-14", marks=pytest.mark.archive, id="fra"),
        pytest.param(EXTRACT, DEPARTEMENTS, "2020-05-18", "2020-05-24", id="dep-extract"),
        pytest.param(EXTRACT, FRANCE, "2020-05-16", "2020-05-17", id="fra-extract"),
    ],
)
def test_an_official_window_is_given_back_exactly(tmp_path, folder, name, start, end):
    path = official_file(folder, name)
    simulate(Home(tmp_path), "sidep", path, day(start), day(end), drawn_seed("official"), OFTEN)
    days = person_days(read_deliveries(tmp_path))
    cells = compare_with_official(days, official(path, start, end))
    assert cells > 100
    assert (days.dep == "unknown").any() and (days.sex == "unknown").any()
    assert_same(counts(days, ["day", "dep", "age10", "sex"]), kept_truth(tmp_path))


QUIRKS = """\
reg,jour,P,T,cl_age90,pop
11,01/02/2021,"1,00","5,00",9,"1000,5"
11,01/02/2021,2.00,10.00,19,2000
11,01/02/2021,4,18,0,9000
11,02/02/2021,0,3,09,"1000,5"
11,02/02/2021,0,0,19,2100
11,02/02/2021,1,4,0,9000
5,02/02/2021,1,3,0,6000
"""


def test_the_quirks_of_official_files(tmp_path):
    """Decimal commas, days first, codes without zero, unknown ages, a total without classes, a new population."""
    path = tmp_path / "sp-pos-quot-reg_2021-02-05.csv"
    path.write_text(QUIRKS, encoding="utf-8-sig")
    rates = {"unknown_place": 0.2, "unknown_age": 0, "bad_row": 0}
    simulate(Home(tmp_path), "sidep", path, day("2021-02-01"), day("2021-02-02"), 1, rates)
    days = person_days(read_deliveries(tmp_path))
    regions = pd.read_csv(SEEDS / "departements.csv", dtype=str).set_index("dep").reg
    found = counts(days.assign(reg=days.dep.map(regions)), ["day", "reg", "age10"])
    first, second = pd.Timestamp("2021-02-01"), pd.Timestamp("2021-02-02")
    assert found.loc[first, "11"].to_dict("index") == {
        "09": {"p": 1, "t": 5}, "19": {"p": 2, "t": 10}, "unknown": {"p": 1, "t": 3},
    }  # fmt: skip
    assert found.loc[second, "11"].to_dict("index") == {"09": {"p": 0, "t": 3}, "unknown": {"p": 1, "t": 1}}
    assert found.loc[second, "975"].sum().to_dict() == {"p": 1, "t": 3}
    assert (days.dep == "unknown").any()
    (delivered,) = (tmp_path / "landing" / "population" / "2021-02-01").iterdir()
    assert delivered.read_text().splitlines() == [
        "millesime;valide_du;geo_niveau;geo_code;sexe;schema_age;classe_age;population",
        "sp-pos-quot-reg_2021-02-05;1900-01-01;REG;11;T;age10;09;1000.5",
        "sp-pos-quot-reg_2021-02-05;1900-01-01;REG;11;T;age10;19;2000",
        "sp-pos-quot-reg_2021-02-05;1900-01-01;REG;11;T;all;all;9000",
        "sp-pos-quot-reg_2021-02-05;1900-01-01;REG;975;T;all;all;6000",
        "sp-pos-quot-reg_2021-02-05-2021-02-02;2021-02-02;REG;11;T;age10;09;1000.5",
        "sp-pos-quot-reg_2021-02-05-2021-02-02;2021-02-02;REG;11;T;age10;19;2100",
        "sp-pos-quot-reg_2021-02-05-2021-02-02;2021-02-02;REG;11;T;all;all;9000",
        "sp-pos-quot-reg_2021-02-05-2021-02-02;2021-02-02;REG;975;T;all;all;6000",
    ]


# --- successive publications ----------------------------------------------------------------------------------


@pytest.mark.parametrize("source", FOLDERS)
def test_each_official_publication_is_given_back_exactly(source, tmp_path):
    folder = source / "sidep" / "vintages"
    simulate(Home(tmp_path), "sidep", folder, day("2021-01-01"), day("2021-01-01"), drawn_seed("official"), OFTEN)
    paths = {str(on): path for on, path in dated_files(folder)}
    published = list(paths)
    delivered = {path.name for path in (tmp_path / "landing" / "sidep").iterdir()}
    assert {"2021-01-10", "2021-01-11"} <= delivered <= set(published)
    for on in [*published[:2], *published[2::8], published[-1]]:
        rows = official(paths[on], "2021-01-01", "2021-01-01")
        assert compare_with_official(person_days(read_deliveries(tmp_path, until=on)), rows) == 66


def test_publications_that_go_up_and_down(tmp_path):
    """Counts that rise, fall, swap and come back: late records, deletions, changed results, and once more."""
    folder = tmp_path / "publications"
    folder.mkdir()
    chance = np.random.default_rng(drawn_seed("publications"))
    classes = ["09", "19", "29", "39", "49", "59", "69", "79", "89", "90"]
    published = [f"2021-03-{number:02d}" for number in (8, 9, 11, 12)]
    for number, on in enumerate(published):
        lines = ["dep;jour;P;T;cl_age90"]
        for dep in ("2A", "75", "971"):
            for jour in [f"2021-03-{number:02d}" for number in range(1, 6 + number)]:
                positive = chance.integers(0, 12, size=len(classes))
                tested = positive + chance.integers(0, 40, size=len(classes))
                rows = zip(classes, positive, tested, strict=True)
                lines += [f"{dep};{jour};{p};{t};{age}" for age, p, t in rows]
                unknown = chance.integers(0, 3)
                lines.append(f"{dep};{jour};{positive.sum() + unknown};{tested.sum() + 2 * unknown};0")
        (folder / f"sp-pos-quot-dep_{on}.csv").write_text("\n".join(lines) + "\n")
    simulate(Home(tmp_path), "sidep", folder, day("2021-03-01"), day("2021-03-07"), drawn_seed("official"), OFTEN)
    for on in published:
        days = person_days(read_deliveries(tmp_path, until=on))
        rows = official(folder / f"sp-pos-quot-dep_{on}.csv", "2021-03-01", "2021-03-07")
        assert compare_with_official(days, rows) == 2 * len(rows)
    assert_same(counts(days, ["day", "dep", "age10", "sex"]), kept_truth(tmp_path))


# --- the rest of the promise ----------------------------------------------------------------------------------


def test_without_disturbance_one_row_is_one_person_day(tmp_path):
    none = dict.fromkeys(RATES, 0.0)
    made = simulate(Home(tmp_path), "sidep", "builtin", day("2021-02-01"), day("2021-02-10"), 5, none, size=2_000)
    rows = read_deliveries(tmp_path)
    assert len(rows) == made.rows == made.counts["tested"] == rows.id_personne.nunique()
    assert disturbances(tmp_path).empty


def test_formats(tmp_path):
    for form, suffix in {"csv": ".csv.gz", "parquet": ".parquet"}.items():
        made = simulate(
            Home(tmp_path / form), "sidep", "builtin", day("2021-02-01"), day("2021-02-05"), 5, size=3_000,
            deliveries_format=form,
        )  # fmt: skip
        assert all(path.name.endswith(suffix) for path in made.files)
    assert not [path for path in tmp_path.rglob(".*")], "no draft is left behind"
    described = json.loads(next((tmp_path / "csv" / "truth" / "sidep").glob("run_*.json")).read_text())
    assert described["seed"] == 5 and described["rates"].keys() == RATES.keys()


HEADER = "fra;jour;P_f;P_h;P;T_f;T_h;T;cl_age90\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + "FR;2021-02-01;1;1;1;5;5;10;0\n", r"2021-02-01 \(FR\) leave -1 positive and 0 tested for age"),
        (HEADER + "FR;2021-02-01;1;1;2;5;5;10;0\nFR;2021-02-01;0;0;0;6;5;11;09\n", "age unknown, sex F"),
        (HEADER + "FR;2021-02-01;1;1;2;5;5;10;0\n" * 2, "Line 3 of .* repeats the row FR, 2021-02-01, age all"),
        (HEADER + "FR;2021-02-01;1;1;2.5;5;5;10;0\n", "Line 2 of .* cannot be used"),
        (HEADER + "FR;hier;1;1;2;5;5;10;0\n", "Line 2 of .* cannot be used"),
        (HEADER + "FR;2021-03-01;1;1;2;5;5;10;0\n", "no row in the asked days; it goes from 2021-03-01"),
        ("dep;jour;P;T;cl_age90\n99;2021-02-01;1;2;0\n", "Line 2 of .*: no place 99"),
        ("dep;jour;hosp\n01;2021-02-01;3\n", "has the columns dep, jour, hosp. Needed:"),
        ("dep;jour;P;T;cl_age90\n01;2021-02-01;1;2;0;7;8\n", "cannot be read as a table"),
    ],
)
def test_a_truth_that_cannot_be_used_is_refused_in_one_message(tmp_path, content, message):
    path = tmp_path / "truth.csv"
    path.write_text(content)
    with pytest.raises(VigieError, match=message):
        simulate(Home(tmp_path), "sidep", path, day("2021-02-01"), day("2021-02-02"), 1)
    assert not (tmp_path / "landing").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rates": {"lateness": 0.1}}, r"(?s)Unknown rate lateness. The rates are:.*late \(0.044\)"),
        ({"rates": {"late": 2}}, "must be between 0 and 1"),
        ({"truth": "nowhere.csv"}, "No truth nowhere.csv"),
        ({"end": day("2021-01-01")}, "after the last one"),
        ({"feed": "no_such_feed"}, "No simulator for the feed no_such_feed"),
        ({"deliveries_format": "xml"}, "Unknown format xml"),
    ],
)
def test_wrong_arguments_are_refused_in_one_message(tmp_path, changes, message):
    arguments = {"feed": "sidep", "truth": "builtin", "start": day("2021-02-01"), "end": day("2021-02-02"), "seed": 1}
    with pytest.raises(VigieError, match=message):
        simulate(Home(tmp_path), **{**arguments, **changes})
