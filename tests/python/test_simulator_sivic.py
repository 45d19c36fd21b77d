"""The simulator of hospital stays keeps its promise: the definitions of the dictionary, applied by brute force to the
files that it wrote, give the counts that it was asked for. They are written here a second time, in plain Python."""

import datetime as dt
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd
import pytest
from delivered_files import read_rows
from drawing import drawn_seed
from official_files import ARCHIVE, EXTRACT, FOLDERS
from producers import assert_rejected_as_told

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import simulate
from orchestration.simulator.publications import dated_files
from orchestration.simulator.sivic.rates import RATES

COLUMNS = (
    "id_evenement;version;nature;id_patient;id_sejour;finess;departement_hopital;type_evenement;unite;date_evenement;"
    "date_declaration;sexe;age;departement_residence;commune_residence;motif"
).split(";")
STOCKS, FLOWS = ["hosp", "rea", "rad", "dc"], ["incid_hosp", "incid_rea", "incid_rad", "incid_dc"]

#: Enough of everything in a small sample.
OFTEN = {
    "catch_up": 0.6, "removal": 0.06, "withdrawal": 0.04, "late_death": 0.4, "late": 0.1, "double_event": 0.04,
    "exit_before_entry": 0.04, "correction": 0.08, "deletion": 0.04, "out_of_order": 0.3, "resend": 0.03,
    "file_twice": 0.2, "bad_row": 0.02, "unknown_sex": 0.05, "unknown_age": 0.05, "transfer": 0.15,
}  # fmt: skip
KINDS = {
    "late", "withdrawal", "double_event", "exit_before_entry", "correction", "deletion", "resend", "file_twice",
    "bad_row", "catch_up", "late_death", "removal",
}  # fmt: skip


def day(text: str) -> dt.date:
    """A date."""
    return dt.date.fromisoformat(text)


# --- the definitions, a second time ---------------------------------------------------------------------------


def read_deliveries(home: Path, until: str = "9999") -> pd.DataFrame:
    """Every acceptable row of the files received up to a day, as text, with event, declared and number parsed."""
    rows = read_rows(home / "landing" / "sivic", COLUMNS, until)
    return rows[acceptable(rows)]


def acceptable(rows: pd.DataFrame) -> pd.Series:
    """Whether a row satisfies the contract; adds the parsed columns."""
    rows["event"] = pd.to_datetime(rows.date_evenement, format="%Y-%m-%d %H:%M:%S", errors="coerce")
    rows["declared"] = pd.to_datetime(rows.date_declaration, format="%Y-%m-%d %H:%M:%S", errors="coerce")
    rows["number"] = pd.to_numeric(rows.version, errors="coerce")
    good = rows.event.ge("2020-01-01") & rows.declared.ge(rows.event) & rows.number.ge(1)
    good &= rows.declared < rows.received_on + pd.Timedelta(days=1)
    good &= (rows.age == "") | pd.to_numeric(rows.age, errors="coerce").between(0, 120)
    good &= (rows.unite != "") | ~rows.type_evenement.isin(["ADMISSION", "CHANGEMENT_UNITE", "TRANSFERT_ENTRANT"])
    departement = "[0-9][0-9AB]|9[78][0-9]"
    for column, pattern in {
        "id_evenement": "[0-9A-Za-z-]{8,64}", "id_patient": "[0-9a-f]{16,64}", "id_sejour": "[0-9A-Za-z-]{8,64}",
        "nature": "new|correction|deletion", "finess": "([0-9][0-9AB][0-9]{7})?", "departement_hopital": departement,
        "type_evenement": "ADMISSION|CHANGEMENT_UNITE|TRANSFERT_(SORT|ENTR)ANT|RETOUR_DOMICILE|DECES|RETRAIT",
        "unite": "(CONVENTIONNELLE|SOINS_CRITIQUES|SSR|AUTRE)?", "sexe": "[FHI]?", "motif": "(POUR|AVEC)?",
        "departement_residence": f"({departement})?", "commune_residence": "([0-9][0-9AB][0-9]{3})?",
    }.items():  # fmt: skip
        good &= rows[column].str.fullmatch(pattern)
    return good.astype(bool)


