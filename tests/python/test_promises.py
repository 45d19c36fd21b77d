"""What consumers rely on does not change under its name before the declaration says so."""

import datetime as dt
from types import SimpleNamespace

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.release import promises, read_declarations
from orchestration.release.declarations import CONTRACT, Change, Indicator, Layout, Replaces, Text
from orchestration.release.promises import Promise, compare, promises_of, read_promises, write_promises
from orchestration.warehouse.project import manifest_path

TODAY, LONG_AGO, LATELY = dt.date(2021, 3, 1), dt.date(2020, 1, 1), dt.date(2021, 2, 2)
AXES = {"geo": ["FRA"], "sex": ["all", "F", "M"], "csv": ["period_end", "value"]}
CASES = Promise(
    since=LONG_AGO,
    told=LONG_AGO,
    meaning={"unit": "cases", "definition": "2020-01-01"},
    columns={"period_end": "date", "value": "double"},
    codes={"age_class of age10": ["09", "90"]},
    files={"cases-fra": AXES},
)
#: What a careless pull request would do, and what is said of it.
BREAKS = {
    "a renamed column": ({"columns": {"period_end": "date", "valeur": "double"}}, "the column value is gone"),
    "another type": (
        {"columns": {"period_end": "date", "value": "integer"}},
        "the column value is integer, not double",
    ),
    "a code less": ({"codes": {"age_class of age10": ["09"]}}, "the codes of age_class of age10 are 09, not 09, 90"),
    "a code more": ({"codes": {"age_class of age10": ["09", "80", "90"]}}, "are 09, 80, 90, not 09, 90"),
    "another unit": ({"meaning": {**CASES.meaning, "unit": "%"}}, "the meaning of unit is '%', not 'cases'"),
    "a file less": ({"files": {}}, "the file cases-fra is gone"),
    "a sex less": ({"files": {"cases-fra": {**AXES, "sex": ["all", "F"]}}}, "has no longer sex M"),
    "a sex more": (
        {"files": {"cases-fra": {**AXES, "sex": ["all", "F", "M", "unknown"]}}},
        "has sex all, F, M, unknown",
    ),
    "columns in another order": (
        {"columns": {"value": "double", "period_end": "date"}},
        "the columns stand in another order",
    ),
    "a CSV in another order": (
        {"files": {"cases-fra": {**AXES, "csv": ["value", "period_end"]}}},
        "the columns of the CSV of cases-fra stand in another order",
    ),
    "a narrower CSV": ({"files": {"cases-fra": {**AXES, "csv": ["value"]}}}, "has no longer csv period_end"),
}
CHANGE = Change(date=TODAY, fr="Autrement.", en="Otherwise.")
REDEFINED = {"meaning": {**CASES.meaning, "definition": "2021-03-01"}, "told": TODAY}


def of(*successors: tuple[str, str, dt.date]) -> SimpleNamespace:
    """Declarations of which some replace others: name, the other's name, since when."""
    declared = [
        SimpleNamespace(name=name, replaces=Replaces(indicator=other, since=since)) for name, other, since in successors
    ]
    for each in declared:
        each.changes = []
    cases = SimpleNamespace(name="cases", replaces=None, changes=[CHANGE])
    return SimpleNamespace(indicators=[cases, *declared], layouts=[])


@pytest.mark.parametrize("change", BREAKS)
def test_what_breaks_a_promise_is_refused_until_the_declaration_says_so(change):
    changed, words = BREAKS[change]
    found = compare({"cases": CASES}, {"cases": CASES.model_copy(update=changed)}, of(), TODAY)
    [line] = found.broken
    assert line.startswith("cases: ") and words in line and "`changes`" in line
    assert found.agreed == {"cases": CASES} and found.added == []
    said = CASES.model_copy(update={**changed, "told": TODAY, "since": TODAY})
    found = compare({"cases": CASES}, {"cases": said}, of(), TODAY)
    assert found.broken == [] and words in found.added[0] and "2021-03-01: Autrement. / Otherwise." in found.added[0]
    assert found.agreed == {"cases": said.model_copy(update={"since": LONG_AGO})}
    # Once agreed, the same entry excuses nothing more.
    more = said.model_copy(update={"columns": {"period_end": "date"}})
    assert compare(found.agreed, {"cases": more}, of(), TODAY).broken


