"""The museum of incidents: each one injected, and what must come of it (`tests/museum/incidents.yml`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pytest
import yaml
from received import Received, Signal, sent
from rendered_models import REPOSITORY, Project
from small_feed import broken, deliver, query
from test_generic_tests import CHANGES, CUBE, STRATA, cube, days_of_cube, found
from test_promises import CASES as PROMISED
from test_promises import TODAY, of

from orchestration.home import Home
from orchestration.landing import Contract, land, read_contracts
from orchestration.release.promises import compare

MUSEUM = yaml.safe_load((REPOSITORY / "tests" / "museum" / "incidents.yml").read_text(encoding="utf-8"))
DETECTED = {"refused", "quarantined", "held", "told", "flagged", "prevented"}


@dataclass(frozen=True)
class Seen:
    """What came of an incident: the outcome, what said so, and after how many runs."""

    outcome: str
    by: str
    within: int = 0


CASES: dict[int, Callable[..., Seen]] = {}


def case(number: int) -> Callable[[Callable], Callable]:
    """Mark a function as the injection of an incident."""

    def mark(function: Callable) -> Callable:
        CASES[number] = function
        return function

    return mark


@pytest.mark.parametrize("incident", MUSEUM, ids=lambda incident: f"{incident['number']}")
def test_an_incident_comes_out_as_it_must(incident: dict, request: pytest.FixtureRequest, record_property) -> None:
    """The outcome, what detects it, and after how many runs."""
    function = CASES[incident["number"]]
    needed = function.__code__.co_varnames[: function.__code__.co_argcount]
    seen = function(**{name: request.getfixturevalue(name) for name in needed})
    assert seen == Seen(incident["outcome"], incident["by"], incident["within"])
    record_property("proof", f"incident {incident['number']}: {seen.outcome} by {seen.by}, {seen.within} runs later")


def test_every_case_is_declared_and_there_are_enough() -> None:
    """No injection without an entry, nor the other way round; a number stands once."""
    numbers = [incident["number"] for incident in MUSEUM]
    assert sorted(numbers) == sorted(CASES) and len(set(numbers)) == len(numbers) >= 30


def scoreboard() -> list[str]:
    """The museum as the lines of a Markdown table, and the line that sums it up."""
    lines = ["| # | incident | injected | outcome | by | runs |", "|---|---|---|---|---|---|"]
    for each in MUSEUM:
        lines.append(
            f"| {each['number']} | {each['date']}: {each['title']} | {each['injected']} | {each['outcome']}"
            f" | {each['by']} | {each['within']} |"
        )
    found = [each for each in MUSEUM if each["outcome"] in DETECTED]
    late = [each for each in found if each["within"]]
    ignored = len(MUSEUM) - len(found)
    summary = (
        f"Of {len(MUSEUM)} incidents {len(found)} are detected, {len(found) - len(late)} of them by the run of the same"
        f" day, the others at most {max((each['within'] for each in late), default=0)} later; {ignored} are rightly"
        " ignored, and nothing is held that need not be."
    )
    return [summary, "", *lines]


def test_readme_shows_the_museum_as_it_is() -> None:
    """The table of README.md is that of the museum."""
    assert "\n".join(scoreboard()) in (REPOSITORY / "README.md").read_text(encoding="utf-8")


# ------------------------------------------------------------------ files as they came

GOOD = {
    "sivic": {
        "id_evenement": "event-0000001", "version": "1", "nature": "new", "id_patient": "00000000000000ab",
        "id_sejour": "stay-0000001", "finess": "750000001", "departement_hopital": "75", "type_evenement": "DECES",
        "unite": "", "date_evenement": "2022-02-01T10:00", "date_declaration": "2022-02-01T12:00", "sexe": "F",
        "age": "80", "departement_residence": "75", "commune_residence": "", "motif": "POUR",
    },
    "vaccine_logistics": {
        "id_releve": "report-0000001", "version": "1", "nature": "new", "depot": "PUI001", "departement": "75",
        "vaccin": "1", "fin_semaine": "2022-01-30", "doses_livrees": "901", "doses_en_stock": "20",
    },
    "population": {
        "millesime": "2022", "valide_du": "2022-01-01", "geo_niveau": "DEP", "geo_code": "75", "sexe": "T",
        "schema_age": "all", "classe_age": "all", "population": "2000000",
    },
}  # fmt: skip
DAY = "2022-02-02"


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    """The contracts of the project."""
    return read_contracts(REPOSITORY / "models" / "staging")


@dataclass(frozen=True)
class Landing:
    """A home of its own for each incident, with the contracts of the project."""

    home: Home
    contracts: Mapping[str, Contract]

    def rows(self, feed: str, *changes: Mapping[str, str]) -> list[dict[str, str]]:
        """Good rows of a feed, each with changes."""
        return [GOOD[feed] | change for change in changes]

    def seen(self, feed: str, content: bytes | str, name: str = "a.csv", day: str = DAY) -> Seen:
        """What comes of a file: refused with the reason, quarantined by the first rule, or ignored."""
        deliver(self.home, name, content, day, feed)
        [entry] = land(self.home, dt.date.fromisoformat(day), contracts={feed: self.contracts[feed]})
        if entry.verdict == "refused":
            return Seen("refused", entry.reason)
        if entry.rows_rejected:
            assert entry.rows_accepted >= 1, "the other rows count"
            return Seen("quarantined", broken(self.home, feed)[0][2])
        assert (entry.verdict, entry.rows_accepted) == ("accepted", entry.rows_received)
        return Seen("ignored", "columns by name")


@pytest.fixture
def landing(home: Home, contracts: dict) -> Landing:
    """A home in which nothing has landed."""
    return Landing(home, contracts)


def written(rows: Iterable[Mapping[str, str]], delimiter: str = ";") -> str:
    """A CSV file of rows that have the same columns."""
    rows = list(rows)
    return "\n".join([delimiter.join(rows[0]), *(delimiter.join(row.values()) for row in rows), ""])


def refused_for(seen: Seen, words: str) -> Seen:
    """The refusal by the words that matter of its reason."""
    assert words in seen.by, seen.by
    return Seen(seen.outcome, words)


@case(10)
def format_of_deaths(landing: Landing) -> Seen:
    seen = landing.seen("sivic", written(landing.rows("sivic", {})).replace("date_evenement", "dt_evt"))
    return refused_for(seen, "missing in the header")


@case(20)
def decimal_comma(landing: Landing) -> Seen:
    return landing.seen(
        "vaccine_logistics",
        written(landing.rows("vaccine_logistics", {}, {"id_releve": "report-0000002", "doses_livrees": "901,00"})),
    )


@case(21)
def sentence_for_data(landing: Landing) -> Seen:
    seen = landing.seen("vaccine_logistics", "Ce fichier n'est plus disponible à cette adresse.\n")
    return refused_for(seen, "missing in the header")


@case(22)
def other_separator(landing: Landing) -> Seen:
    seen = landing.seen("vaccine_logistics", written(landing.rows("vaccine_logistics", {}), delimiter=","))
    return refused_for(seen, "separated by a comma")


@case(23)
def separator_in_values(landing: Landing) -> Seen:
    rows = landing.rows("vaccine_logistics", {}, {"id_releve": "report-0000002", "departement": "[10;20["})
    return landing.seen("vaccine_logistics", written(rows))


@case(24)
def columns_inserted(landing: Landing) -> Seen:
    row, inserted = GOOD["sivic"], {"HospConv": "1", "SSR_USLD": "2", "autres": "3"}
    names = list(row)
    row = {name: (row | inserted)[name] for name in [*names[:9], *inserted, *names[9:]]}
    seen = landing.seen("sivic", written([row]))
    assert query(landing.home, "select type_evenement, age, motif from {raw}", "sivic") == [("DECES", 80, "POUR")]
    return seen


@case(25)
def other_age_codes(landing: Landing) -> Seen:
    row = {
        "id_passage": "visit-0000001", "version": "1", "nature": "new", "finess": "750000001", "departement": "75",
        "date_entree": "2021-11-05T10:00", "sexe": "F", "classe_age": "3", "diagnostic_principal": "",
        "diagnostics_associes": "", "orientation": "DOMICILE",
    }  # fmt: skip
    old = row | {"id_passage": "visit-0000002", "date_entree": "2021-11-03T10:00", "classe_age": "B"}
    wrong = old | {"id_passage": "visit-0000003", "date_entree": "2021-11-05T10:00"}
    return landing.seen("oscour", written([row, old, wrong]), day="2021-11-05")


@case(26)
def other_file_name(landing: Landing) -> Seen:
    return landing.seen("sivic", written(landing.rows("sivic", {})), name="covid_hospit_v2.csv")


@case(28)
def other_encoding(landing: Landing) -> Seen:
    rows = landing.rows("vaccine_logistics", {}, {"id_releve": "report-0000002", "depot": "RÉUNION"})
    return refused_for(landing.seen("vaccine_logistics", written(rows).encode("latin-1")), "not in utf-8")


@case(29)
def other_dates(landing: Landing) -> Seen:
    rows = landing.rows(
        "vaccine_logistics",
        {},
        {"id_releve": "report-0000002", "fin_semaine": "30/01/2022"},
        {"id_releve": "report-0000003", "fin_semaine": "2022-01_30"},
    )
    seen = landing.seen("vaccine_logistics", written(rows))
    assert [rule for *_, rule, _ in broken(landing.home, "vaccine_logistics")] == ["type", "type"]
    return seen


@case(30)
def two_rows_for_one_cell(landing: Landing) -> Seen:
    rows = landing.rows("population", {}, {"population": "1999999"})
    return refused_for(landing.seen("population", written(rows)), "is given two values")


@case(31)
def web_page(landing: Landing) -> Seen:
    page = "<!DOCTYPE html>\n<html><body>Hello</body></html>\n"
    return refused_for(landing.seen("vaccine_logistics", page), "a web page")


@case(39)
def dose_before_its_time(landing: Landing) -> Seen:
    row = {
        "id_injection": "injection-01", "version": "1", "nature": "new", "id_personne": "00000000000000ab",
        "id_centre": "CENTRE1", "date_injection": "2021-08-30", "rang": "1", "vaccin": "1", "schema_complet": "N",
        "rappel": "", "sexe": "F", "age": "70", "departement_residence": "75", "commune_residence": "",
        "departement_injection": "75", "public": "",
    }  # fmt: skip
    early = row | {"id_injection": "injection-02", "vaccin": "9"}
    return landing.seen("vacsi", written([row, early]), day="2021-08-31")


# ------------------------------------------------------------------ checks on what was counted


def checked(test: str, table: str, rows: str, **arguments: object) -> Seen:
    """What a generic data test does with rows: it holds the figures where it is of severity error, else it warns."""
    tests = [node for node in Project.read().manifest["nodes"].values() if node["resource_type"] == "test"]
    of = {node["config"]["severity"].lower() for node in tests if (node.get("test_metadata") or {}).get("name") == test}
    outcome = "held" if "error" in of else "told"
    return Seen(outcome if found(test, table, rows, theme="small", **arguments) else "ignored", f"check {test}")


@case(5)
def total_drops() -> Seen:
    return checked("falls_are_explained", CHANGES, "('dep', 'new_rows', 2, -348846, 0)")


@case(11)
def negative_patients_removed() -> Seen:
    return checked("falls_are_explained", CHANGES, "('dep', 'deletion', 2, -1, 0)")


@case(12)
def care_homes_take_back() -> Seen:
    return checked("falls_are_explained", CHANGES, "('dep', 'new_rows', 2, 0, -342)")


@case(14)
def negative_count() -> Seen:
    return checked("strata_add_up", STRATA, "(0, 0, 0, -1, 0, 0, 0, 0)")


@case(17)
def classes_without_total() -> Seen:
    return checked("cube_adds_up", CUBE, cube(**{"01_F_young": 1}), measures=["cases"])


@case(19)
def no_row_of_all_ages() -> Seen:
    return checked("cube_is_complete", CUBE, days_of_cube(3, "'all', 'all'"))


@case(33)
def day_skipped() -> Seen:
    return checked("cube_is_complete", CUBE, days_of_cube(3, "2021"))


@case(38)
def departements_missing() -> Seen:
    return checked("cube_is_complete", CUBE, days_of_cube(3, "'DEP'"))


# ------------------------------------------------------------------ changes of what is published


def prevented(now: Mapping, *successors: tuple[str, str, dt.date]) -> Seen:
    """What a change does that breaks what consumers were promised: it is refused before it is merged."""
    differences = compare({"cases": PROMISED}, now, of(*successors), TODAY)
    return Seen("prevented" if differences.broken else "ignored", "promises")


@case(6)
def redefined() -> Seen:
    meaning = PROMISED.meaning | {"definition": "2020-06-02"}
    return prevented({"cases": PROMISED.model_copy(update={"meaning": meaning})})


@case(7)
def replaced_at_once() -> Seen:
    return prevented({}, ("confirmed_cases", "cases", TODAY - dt.timedelta(7)))


@case(27)
def published_column_renamed() -> Seen:
    return prevented({"cases": PROMISED.model_copy(update={"columns": {"period_end": "date", "epci2019": "double"}})})


# ------------------------------------------------------------------ rows as they were received

#: Eleven weeks with two public holidays; a day when all is as it should be; a feed beside, so that there is a today.
FIRST, LAST, D = dt.date(2021, 9, 20), dt.date(2021, 12, 5), dt.date(2021, 11, 23)
SIZES = {"sidep": 150_000, "sivic": 12_000, "survesms": 4_000}


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Received:
    """What laboratories, hospitals and care homes sent when nothing went wrong.

    Of a small epidemic every person is looked at, not one in some.
    """
    home = sent(Home(tmp_path_factory.mktemp("museum")), SIZES, FIRST, LAST, seed=5)
    return Received(home, SIZES, signals=Received.settings() | {"linked_sample": 1})


def named(signal: Signal) -> tuple:
    """What a signal is about, whatever its score."""
    return signal.signal, signal.feed, signal.sender, signal.day, signal.measure


def flagged(weeks: Received, signal: str, changes: Iterable[str], since: dt.date = D, **of: object) -> Seen:
    """The signal that changes bring from a day on, and did not stand without them, and how many runs after that day."""
    before = {named(each) for each in weeks.signals()}
    with weeks.changed(*changes) as signals:
        new = [each for each in signals if named(each) not in before and each.signal == signal and each.day >= since]
    new = [each for each in new if all(getattr(each, name) == value for name, value in of.items())]
    assert new, "nothing is told"
    return Seen("flagged", f"signal {signal}", (min(each.day for each in new) - since).days)


def days(first: dt.date, last: dt.date) -> str:
    """A condition on what was received from one day to another."""
    return f"received_on between '{first}' and '{last}'"


def later(number: int) -> dt.date:
    """So many days after the incident began."""
    return D + dt.timedelta(number)


#: Two fifths of the laboratories.
SOME = "hash(id_laboratoire) % 5 < 2"


@case(1)
def laboratories_blocked(weeks: Received) -> Seen:
    return flagged(
        weeks, "volume", [f"delete from lake.sidep where {SOME} and {days(D, later(2))}"], feed="sidep", sender=None
    )


@case(2)
def results_not_integrated(weeks: Received) -> Seen:
    changes = [f"delete from lake.sidep where id_resultat % 2 = 0 and received_on = '{D}'"]
    return flagged(weeks, "volume", changes, feed="sidep", sender=None)


@case(3)
def nothing_comes(weeks: Received) -> Seen:
    changes = [f"delete from lake.{table} where received_on >= '{D}'" for table in ("sidep", "sidep_deliveries")]
    return flagged(weeks, "silence", changes, feed="sidep", sender=None)


@case(4)
def counted_twice(weeks: Received) -> Seen:
    changes = [
        f"""
        insert into lake.sidep select * replace (
            hash(id_resultat, 1)::ubigint as id_resultat, hash(id_personne, 1)::ubigint as id_personne,
            date_prelevement + interval 1 day as date_prelevement, received_on + 1 as received_on
        ) from lake.sidep where resultat = 'P' and id_resultat % 5 = 0 and {days(D, later(7))}
        """
    ]
    return flagged(weeks, "persons", changes, measure="alike")


@case(8)
def old_admissions(weeks: Received) -> Seen:
    changes = [
        f"""
        insert into lake.sivic select * replace (
            hash(id_evenement, 1)::ubigint as id_evenement, hash(id_sejour, 1)::ubigint as id_sejour,
            '910000001' as finess, '{D}' as received_on, date '{D}' - 30 as date_evenement
        ) from lake.sivic where type_evenement = '{event}' and version = 1 limit {number}
        """
        for event, number in (("ADMISSION", 237), ("DECES", 76))
    ]
    return flagged(weeks, "catch_up", changes, feed="sivic", sender="910000001")


@case(9)
def care_homes_keep_back(weeks: Received) -> Seen:
    changes = [
        f"update lake.survesms set received_on = '{later(10)}' where {days(D, later(9))}",
        f"delete from lake.survesms_deliveries where {days(D, later(9))}",
    ]
    caught_up = flagged(weeks, "catch_up", changes, feed="survesms", sender=None)
    assert caught_up.within == 10
    return flagged(weeks, "silence", changes, feed="survesms", sender=None)


@case(13)
def long_weekend(weeks: Received) -> Seen:
    monday = dt.date(2021, 11, 15)
    changes = [f"update lake.sidep set received_on = '{monday}' where {days(dt.date(2021, 11, 11), monday)}"]
    return flagged(weeks, "volume", changes, monday, feed="sidep", sender=None)


@case(15)
def taken_out(weeks: Received) -> Seen:
    changes = [
        f"""
        insert into lake.sidep select * replace (
            version + 1 as version, 'deletion' as nature, '{D}' as received_on
        ) from lake.sidep where id_resultat % 10 = 0 and {days(later(-10), later(-8))}
        """
    ]
    return flagged(weeks, "repeats", changes, measure="deletion", sender=None)


@case(16)
def without_a_place(weeks: Received) -> Seen:
    places = "departement_residence = null, commune_residence = null, iris_residence = null"
    changes = [f"update lake.sidep set {places} where received_on = '{D}' and id_resultat % 10 = 0"]
    return flagged(weeks, "unknown", changes, measure="unknown_place", sender=None)


@case(35)
def strike(weeks: Received) -> Seen:
    changes = [f"delete from lake.sidep where {SOME} and id_resultat % 5 > 0 and {days(D, later(6))}"]
    return flagged(weeks, "volume", changes, feed="sidep", sender=None)


@case(36)
def other_pseudonyms(weeks: Received) -> Seen:
    changes = [f"update lake.sidep set id_personne = hash(id_personne, 1)::ubigint where {days(D, later(2))}"]
    return flagged(weeks, "persons", changes, measure="linked")


@case(37)
def no_screening(weeks: Received) -> Seen:
    targets = ", ".join(f"criblage_{letter} = null" for letter in "abcd")
    changes = [f"update lake.sidep set {targets} where received_on >= '{D}'"]
    return flagged(weeks, "shares", changes, measure="screened", sender=None)


@case(42)
def holiday_and_sunday(weeks: Received) -> Seen:
    """All Saints' Day, Armistice Day, and a laboratory without rows on one Sunday: nothing is said of any of it."""
    # On the last day the simulator sends all that would arrive later.
    assert [each for each in weeks.signals() if each.day < LAST] == []
    before = [named(each) for each in weeks.signals()]
    [(laboratory,)] = weeks.connection.execute(
        "select id_laboratoire from lake.sidep group by all order by count(*) desc limit 1 offset 100"
    ).fetchall()
    sunday = f"id_laboratoire = '{laboratory}' and received_on = '2021-11-21'"
    with weeks.changed(f"delete from lake.sidep where {sunday}") as signals:
        assert [named(each) for each in signals] == before
    return Seen("ignored", "signal volume")