def figures(home: Path, start: str, end: str, until: str = "9999") -> tuple[Counter, Counter]:
    """Stocks by (figure, dep, sex, day) and flows by (figure, dep, day), zeros left out, as known on a day."""
    rows = read_deliveries(home, until)
    current = rows.sort_values("number", kind="stable").drop_duplicates("id_evenement", keep="last")
    stays = defaultdict(list)
    for row in current[current.nature != "deletion"].itertuples():
        stays[row.id_sejour].append(row)
    days = [stamp.date() for stamp in pd.date_range(start, end)]
    stocks, flows = Counter(), Counter()
    for told in stays.values():
        events = sorted(told, key=lambda row: (row.event, row.declared, row.id_evenement))
        entries = [row for row in events if row.type_evenement in ("ADMISSION", "TRANSFERT_ENTRANT")]
        if not entries:
            continue
        ends = ("RETOUR_DOMICILE", "DECES", "TRANSFERT_SORTANT")
        events = [row for row in events if row.type_evenement not in ends or row.event >= entries[0].event]
        dep = entries[0].departement_hopital
        sex = {"F": "F", "H": "M"}.get(entries[0].sexe, "unknown")
        assert {(row.departement_hopital, row.sexe) for row in events} == {(dep, entries[0].sexe)}
        removals = [row.declared.date() for row in events if row.type_evenement == "RETRAIT"]
        steps = [(row.declared.date(), row) for row in events if row.type_evenement != "RETRAIT"]

        def first(declared: list) -> dt.date | None:
            return min(declared, default=None)

        exits = sorted((row.declared, row.type_evenement, on) for on, row in steps if row.type_evenement in ends)
        for figure, on in {
            "incid_hosp": first([on for on, row in steps if row.type_evenement == "ADMISSION"]),
            "incid_rea": first(
                [
                    on
                    for on, row in steps
                    if row.unite == "SOINS_CRITIQUES" and row.type_evenement != "TRANSFERT_ENTRANT"
                ]
            ),
            "incid_rad": exits[0][2] if exits and exits[0][1] == "RETOUR_DOMICILE" else None,
            "incid_dc": exits[0][2] if exits and exits[0][1] == "DECES" else None,
        }.items():
            if on is not None and days[0] <= on <= days[-1]:
                flows[figure, dep, on] += 1
        for today in days:
            known = [row for on, row in steps if on <= today]
            if not known or any(on <= today for on in removals):
                continue
            last = known[-1]
            if last.type_evenement in ("ADMISSION", "TRANSFERT_ENTRANT", "CHANGEMENT_UNITE"):
                stocks["hosp", dep, sex, today] += 1
                stocks["rea", dep, sex, today] += last.unite == "SOINS_CRITIQUES"
            elif last.type_evenement != "TRANSFERT_SORTANT":
                stocks["rad" if last.type_evenement == "RETOUR_DOMICILE" else "dc", dep, sex, today] += 1
    return +stocks, +flows


def kept(home: Path) -> tuple[Counter, Counter]:
    """The stocks and flows that the simulator kept aside, as `figures` gives them."""
    (stock_path,) = (home / "truth" / "sivic").glob("stocks_*.parquet")
    (flow_path,) = (home / "truth" / "sivic").glob("flows_*.parquet")
    stocks, flows = Counter(), Counter()
    for row in pd.read_parquet(stock_path).itertuples():
        for figure in STOCKS:
            stocks[figure, row.dep, row.sex, pd.Timestamp(row.day).date()] += getattr(row, figure)
    for row in pd.read_parquet(flow_path).itertuples():
        for figure in FLOWS:
            flows[figure, row.dep, pd.Timestamp(row.day).date()] += getattr(row, figure)
    return +stocks, +flows