def test_what_is_new_breaks_nothing():
    wider = CASES.model_copy(
        update={"columns": {**CASES.columns, "status": "varchar"}, "files": {**CASES.files, "cases-dep": AXES}}
    )
    found = compare({"cases": CASES}, {"cases": wider, "deaths": CASES}, of(), TODAY)
    assert found.broken == [] and set(found.agreed) == {"cases", "deaths"}
    assert found.added == ["cases, file cases-dep", "cases, column status", "deaths"]
    assert compare({"cases": CASES}, {"cases": CASES}, of(), TODAY).added == []


@pytest.mark.parametrize(
    ("promised", "since", "allowed"),
    [(LONG_AGO, dt.date(2021, 2, 1), True), (LONG_AGO, LATELY, False), (LATELY, LONG_AGO, False)],
    ids=["side by side for 28 days", "for 27 days", "declared before it was published"],
)
@pytest.mark.parametrize("now", [{}, {"cases": CASES.model_copy(update=REDEFINED)}], ids=["removed", "redefined"])
def test_another_definition_runs_beside_for_four_weeks(now, promised, since, allowed):
    successor = CASES.model_copy(update={"since": promised})
    before = {"cases": CASES, "cases_v2": successor}
    found = compare(before, {**now, "cases_v2": successor}, of(("cases_v2", "cases", since)), TODAY)
    assert (found.broken == []) == allowed
    if not allowed:
        assert "28 days" in found.broken[0] and found.agreed["cases"] == CASES
    assert compare(before, {**now, "cases_v2": successor}, of(), TODAY).broken


def test_another_definition_is_said_too():
    unsaid = CASES.model_copy(update={**REDEFINED, "told": LONG_AGO})
    before = {"cases": CASES, "cases_v2": CASES}
    [line] = compare(before, {**before, "cases": unsaid}, of(("cases_v2", "cases", LONG_AGO)), TODAY).broken
    assert "the meaning of definition is '2021-03-01', not '2020-01-01'" in line and "`changes`" in line


def test_an_output_that_is_not_built_is_named():
    [output] = [SimpleNamespace(name="cases", node="model.vigie.cases", changes=[])]
    declarations = SimpleNamespace(indicators=[output], layouts=[], relation=lambda node: "marts.cases")
    with duckdb.connect() as connection, pytest.raises(VigieError, match="cases is not built in this home"):
        promises_of(declarations, connection, TODAY)


SAID = {"title": {"fr": "Cas", "en": "Cases"}, "source": "sidep", "node": "model.vigie.cases"}


@pytest.fixture
def built():
    """A warehouse with a file of two columns and an indicator."""
    with duckdb.connect() as connection:
        connection.execute("create table file as select 1 as jour, 2 as pop")
        columns = ", ".join(f"'x' as {name}" for name in CONTRACT)
        connection.execute(f"create table cases as select {columns}")
        yield connection


def declared(*, indicators: tuple = (), layouts: tuple = (), relation: str = "file", columns: tuple = ()):
    """Declarations of some outputs, of which the columns bear a text."""
    texts = {name: {"description": name} for name in columns}
    return SimpleNamespace(
        indicators=[*indicators],
        layouts=[*layouts],
        relation=lambda node: relation,
        constraints=lambda node: {},
        columns=lambda node: texts,
    )


def test_a_column_that_is_renamed_is_gone(built):
    """By what is declared, whatever the warehouse still has."""
    file = Layout(name="file", description=SAID["title"], order_by=["jour"], **SAID)
    before = promises_of(declared(layouts=(file,), columns=("jour", "pop")), built, TODAY)
    renamed = declared(layouts=(file,), columns=("jour", "population"))
    found = compare(before, promises_of(renamed, built, TODAY), renamed, TODAY)
    assert found.broken == ["file: the column pop is gone. Say so in a new entry of its `changes`."]


