"""Differences row by row: applied to what a recipient has they give the whole, whatever changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from drawing import dice
from small_routing import BASIS, CLASSES, RECORDS, SECRET, Small, declared, small, write_release, write_secret

from orchestration.routing import receipts, rows
from orchestration.routing.delivering import deliver, give_up

ROWS = {"name": "rows", "model": RECORDS, "fields": ["result_key", "person_key", "sampled_on", "result"], "days": 60}
OF = {"class": "research", "basis": BASIS, "records": [ROWS], "difference": "rows"}
PUBLISHED = {"class": "agency", "regions": ["11"], "datasets": [{"name": "sp-pos-quot-dep"}], "difference": "rows"}
KEYS = {"rows": ["result_key"], "sp-pos-quot-dep": ["dep", "jour", "cl_age90"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Small:
    """A small home that tests copy."""
    return small(tmp_path_factory.mktemp("rows") / "home", dice("rows"), weeks=4)


@pytest.fixture
def here(made, tmp_path) -> Small:
    """A home of its own."""
    shutil.copytree(made.home.root, tmp_path / "home", symlinks=True)
    here = Small(type(made.home)(tmp_path / "home"), made.counts, made.declarations)
    write_secret(here, "one", SECRET)
    return here


def send(here: Small, folder: Path, document: dict):
    [recipient] = declared(folder, one=document).values()
    outcome = deliver(here.home, recipient, CLASSES, here.declarations, ways=here.ways())
    assert outcome.state in ("sent", "unchanged"), outcome.why
    return outcome


def change(here: Small, turn: int) -> None:
    """Some rows of persons come, change and go; so do some rows of a published file."""
    drawn = dice("change", turn)
    table = f"marts.{RECORDS}"
    with duckdb.connect(str(here.home.database)) as con:
        keys = [row[0] for row in con.execute(f"select result_key from {table} order by all").fetchall()]
        gone, other = drawn.sample(keys, 3), drawn.sample(keys, 4)
        con.execute(f"delete from {table} where result_key in ({', '.join(map(str, gone))})")
        con.execute(f"update {table} set result = 'unknown' where result_key in ({', '.join(map(str, other))})")
        con.execute(f"insert into {table} select * replace (hash(result_key, {turn}) as result_key) "
                    f"from {table} limit 2")  # fmt: skip
        con.execute("update marts.incidence_rate set numerator = numerator + 1 where geo_code = '75'")
        con.execute("delete from marts.incidence_rate where geo_code = '77' and age_class = '69'")
    write_release(here, f"2021-03-14-{turn + 2}")


def applied(folder: Path) -> dict[str, list[tuple]]:
    """The rows that a recipient has, by file: each delivery brings files, or what has changed in one."""
    con, state = duckdb.connect(), {}
    for path in sorted(folder.glob("[0-9]*/manifest.json")):
        manifest = json.loads(path.read_text())
        for name in manifest["removed"]:
            con.execute(f'drop table "{state.pop(name)}"')
        for file in manifest["files"]:
            if file["in"] != manifest["delivery"]:
                continue
            name, sent = file["name"], path.parent / file["sent_as"]
            read = f"read_parquet('{sent}', hive_partitioning = false)"
            if ".csv" in sent.name:
                read = f"read_csv('{sent}', delim = ';', all_varchar = true, nullstr = '')"
            if "changes" not in file:
                con.execute(f'create or replace table "{name}" as from {read}')
                state[name] = name
                continue
            same = " and ".join(f'old."{key}" = new."{key}"' for key in KEYS[file["output"]])
            con.execute(f'delete from "{name}" as old using {read} as new where {same}')
            rest = f"select * exclude (vigie_change) from {read} where vigie_change <> 'removed'"
            con.execute(f'insert into "{name}" by name {rest}')
            assert con.execute(f"select count(*) from {read}").fetchall() == [(file["changes"],)]
        for file in manifest["files"]:
            assert con.execute(f'select count(*) from "{file["name"]}"').fetchall() == [(file["rows"],)]
    return {name: con.execute(f'select * from "{name}" order by all').fetchall() for name in state}


@pytest.mark.parametrize(
    ("document", "form", "turns"), [(OF, "parquet", 2), (OF, "csv", 1), (PUBLISHED, "csv", 1)]
)  # fmt: skip
def test_differences_applied_to_the_last_state_give_the_whole(here, tmp_path, document, form, turns):
    send(here, tmp_path / "d", document | {"form": form})
    for turn in range(turns):
        change(here, turn)
        assert send(here, tmp_path / "d", document | {"form": form}).numbers == [turn + 2]
    outgoing = here.home.root / "outgoing" / "one"
    files = receipts.last_data(here.home, "one")["files"]
    assert any("changes" in file for file in files) and all(
        file["whole_in"] == 1 for file in files if "changes" in file
    )
    by_differences = applied(outgoing)
    # The same made anew at another place.
    send(here, tmp_path / "d", document | {"form": form, "transport": {"kind": "folder", "path": "outgoing/whole"}})
    assert json.loads((outgoing.parent / "whole" / f"{turns + 2:06d}" / "manifest.json").read_text())["base"] is None
    assert by_differences == applied(outgoing.parent / "whole")


def test_a_difference_has_the_rows_that_changed_and_of_those_removed_the_key_alone(here, tmp_path):
    send(here, tmp_path / "d", OF | {"form": "csv"})
    change(here, 0)
    send(here, tmp_path / "d", OF | {"form": "csv"})
    path = here.home.root / "outgoing" / "one" / "000002" / "rows.changes.csv"
    found = duckdb.sql(f"from read_csv('{path}', delim = ';', all_varchar = true)").fetchall()
    by = {what: [row[1:] for row in found if row[0] == what] for what in ("added", "changed", "removed")}
    assert len(by["removed"]) == 3 and len(by["added"]) == 2 and 1 <= len(by["changed"]) <= 4
    assert all(set(row[1:]) == {None} and len(row[0]) == 32 for row in by["removed"])
    assert {row[3] for row in by["changed"]} == {"unknown"}


def test_the_home_keeps_keys_and_digests_of_what_a_recipient_has_and_nothing_else(here, tmp_path):
    send(here, tmp_path / "d", OF)
    change(here, 0)
    send(here, tmp_path / "d", OF)
    kept = list(rows.folder_of(here.home, "one").glob("*.parquet"))
    assert {path.stem for path in kept} == {f["sha256"] for f in receipts.last_data(here.home, "one")["files"]}
    columns = {row[0] for path in kept for row in duckdb.sql(f"describe from '{path}'").fetchall()}
    assert columns == {"result_key", rows.DIGEST}
    [recipient] = declared(tmp_path / "d", one=OF).values()
    give_up(here.home, recipient)
    assert not rows.folder_of(here.home, "one").exists()


def test_where_no_key_names_a_row_files_are_sent_whole(here, tmp_path):
    without = OF | {"records": [ROWS | {"fields": ["person_key", "result"]}]}
    send(here, tmp_path / "d", without)
    change(here, 0)
    send(here, tmp_path / "d", without)
    assert not any("changes" in file for file in receipts.last_data(here.home, "one")["files"])


def test_a_file_with_other_columns_or_other_keys_is_sent_whole(here, tmp_path):
    send(here, tmp_path / "d", OF)
    # What it may not have any more is in no file that stands.
    send(here, tmp_path / "d", OF | {"records": [ROWS | {"fields": ROWS["fields"][:3]}]})
    write_secret(here, "one", "6" * 64)
    send(here, tmp_path / "d", OF)
    files = receipts.last_data(here.home, "one")["files"]
    assert {file["in"] for file in files} == {3} and not any("changes" in file for file in files)


def test_after_a_place_that_is_not_known_the_whole_is_sent(here, tmp_path):
    send(here, tmp_path / "d", OF)
    receipt = receipts.folder_of(here.home, "one") / "000001.json"
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | {"verified": False}))
    change(here, 0)
    send(here, tmp_path / "d", OF)
    last = receipts.last_data(here.home, "one")
    assert last["base"] is None and {file["in"] for file in last["files"]} == {2}
    assert not any("changes" in file for file in last["files"])