def disturbances(home: Path) -> pd.DataFrame:
    """The disturbances that the simulator kept aside."""
    (path,) = (home / "truth" / "sivic").glob("disturbances_*.parquet")
    return pd.read_parquet(path)


def official_cells(folder: Path, start: str, end: str) -> tuple[dict, dict]:
    """Every cell of the two official files in a window: (figure, dep, sexe, day) and (figure, dep, day) -> count."""
    (stock_path,), (flow_path,) = folder.glob("*dep-sexe*2021-03-05*"), folder.glob("*nouveaux*2021-03-05*")
    stock_rows = pd.read_csv(stock_path, sep=";", dtype={"dep": str, "sexe": str})
    flow_rows = pd.read_csv(flow_path, sep=";", dtype={"dep": str})
    stocks = {
        (figure, row.dep, row.sexe, day(row.jour)): getattr(row, figure)
        for row in stock_rows[stock_rows.jour.between(start, end)].itertuples()
        for figure in STOCKS
    }
    flows = {
        (figure, row.dep, day(row.jour)): getattr(row, figure)
        for row in flow_rows[flow_rows.jour.between(start, end)].itertuples()
        for figure in FLOWS
    }
    return stocks, flows


def compare_with_official(home: Path, folder: Path, start: str, end: str) -> int:
    """Assert that each count of both official files is found again; return the number of cells."""
    expected_stocks, expected_flows = official_cells(folder, start, end)
    stocks, flows = figures(home, start, end)
    by_sexe = Counter()
    for (figure, dep, sex, on), count in stocks.items():
        by_sexe[figure, dep, "0", on] += count
        by_sexe[figure, dep, {"M": "1", "F": "2", "unknown": "?"}[sex], on] += count
    assert {cell: by_sexe[cell] for cell in expected_stocks} == expected_stocks
    assert {cell: flows[cell] for cell in expected_flows} == expected_flows
    places = {cell[1] for cell in expected_flows}
    assert {cell[1] for cell in stocks} | {cell[1] for cell in flows} <= places
    return len(expected_stocks) + len(expected_flows)


# --- a made-up epidemic ---------------------------------------------------------------------------------------

START, END = "2021-01-15", "2021-02-25"


@pytest.fixture(scope="module")
def epidemic(tmp_path_factory) -> Path:
    """Six weeks of a small epidemic with many disturbances."""
    home = tmp_path_factory.mktemp("stays")
    simulate(Home(home), "sivic", "builtin", day(START), day(END), 5, OFTEN, size=8_000)
    return home


def test_brute_force_finds_the_truth_of_the_epidemic(epidemic):
    stocks, flows = figures(epidemic, START, END)
    assert (stocks, flows) == kept(epidemic)
    assert {cell[0] for cell in stocks} == set(STOCKS) and {cell[0] for cell in flows} == set(FLOWS)
    assert {cell[2] for cell in stocks} == {"F", "M", "unknown"}


def test_every_disturbance_happens(epidemic):
    told = disturbances(epidemic)
    assert set(told.kind) == KINDS
    assert set(told[told.kind == "correction"].detail) == {"unit", "sex", "age", "time", "place", "patient"}
    rows = read_deliveries(epidemic)
    arrival = rows.groupby(["id_evenement", "number"]).received_on.min().unstack()
    assert (arrival.iloc[:, 1:].min(axis=1) < arrival[1]).any(), "a correction before what it corrects"
    late = rows[(rows.type_evenement == "DECES") & (rows.declared - rows.event > pd.Timedelta(days=2))]
    assert len(late) > 20
    assert rows.received_on.max() <= pd.Timestamp(END)


def test_a_hospital_catches_up(epidemic):
    """It declares nothing for three weeks, then on one day what happened in them."""
    told = disturbances(epidemic)
    declared = read_deliveries(epidemic).assign(on=lambda rows: rows.declared.dt.date)
    declared = declared[declared.id_evenement.isin(told[told.kind == "catch_up"].id_evenement)]
    caught_up = declared.groupby(["finess", "on"]).id_evenement.nunique()
    finess, on = caught_up.idxmax()
    core = read_deliveries(epidemic)
    core = core[(core.finess == finess) & ~core.id_evenement.isin(told[told.kind == "withdrawal"].id_evenement)]
    before = core[core.declared.dt.date.between(on - dt.timedelta(days=21), on - dt.timedelta(days=1))]
    assert caught_up.max() > 3 and before.empty
    assert core[core.declared.dt.date == on].event.dt.date.nunique() > 2