def test_the_french_unit_and_formula_are_promised(built):
    """Which were not until now is new."""
    facts = {**SAID, "unit": {"fr": "cas", "en": "cases"}, "definition": "2021-01-01", "breakdowns": []}
    cases = Indicator(name="cases", formula={"fr": "somme", "en": "sum"}, **facts)
    before = promises_of(declared(indicators=(cases,), relation="cases"), built, TODAY)
    assert before["cases"].meaning["unit_fr"] == "cas"
    for text, words in (({"unit": Text(fr="%", en="cases")}, "unit_fr"), ({"formula": None}, "formula_fr")):
        other = declared(indicators=(cases.model_copy(update=text),), relation="cases")
        assert words in " ".join(compare(before, promises_of(other, built, TODAY), other, TODAY).broken)
    english = {name: text for name, text in before["cases"].meaning.items() if not name.endswith("_fr")}
    older = {"cases": before["cases"].model_copy(update={"meaning": english})}
    found = compare(older, before, declared(indicators=(cases,)), TODAY)
    assert found.added == ["cases, meaning of formula_fr", "cases, meaning of unit_fr"] and found.broken == []


@pytest.mark.parametrize(("days", "told"), [(0, True), (1, True), (2, False), (10_000, False)])
def test_an_entry_of_a_day_to_come_tells_of_nothing(built, days, told):
    date = TODAY + dt.timedelta(days)
    change = {"date": date, "fr": "Autrement.", "en": "Otherwise."}
    file = Layout(name="file", description=SAID["title"], order_by=["jour"], changes=[change], **SAID)
    found = promises_of(declared(layouts=(file,), columns=("jour",)), built, TODAY)
    assert found["file"].told == (date if told else None)


def test_an_older_warehouse_keeps_no_promise(home, monkeypatch):
    """What it has is not what would be published; nothing is written."""
    home.warehouse.mkdir(parents=True)
    duckdb.connect(str(home.database)).close()
    written = []
    for name, result in (("promises_of", {"cases": CASES}), ("read_promises", {"cases": CASES})):
        monkeypatch.setattr(promises, name, lambda *given, result=result: result)
    monkeypatch.setattr(promises, "write_promises", written.append)
    monkeypatch.setattr("orchestration.release.read_declarations", lambda path: of())
    monkeypatch.setattr("orchestration.warehouse.project.manifest_path", lambda home: None)
    monkeypatch.setattr("orchestration.gate.definitions.read", lambda path: {})
    monkeypatch.setenv("VIGIE_HOME", str(home.root))
    done = CliRunner().invoke(main, ["promises"])
    assert done.exit_code == 0 and "All that is promised holds." in done.stdout, done.output
    node = SimpleNamespace(name="cases", group="", kind="view", parents=[], definition="x", relation="marts.cases")
    monkeypatch.setattr("orchestration.gate.definitions.read", lambda path: {"model.vigie.cases": node})
    for arguments in (["promises"], ["promises", "--write"]):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 1 and "by other rules than those of the project: cases." in done.output
        assert "holds" not in done.output and written == []


def test_promises_are_kept_as_they_were_written(tmp_path):
    write_promises({"deaths": CASES, "cases": CASES}, tmp_path / "promised.yml")
    assert read_promises(tmp_path / "promised.yml") == {"cases": CASES, "deaths": CASES}
    assert read_promises(tmp_path / "none.yml") == {}


def test_all_that_is_published_is_promised_as_it_is(run):
    """Where this fails: `vigie promises` says what differs, and `vigie promises --write` writes what may."""
    home = Home(run.home)
    with duckdb.connect(str(home.database), read_only=True) as connection:
        declarations = read_declarations(manifest_path(home))
        now = promises_of(declarations, connection, TODAY)
    found = compare(read_promises(), now, declarations, TODAY)
    assert (found.broken, found.added) == ([], [])
