"""What the public reads of incidents: cells marked, events listed and drawn, and nothing that names anyone."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import duckdb
import frictionless
import pytest
from test_incidents import DAY, finding, found
from test_release import TODAY, gate, home, manifest, publish  # noqa: F401 - fixtures

from orchestration.home import Home
from orchestration.incidents.public import public_incidents
from orchestration.incidents.register import close, mark, read_register
from orchestration.release.charts import line_chart
from orchestration.release.marks import Marks
from orchestration.release.series import _with_incidents

FIRST, LAST = dt.date(2020, 9, 10), dt.date(2020, 9, 12)
SIGNAL = {"kind": "signal", "rule": "volume", "feed": "sidep", "detail": "LAB1: 3 rows, a.csv"}


def declared(home: Home, **facts) -> None:  # noqa: F811
    """An incident of which an officer has declared the days."""
    found(home, finding("signal volume sidep LAB1", **{**SIGNAL, **facts}), kinds=["signal"])
    mark(home, 1, FIRST, LAST, "the strike of LAB1", TODAY)


def events(release: Path) -> list[dict[str, str]]:
    with open(release / "open_data" / "events.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def marked(release: Path, name: str) -> set[tuple[str, str]]:
    """Period and last day of the cells with the status of an incident."""
    files = str(release / "open_data" / name / "*.parquet")
    query = f"select distinct period, period_end::varchar from '{files}' where status = 'incident'"
    return set(duckdb.sql(query).fetchall())


def test_the_public_is_told_what_an_officer_declared_and_nothing_else(tmp_path):
    home = Home(tmp_path)  # noqa: F811
    assert public_incidents(home) == []
    found(home, finding("signal volume sidep LAB1", **SIGNAL), kinds=["signal"])
    assert public_incidents(home) == []
    mark(home, 1, FIRST, LAST, "the strike of LAB1", DAY)
    # A signal is of its day: it is gone on the next one, and the figures are touched still.
    assert found(home, day=1, kinds=["signal"]).closed == ()
    [told] = public_incidents(home)
    assert (told.feed, told.since, told.until, told.stands) == ("sidep", FIRST, LAST, True)
    assert "LAB1" not in repr(told) + told.fr + told.en
    close(home, 1, "the results came", DAY)
    assert not public_incidents(home)[0].stands and "réparé" in public_incidents(home)[0].fr
    assert public_incidents(home.as_of(DAY)) == [] and read_register(home) == []


def test_cells_of_an_incident_are_marked_as_long_as_it_stands(home, publish):  # noqa: F811
    first = publish()
    assert marked(first.path, "incidence-rate-fra") == set()
    declared(home)
    second = publish()
    days = {("day", f"2020-09-{day}") for day in (10, 11, 12)}
    assert marked(second.path, "incidence-rate-fra") == days | {("rolling7", f"2020-09-{day}") for day in range(10, 19)}
    assert b"2020-09-10" in (second.path / "open_data" / "incidence-rate-fra.csv").read_bytes()
    assert b";incident;" in (second.path / "open_data" / "incidence-rate-fra.csv").read_bytes()
    assert not [p for p in second.path.rglob("*") if p.is_file() and b"LAB1" in p.read_bytes()]
    report = frictionless.validate(str(second.path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])
    assert not publish().new
    close(home, 1, "the results came", TODAY)
    third = publish()
    assert third.new and marked(third.path, "incidence-rate-fra") == set()


@pytest.mark.parametrize(
    ("facts", "touched"), [({"feed": "sivic"}, False), ({"outputs": ("sp-dep-quot",)}, False), ({}, True)]
)
def test_only_what_an_incident_touches_is_marked(home, publish, facts, touched):  # noqa: F811
    declared(home, **facts)
    made = publish()
    assert bool(marked(made.path, "incidence-rate-dep")) == touched
    told = {each["output"] for each in events(made.path) if each["kind"] == "incident"}
    assert ("incidence_rate" in told) == touched
    assert ("sp-dep-quot" in told) == ("outputs" in facts or touched)


def test_what_happened_is_listed_and_drawn(home, publish):  # noqa: F811
    declared(home)
    made = publish()
    rows = [each for each in events(made.path) if each["output"] == "incidence_rate"]
    assert [(each["since"], each["until"], each["kind"]) for each in rows] == [
        ("2020-09-10", "2020-09-12", "incident"),
        ("2020-12-08", "2020-12-08", "change"),
    ]
    assert rows[1]["fr"] == "Résidence."
    page = (made.path / "methods" / "incidence_rate.fr.html").read_text()
    assert "touchés par un incident connu" in page.partition("<figcaption>")[2].partition("</figcaption>")[0]
    resource = {r["name"]: r for r in json.loads((made.path / "datapackage.json").read_text())["resources"]}["events"]
    assert resource["path"] == "open_data/events.csv"


def test_an_event_is_a_line_in_the_plot():
    points = [
        {"period_end": f"2020-09-{day:02}", "value": float(day), "ci_low": None, "ci_high": None, "status": "final"}
        for day in range(1, 29)
    ]
    without, within = (line_chart(points, "fr", "plot", days) for days in ((), ("2020-09-10",)))
    assert within.count("stroke-dasharray") == without.count("stroke-dasharray") + 1
    assert 'd="M' in within and "var(--accent)" in within


def test_months_that_an_incident_touches_rest_on_it_and_others_do_not():
    marks = Marks("whole", {"2020-08": "a", "2020-09": "b", "2020-10": "c", "2020-11": "d"})
    touched = ((dt.date(2020, 9, 10), dt.date(2020, 9, 28)),)

    def changed(to_date: bool) -> list[str]:
        now = _with_incidents(marks, touched, to_date)
        assert now.whole == "whole"
        return [month for month in marks.months if now.months[month] != marks.months[month]]

    assert changed(to_date=False) == ["2020-09", "2020-10"]
    assert changed(to_date=True) == ["2020-09", "2020-10", "2020-11"]
    assert _with_incidents(marks, (), False) is marks
    assert _with_incidents(Marks("whole"), touched, False).whole != "whole"