def test_paths_through_the_units_and_between_hospitals(epidemic):
    rows = read_deliveries(epidemic)
    current = rows.sort_values("number", kind="stable").drop_duplicates("id_evenement", keep="last")
    current = current[current.nature != "deletion"].sort_values(["event", "id_evenement"])
    paths = Counter(
        current.assign(step=current.unite.where(current.unite != "", current.type_evenement))
        .groupby("id_sejour")
        .step.agg(tuple)
    )
    assert paths["CONVENTIONNELLE", "SOINS_CRITIQUES", "CONVENTIONNELLE", "RETOUR_DOMICILE"] > 0
    assert paths["CONVENTIONNELLE", "SOINS_CRITIQUES", "DECES"] > 0
    assert any(path[-2:] == ("SSR", "RETOUR_DOMICILE") for path in paths)
    patients = current.groupby("id_patient").id_sejour.nunique()
    assert (patients == 2).any() and current.finess.str.fullmatch("[0-9AB]{9}").all()
    ages = pd.to_numeric(current.drop_duplicates("id_sejour").age)
    assert 60 < ages.median() < 80 and ages.isna().any()


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "sivic", "builtin", day("2021-02-01"), day("2021-02-04"), 5, {"bad_row": 0.15}, size=4_000)
    assert_rejected_as_told(tmp_path, "sivic", day("2021-02-04"), 29, of_persons=True)


def test_without_disturbance_one_row_is_one_event(tmp_path):
    none = dict.fromkeys(RATES, 0.0)
    made = simulate(Home(tmp_path), "sivic", "builtin", day("2021-02-01"), day("2021-02-10"), 5, none, size=2_000)
    rows = read_deliveries(tmp_path)
    assert len(rows) == made.rows == rows.id_evenement.nunique()
    assert disturbances(tmp_path).empty
    assert figures(tmp_path, "2021-02-01", "2021-02-10") == kept(tmp_path)


# --- official files -------------------------------------------------------------------------------------------


def of_some_departements(folder: Path, deps: set[str]) -> Path:
    """The two official files of one publication, of a few départements only."""
    folder.mkdir()
    for path in (ARCHIVE / "sivic").glob("*2021-03-05.csv.gz"):
        header, *lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        chosen = [line for line in lines if line.split(";")[0].strip('"') in deps]
        (folder / path.name.removesuffix(".gz")).write_text("\n".join([header, *chosen]) + "\n")
    return folder


@pytest.mark.parametrize("source", FOLDERS)
def test_an_official_window_is_given_back_exactly(source, tmp_path, record_property):
    """Days on which the stocks of these départements go up and down without a flow."""
    if source == ARCHIVE:
        folder, places = of_some_departements(tmp_path / "truth", {"2A", "26", "82", "973"}), 4
    else:
        folder, places = EXTRACT / "sivic", 5
    start, end = "2020-11-10", "2020-11-17"
    simulate(Home(tmp_path), "sivic", folder, day(start), day(end), drawn_seed("official"), OFTEN)
    cells = compare_with_official(tmp_path, folder, start, end)
    assert cells == places * 8 * (3 * 4 + 4)
    assert figures(tmp_path, start, end) == kept(tmp_path)
    record_property("proof", f"SI-VIC: {cells} official cells found again in the simulated events")


@pytest.mark.archive
@pytest.mark.long
def test_two_official_months_of_all_departements_are_given_back_exactly(tmp_path):
    start, end = "2020-10-15", "2020-12-20"
    simulate(Home(tmp_path), "sivic", ARCHIVE / "sivic", day(start), day(end), drawn_seed("official"), OFTEN)
    assert compare_with_official(tmp_path, ARCHIVE / "sivic", start, end) == 101 * 67 * (3 * 4 + 4)


