"""What consumers rely on does not change under its name before the declaration says so."""

import datetime as dt
from types import SimpleNamespace

import duckdb
import pytest

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.release import read_declarations
from orchestration.release.declarations import Replaces
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
    "a narrower CSV": ({"files": {"cases-fra": {**AXES, "csv": ["value"]}}}, "has no longer csv period_end"),
}
REDEFINED = {"meaning": {**CASES.meaning, "definition": "2021-03-01"}, "told": TODAY}


def of(*successors: tuple[str, str, dt.date]) -> SimpleNamespace:
    """Declarations of which some replace others: name, the other's name, since when."""
    declared = [
        SimpleNamespace(name=name, replaces=Replaces(indicator=other, since=since)) for name, other, since in successors
    ]
    return SimpleNamespace(indicators=[SimpleNamespace(name="cases", replaces=None), *declared])


@pytest.mark.parametrize("change", BREAKS)
def test_what_breaks_a_promise_is_refused_until_the_declaration_says_so(change):
    changed, words = BREAKS[change]
    found = compare({"cases": CASES}, {"cases": CASES.model_copy(update=changed)}, of(), TODAY)
    [line] = found.broken
    assert line.startswith("cases: ") and words in line and "`changes`" in line
    assert found.agreed == {"cases": CASES} and found.added == []
    said = CASES.model_copy(update={**changed, "told": TODAY, "since": TODAY})
    found = compare({"cases": CASES}, {"cases": said}, of(), TODAY)
    assert found.broken == [] and words in found.added[0]
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
