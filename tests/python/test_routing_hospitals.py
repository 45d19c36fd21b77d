"""A recipient of its own hospitals gets their rows and numbers, and nothing of another hospital."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from drawing import dice
from rendered_models import Models, Project
from small_routing import (
    BASIS,
    CLASSES,
    DEPARTEMENTS,
    EVENTS,
    HOSPITALS,
    RECORDS,
    STAYS,
    TODAY,
    Small,
    declarations,
    declared,
    small,
    write_secret,
)

from orchestration.errors import VigieError
from orchestration.routing import cut, receipts
from orchestration.routing.declarations import Counts
from orchestration.routing.delivering import deliver
from orchestration.routing.plan import plan
from orchestration.routing.rehashing import rehashed

ROWS = {"name": "events", "model": EVENTS, "fields": ["event_key", "finess", "occurred_on"], "days": 60}
WEEKS = {"name": "weeks", "model": STAYS, "measures": ["stays_declared"], "days": 60}
OF = {"class": "hospital", "basis": BASIS, "counts": [WEEKS], "records": [ROWS]}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Small:
    """A small home that the tests of this module only read."""
    return small(tmp_path_factory.mktemp("hospitals") / "home", dice("hospitals"))


def sent_to(made: Small, folder: Path, name: str, **document) -> Path:
    [recipient] = declared(folder / name, **{name: OF | document}).values()
    write_secret(made, name, f"{name}{'9' * 40}")
    outcome = deliver(made.home, recipient, CLASSES, made.declarations, ways=made.ways())
    assert outcome.state == "sent", outcome.why
    return made.home.root / "outgoing" / name / f"{outcome.numbers[-1]:06d}"


@pytest.mark.parametrize("turn", range(4))
def test_no_row_and_no_number_of_another_hospital_is_sent(made, tmp_path, turn):
    drawn = dice("own", turn)
    own = drawn.sample(sorted(HOSPITALS), drawn.randrange(1, 5))
    form = drawn.choice(("csv", "parquet"))
    part = drawn.choice(({}, {"regions": ["11"]}))
    folder = sent_to(made, tmp_path, f"group{turn}", hospitals=own, form=form, **part)
    inside = {each for each in own if not part or DEPARTEMENTS.get(HOSPITALS[each]) == "11"}
    read = (
        "read_parquet('{}/*.parquet')" if form == "parquet" else "read_csv('{}.csv', delim = ';', all_varchar = true)"
    )
    with duckdb.connect(str(made.home.database), read_only=True) as con:
        truth = con.execute(f"select event_key, finess, occurred_on::varchar from marts.{EVENTS}").fetchall()
    secret = f"group{turn}{'9' * 40}".encode()
    expected = {(rehashed(secret, key), finess, day) for key, finess, day in truth if finess in inside}
    if inside:
        found = duckdb.sql(f"select event_key, finess, occurred_on::varchar from {read.format(folder / 'events')}")
        assert set(found.fetchall()) == expected
    # No key, no number and no name of another hospital stands anywhere in what was sent.
    others = {each.encode() for each in HOSPITALS if each not in own}
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.suffix in (".csv", ".json"))
    assert not any(other in content for other in others)
    last = receipts.last_data(made.home, f"group{turn}")
    if any(file["output"] == "weeks" for file in last["files"]):
        weeks = duckdb.sql(f"select distinct finess from {read.format(folder / 'weeks')}").fetchall()
        assert {finess for (finess,) in weeks} <= inside


def given(threshold: int, own: list[str], *weeks: tuple) -> dict[str, int]:
    """The numbers of its hospitals that a recipient gets, of these: hospital, département, number of a week."""
    with duckdb.connect() as con:
        rows = ", ".join(f"('{finess}', '{dep}', date '2021-03-14', {stays})" for finess, dep, stays in weeks)
        con.execute(f"create table weeks as from (values {rows}) as w (finess, dep, period_end, stays_declared)")
        policy, counts = CLASSES["hospital"].counts[STAYS], Counts(**WEEKS)
        recipient = SimpleNamespace(hospitals=own, regions=())
        sql = cut.counts_of("weeks", policy, counts, recipient, "2021-01-01", threshold)
        return dict(con.execute(f"select finess, stays_declared from ({sql})").fetchall())


def test_a_number_below_the_threshold_is_not_given():
    weeks = [("a", "75", 40), ("b", "75", 3), ("c", "75", 9), ("d", "77", 0), ("e", "77", 8)]
    assert given(5, ["a", "b", "d"], *weeks) == {"a": 40, "d": 0}


def test_beside_the_departement_no_number_tells_that_of_few_in_another_hospital():
    weeks = [("a", "75", 40), ("b", "75", 3), ("c", "77", 40), ("d", "77", 5)]
    assert given(5, ["a", "c"], *weeks) == {"c": 40}
    # Nor of one of its own that was left out, alone or with that of others.
    assert given(5, ["a", "b"], *weeks) == {}
    assert given(5, ["a", "b"], *weeks, ("e", "75", 2)) == {"a": 40}


@pytest.mark.parametrize("turn", range(3))
def test_what_is_not_given_of_a_departement_is_nobody_or_enough(turn):
    drawn = dice("beside", turn)
    names = "abcdef"
    weeks = [(name, "75", drawn.choice((0, 1, 3, 6, 30))) for name in names]
    own = drawn.sample(names, 3)
    found = given(5, own, *weeks)
    rest = sum(stays for *_, stays in weeks) - sum(found.values())
    assert not found or rest == 0 or rest >= 5
    assert all(stays == 0 or stays >= 5 for stays in found.values()) and found.keys() <= set(own)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"hospitals": [], "records": []}, "numbers of its own hospitals alone"),
        ({"hospitals": [], "counts": []}, "its own hospitals alone"),
        ({"hospitals": [], "counts": [], "regions": ["11"]}, "its own hospitals alone"),
        ({"counts": [WEEKS | {"measures": ["deaths"]}]}, "may not have deaths"),
        ({"counts": [WEEKS | {"model": EVENTS}]}, "may have no numbers of"),
        ({"records": [ROWS | {"fields": ["delivery"]}]}, "may not have delivery"),
        ({"class": "research", "counts": [], "records": [ROWS | {"model": RECORDS, "fields": ["dep"]}]}, "not cut by"),
        ({"counts": [], "records": [], "datasets": [{"name": "sp-*"}]}, "nothing that it gets is cut by hospital"),
    ],
)
def test_what_is_not_of_its_own_hospitals_does_not_compile(tmp_path, document, why):
    [recipient] = declared(tmp_path, **{"one": OF | {"hospitals": ["750000018"]} | document}).values()
    with pytest.raises(VigieError) as refused:
        plan(recipient, CLASSES, declarations(), TODAY)
    assert why in str(refused.value)


@pytest.mark.parametrize("code", ["unknown", "75000001", "75000001%", "' or true--", ""])
def test_a_hospital_is_named_by_its_number(tmp_path, code):
    with pytest.raises(VigieError, match="hospitals"):
        declared(tmp_path, **{"one": OF | {"hospitals": [code]}})


def test_weeks_of_hospitals_are_those_that_are_over():
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as vigie; use vigie")
        models = Models(Project.read(), con, "vigie", lambda name, table: "")
        days = "('hospital', date '2021-03-08', 'x', 2), ('hospital', date '2021-03-14', 'x', 1), "
        days += "('hospital', date '2021-03-15', 'x', 7), ('dep', date '2021-03-08', 'all', 9)"
        columns = "cell_level, day, hospital, stays_declared"
        models.give("int_hospital__cells", f"select *, '75' as place from (values {days}) as cells ({columns})")
        models.give("int_hospital__calendar", "select date '2021-03-20' as last_day")
        models.run(["int_hospital__weeks_of_hospitals"])
        relation = models.relation("int_hospital__weeks_of_hospitals")
        found = con.execute(f"select finess, dep, period_end::varchar, stays_declared from {relation}").fetchall()
    assert found == [("x", "75", "2021-03-14", 3)]