@pytest.mark.parametrize("source", FOLDERS)
def test_each_official_publication_of_the_flows_is_given_back_exactly(source, tmp_path):
    folder = source / "sivic" / "vintages"
    start, end = "2021-01-17", "2021-01-22"
    simulate(Home(tmp_path), "sivic", folder, day(start), day(end), drawn_seed("official"), OFTEN)
    paths = {str(on): path for on, path in dated_files(folder)}
    published = sorted(path.name for path in (tmp_path / "landing" / "sivic").iterdir())
    assert published == ["2021-01-17", "2021-01-18", "2021-01-19", "2021-01-21", "2021-01-22"]
    for on in published:
        expected = pd.read_csv(paths[on], sep=";", dtype={"dep": str})
        expected = expected[expected.jour.between(start, end)]
        _, flows = figures(tmp_path, start, end, until=on)
        for row in expected.itertuples():
            assert {figure: flows[figure, row.dep, day(row.jour)] for figure in FLOWS} == {
                figure: getattr(row, figure) for figure in FLOWS
            }
        assert sum(flows.values()) == expected[FLOWS].to_numpy().sum()


def test_flows_that_are_revised_are_refused(tmp_path):
    folder = tmp_path / "truth"
    folder.mkdir()
    for on, count in (("02", 1), ("03", 2)):
        rows = f"01;2021-02-02;{count};0;0;0\n" + ("01;2021-02-03;1;0;0;0\n" if on == "03" else "")
        (folder / f"flows_2021-02-{on}.csv").write_text("dep;jour;incid_hosp;incid_rea;incid_dc;incid_rad\n" + rows)
    with pytest.raises(VigieError, match="flows_2021-02-03.csv changes what flows_2021-02-02.csv said of 2021-02-02"):
        simulate(Home(tmp_path), "sivic", folder, day("2021-02-02"), day("2021-02-03"), 1)


STOCK = '"dep";"sexe";"jour";"hosp";"rea";"rad";"dc"\n' + "".join(
    f'"01";"{sexe}";"2021-02-0{on}";{counts}\n'
    for on in (1, 2)
    for sexe, counts in enumerate(("9;1;5;2", "6;1;3;1", "3;0;2;1"))
)
FLOW = '"dep";"jour";"incid_hosp";"incid_rea";"incid_dc";"incid_rad"\n"01";2021-02-02;1;0;0;0\n'


@pytest.mark.parametrize(
    ("stock", "flow", "message"),
    [
        (STOCK, None, "holds no stock file .* of one day"),
        (STOCK.replace(';9;1;', ';9;x;', 1), FLOW, "Line 2 of .*dep-sexe.* cannot be used"),
        (STOCK + '"01";"0";"2021-02-02";9;1;5;2\n', FLOW, "Line 8 of .* repeats a row"),
        (STOCK.replace('"01"', '"99"'), FLOW.replace('"01"', '"99"'), "an unknown place"),
        (STOCK, FLOW.replace("02-02", "02-03"), "there is none of 2021-02-02, département 01"),
        (STOCK.replace(";9;1;5;2", ";9;1;5;1"), FLOW, "cannot be reproduced: département 01 on 2021-02-01"),
    ],
)  # fmt: skip
def test_a_truth_that_cannot_be_used_is_refused_in_one_message(tmp_path, stock, flow, message):
    folder = tmp_path / "truth"
    folder.mkdir()
    (folder / "donnees-hospitalieres-dep-sexe_2021-02-05.csv").write_text(stock)
    if flow:
        (folder / "donnees-hospitalieres-nouveaux_2021-02-05.csv").write_text(flow)
    with pytest.raises(VigieError, match=message):
        simulate(Home(tmp_path), "sivic", folder, day("2021-02-02"), day("2021-02-02"), 1)
    assert not (tmp_path / "landing").exists()
