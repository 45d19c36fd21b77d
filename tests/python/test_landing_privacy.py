"""What may identify a person goes no further than the door: messages, quarantine, keys, permissions."""

import datetime
import json
import os
import shutil
import stat
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from keyed import key64, number64

import orchestration.landing.rekeying
from orchestration.errors import VigieError, told
from orchestration.execution import prepare_dagster_home
from orchestration.home import Home
from orchestration.landing import LedgerEntry, read_contracts
from orchestration.landing import land as land_all
from orchestration.landing import prepare_lake as prepare_all
from orchestration.landing.keys import Keys

#: The keys of 0, 1 and 2^64 - 1 under the secret of the test below, by `openssl enc -aes-256-ecb`.
KNOWN = [6306562183215209994, 14932300053573011987, 18340346950568789151]
PERSON, OTHER = "5ec1e7000000abcd" * 2, "0ddba11deadbeef0"
ROW = {
    "id_resultat": "result-12345",
    "version": "1",
    "nature": "new",
    "id_personne": PERSON,
    "date_prelevement": "2021-02-27T10:30",
    "date_resultat": "2021-02-27T18:00",
    "id_laboratoire": "LAB01",
    "type_analyse": "RT-PCR",
    "resultat": "N",
    "sexe": "F",
}
SIDEP = {"sidep": read_contracts()["sidep"]}


def land(home: Home) -> list[LedgerEntry]:
    """Land what there is of the one feed."""
    return land_all(home, datetime.date(2021, 3, 10), contracts=SIDEP)


def prepare_lake(home: Home) -> None:
    """What a build does first."""
    prepare_all(home, contracts=SIDEP)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home with its own secret."""
    monkeypatch.delenv("VIGIE_SECRET_FILE", raising=False)
    return Home(tmp_path / "home")


def deliver(home: Home, *rows: dict, name: str = "a.csv", day: str = "2021-03-01", header: bool = True) -> Path:
    """A SI-DEP file with these rows, each a change to a good one."""
    names = SIDEP["sidep"].names
    lines = [";".join((ROW | row).get(column, "") for column in names) for row in rows]
    path = home.landing / "sidep" / day / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([";".join(names)] * header + lines) + "\n")
    return path


def quarantine(home: Home, columns: str = "line, rule, value, person_keys", feed: str = "sidep") -> list[tuple]:
    """The quarantine of a feed, by line."""
    files = f"read_parquet('{home.lake}/quarantine/{feed}/*/*.parquet')"
    return duckdb.sql(f"select {columns} from {files} order by line").fetchall()


def holders(home: Home, *needles: bytes) -> list[str]:
    """The files of a home, but for the deliveries, in which one of some texts or keys stands: Parquet is unpacked."""
    found = []
    for path in sorted(home.root.rglob("*")):
        if not path.is_file() or path.is_relative_to(home.landing):
            continue
        content = path.read_bytes()
        if path.suffix == ".parquet":
            table = pyarrow.parquet.read_table(path, partitioning=None)
            content += "\n".join(map(str, table.to_pylist())).encode()
        if any(needle in content for needle in needles):
            found.append(str(path.relative_to(home.root)))
    return found


# Messages --------------------------------------------------------------------------------------------------


def test_a_file_without_its_header_is_not_quoted(home):
    """The first row stands where names are expected: neither the ledger nor the reason holds a word of it."""
    deliver(home, {}, {}, header=False)
    [entry] = land(home)
    assert "missing in the header: id_resultat" in entry.reason
    assert "found 0 of them and 22 unknown ones" in entry.reason
    assert holders(home, PERSON.encode(), b"result-12345", b"LAB01") == []


def test_names_of_unknown_columns_are_counted(home):
    """A header may hold anything: only the number of columns that the contract does not know is kept."""
    path = deliver(home, {})
    path.write_text(path.read_text().replace("\n", f";{OTHER}\n", 1).replace("\n", ";x\n").replace(f"{OTHER};x", OTHER))
    [entry] = land(home)
    assert (entry.verdict, entry.extra_columns) == ("accepted", 1)
    assert holders(home, OTHER.encode()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.gz", b"SECRET;VALUE\n"),
        ("a.parquet", b"SECRET;VALUE\n" * 10),
        ("a.csv", b"SECRET;VALUE\n"),
        ("a.csv", b'"SECRET"VALUE;"x\n'),
        ("a.csv", b"SECRET;VALUE;SECRET;VALUE\n"),
        ("a.csv", b"SECRET \xff VALUE\n"),
        ("a.csv", b"SECRET,VALUE\n"),
    ],
)
def test_a_refusal_quotes_nothing(home, name, content):
    """Whatever is wrong with a file, its reason and its entry are in our own words."""
    deliver(home, {}, name=name).write_bytes(content)
    [entry] = land(home)
    assert entry.verdict == "refused"
    assert holders(home, b"SECRET", b"VALUE") == []


def test_a_nested_column_is_refused_by_its_kind_alone(home):
    """The names inside a structure are the sender's."""
    path = deliver(home, {}, name="a.parquet")
    names = SIDEP["sidep"].names
    table = pa.table({name: pa.array([{"SECRET": 1}]) if name == "age" else pa.array(["x"]) for name in names})
    pyarrow.parquet.write_table(table, path)
    [entry] = land(home)
    assert "column age is of type STRUCT;" in entry.reason
    assert holders(home, b"SECRET") == []


def test_an_error_not_foreseen_is_told_without_its_words():
    """Engines quote the value on which they fail."""
    with pytest.raises(duckdb.Error) as caught:
        duckdb.sql("select 'SECRET'::integer").fetchall()
    assert "SECRET" in str(caught.value)
    assert told(caught.value) == "ConversionException"
    assert told(PermissionError(13, "Permission denied", "SECRET")) == "PermissionError: Permission denied"
    assert told(KeyError("SECRET")) == "KeyError"
    assert told(RuntimeError("out of luck")) == "RuntimeError: out of luck"


# Quarantine ------------------------------------------------------------------------------------------------


def test_swapped_columns_leave_no_pseudonym_and_can_be_found(home):
    """A pseudonym in another column is withheld, and its row has the key of the person all the same."""
    deliver(
        home,
        {},
        {"id_personne": "LAB01", "id_laboratoire": PERSON},
        {"age": PERSON},
        {"sexe": f"<{PERSON.upper()}>"},
        {"symptomes": f" {PERSON} "},
        {"age": "x"},
        {"id_personne": PERSON.upper()},
        {"id_personne": OTHER, "age": PERSON},
    )
    land(home)
    secret = home.private / "secret"
    rows = quarantine(home)
    assert [line for line, *_ in rows] == [3, 4, 5, 6, 7, 8, 9]
    assert all(key64(PERSON, secret) in keys for *_, keys in rows)
    assert key64(OTHER, secret) in rows[-1][-1]
    assert [value for _, _, value, _ in rows] == [
        "(key)",
        "(withheld, 32 characters)",
        "(withheld, 34 characters)",
        "(withheld, 34 characters)",
        "x",
        "(key)",
        "(withheld, 32 characters)",
    ]
    assert holders(home, PERSON.encode(), PERSON.upper().encode()) == []


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("abc", True),
        ("12.5", True),
        (" F", True),
        ("n/a", True),
        ("Result-12345", False),
        ("2 85 05 78 006 084 36", False),
        ("0612345678", False),
        ("ÉLÉONORE DUPONT", False),
        ("a-b-c-d-e-f-g-h", False),
    ],
)
def test_a_value_is_kept_only_when_it_identifies_nobody(home, value, kept):
    """Short values help to mend a feed; what has as many letters and digits as an identifier is withheld."""
    deliver(home, {}, {"sexe": value})
    land(home)
    assert quarantine(home, "value") == [(value if kept else f"(withheld, {len(value)} characters)",)]


def test_a_line_that_is_no_row_leaves_nothing_of_itself(home):
    """Neither its fields nor a key: only where it stood and what was wrong with it."""
    path = deliver(home, {}, {}, {})
    lines = path.read_text().split("\n")
    lines[2] += ";more"
    lines[3] = lines[3].replace(PERSON, f'{PERSON}"')
    path.write_text("\n".join(lines))
    land(home)
    assert quarantine(home) == [
        (3, "field_count", "23 fields, 22 expected", []),
        (4, "field_count", "unbalanced quotes", []),
    ]


# Keys ------------------------------------------------------------------------------------------------------


def identifiers(home: Home) -> list[tuple]:
    """The keys of results and persons in the lake."""
    return duckdb.sql(
        f"select id_resultat, id_personne from read_parquet('{home.lake}/raw/sidep/*/*.parquet') order by line"
    ).fetchall()


def test_identifiers_are_keyed_by_a_secret_of_the_home(home):
    """Two homes have other keys for the same person, and the MD5 of the pseudonym is nowhere."""
    deliver(home, {}, {"id_personne": OTHER, "id_resultat": "result-67890"}, {"age": "x"})
    land(home)
    secret = home.private / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(secret.read_text().strip()) == 64
    assert identifiers(home) == [
        (key64("result-12345", secret), key64(PERSON, secret)),
        (key64("result-67890", secret), key64(OTHER, secret)),
    ]
    assert quarantine(home, "person_keys") == [([key64(PERSON, secret)],)]
    assert holders(home, *(str(number64(text)).encode() for text in (PERSON, OTHER, "result-12345"))) == []
    other = Home(home.root.parent / "other")
    deliver(other, {})
    land(other)
    assert not set(sum(identifiers(other), ())) & set(sum(identifiers(home), ()))


def test_the_secret_may_stand_elsewhere_and_is_said_nowhere(home, monkeypatch):
    """`$VIGIE_SECRET_FILE` is read, and nothing of it is written into the home."""
    path = home.root.parent / "elsewhere"
    path.write_text("a secret of forty characters, more or less\n")
    path.chmod(0o600)
    monkeypatch.setenv("VIGIE_SECRET_FILE", str(path))
    deliver(home, {})
    land(home)
    assert identifiers(home) == [(key64("result-12345", path), key64(PERSON, path))]
    assert holders(home, path.read_bytes().strip()) == []
    assert not (home.private / "secret").exists()


def test_keys_are_those_of_aes_and_stay(home):
    """The keys of a lake hold for ever: these were computed once, by another implementation (openssl enc)."""
    keys = Keys(b"of these tests, and of no other home")
    assert keys.of(np.array([0, 1, 2**64 - 1], dtype=np.uint64)).tolist() == KNOWN
    column = pa.chunked_array([pa.array([None, 1], pa.uint64()), pa.array([], pa.uint64())])
    assert keys.of_column(column).to_pylist() == [None, KNOWN[1]]
    lists = pa.array([[], [1, 0], None, [1]], pa.list_(pa.uint64()))[1:]
    assert keys.of_column(lists).to_pylist() == [[KNOWN[1], KNOWN[0]], [], [KNOWN[1]]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda path: path.unlink(), "is lost.*VIGIE_SECRET_FILE.*another VIGIE_HOME"),
        (lambda path: path.write_text("x" * 64), "not the one that this home was begun with"),
        (lambda path: path.chmod(0o644), "chmod 600"),
        (lambda path: path.write_text("short"), "fewer than 32 characters"),
    ],
)
def test_without_its_secret_a_home_takes_nothing_in(home, change, message):
    """Lost, another, open to others or too short: refused at once, before a file is read, and no new one is made."""
    deliver(home, {})
    land(home)
    before = identifiers(home)
    change(home.private / "secret")
    deliver(home, {"id_resultat": "result-67890"}, name="b.csv")
    for action in (lambda: land(home), lambda: prepare_lake(home)):
        with pytest.raises(VigieError, match=message):
            action()
    assert identifiers(home) == before


def test_a_secret_among_the_data_is_refused(home, monkeypatch):
    """Who gets the data must not get the secret with it."""
    path = home.releases / "secret"
    path.parent.mkdir(parents=True)
    path.write_text("x" * 64)
    path.chmod(0o600)
    monkeypatch.setenv("VIGIE_SECRET_FILE", str(path))
    with pytest.raises(VigieError, match="among the data"):
        prepare_lake(home)


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


# A lake that was made without a secret ---------------------------------------------------------------------


def unkeyed(home: Home) -> None:
    """Bring a home into the state in which a version without secrets left it: keys are MD5 numbers."""
    deliver(home, {}, {"id_resultat": "result-67890", "id_personne": OTHER}, {"age": "x"}, {"id_laboratoire": PERSON})
    deliver(home, {}, name="without_header.csv", header=False)
    land(home)
    old = {
        f"{side}/{path.name}": path
        for side in ("raw", "quarantine")
        for path in (home.lake / side / "sidep" / "received_on=2021-03-01").glob("*.parquet")
    }
    for name, path in old.items():
        table = pyarrow.parquet.read_table(path, partitioning=None)
        if name.startswith("raw"):
            for column, texts in (("id_resultat", ["result-12345", "result-67890"]), ("id_personne", [PERSON, OTHER])):
                at = table.schema.get_field_index(column)
                table = table.set_column(at, column, pa.array([number64(text) for text in texts], pa.uint64()))
            # Of a version of the contract that had a further identifier.
            table = table.append_column("id_ancien", pa.array([number64(PERSON), None], pa.uint64()))
        else:
            table = table.drop_columns("person_keys").set_column(5, "value", pa.array(["x", PERSON]))
            table = table.append_column("person_key", pa.array([number64(PERSON), None], pa.uint64()))
        pyarrow.parquet.write_table(table, path)
    for path in (home.lake / "quarantine").glob("*/received_on=1970-01-01/empty.parquet"):
        table = pyarrow.parquet.read_table(path, partitioning=None).drop_columns("person_keys")
        pyarrow.parquet.write_table(table.append_column("person_key", pa.array([], pa.uint64())), path)
    for path in home.lake.glob("ledger/sidep/*/*.json"):
        entry = json.loads(path.read_text())
        entry["extra_columns"] = f"{OTHER}, unit"
        if entry["verdict"] == "refused":
            entry["reason"] += f", found {PERSON}, 42: unique"
        path.write_text(json.dumps(entry))
    home.warehouse.mkdir(parents=True)
    with duckdb.connect(str(home.database)) as con:
        con.execute("create schema s")
        con.execute(
            f"create table s.history as select {number64('result-12345')}::ubigint as result_key,"
            f" {number64(PERSON)}::ubigint as person_key, 7::ubigint as delivery"
        )
        con.execute(f"create table s.account as select 'refused' as verdict, 'found {PERSON}' as reason")
    (home.lake / "keys.json").unlink()
    (home.private / "secret").unlink()


def keyed(home: Home) -> bool:
    """Whether lake, quarantine, ledger and warehouse are as a landing under the secret makes them, everywhere."""
    secret = home.private / "secret"
    person = key64(PERSON, secret)
    assert identifiers(home) == [
        (key64("result-12345", secret), person),
        (key64("result-67890", secret), key64(OTHER, secret)),
    ]
    assert quarantine(home) == [(4, "type", "x", [person]), (5, "pattern", "(withheld, 32 characters)", [person])]
    with duckdb.connect(str(home.database), read_only=True) as con:
        assert con.execute("from s.history").fetchall() == [(key64("result-12345", secret), person, 7)]
        assert con.execute("from s.account").fetchall() == [("refused", "")]
        assert con.execute("select table_name from duckdb_tables() order by 1").fetchall() == [
            ("account",),
            ("history",),
        ]
    reasons = f"select distinct reason from '{home.lake}/ledger.parquet' where verdict = 'refused'"
    assert duckdb.sql(reasons).fetchall() == [
        ("refused before this lake had keys (unique); vigie land --again says why",)
    ]
    [raw] = (home.lake / "raw" / "sidep" / "received_on=2021-03-01").glob("*.parquet")
    assert pyarrow.parquet.read_table(raw, columns=["id_ancien"]).to_pydict() == {"id_ancien": [person, None]}
    assert duckdb.sql(f"select distinct extra_columns from '{home.lake}/ledger.parquet'").fetchall() == [(2,)]
    needles = [str(number64(text)).encode() for text in (PERSON, OTHER, "result-12345", "result-67890")]
    assert holders(home, PERSON.encode(), OTHER.encode(), *needles) == []
    return True


def test_an_old_lake_is_keyed_once_without_its_files(home):
    """By hashing its keys: no delivery is needed, what is quarantined loses its values, and again changes nothing."""
    unkeyed(home)
    for path in home.landing.rglob("*.csv"):
        path.unlink()
    prepare_lake(home)
    assert keyed(home)
    prepare_lake(home)
    assert keyed(home)


def test_what_was_said_before_an_old_lake_was_keyed_goes(home, monkeypatch):
    """Journals, events of Dagster, logs, and why files were refused in what is kept of releases; but once only."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("VIGIE_HOME", str(home.root))
    unkeyed(home)
    told = [
        "runs/2021-03-01.json", "dagster/history/runs/index.db", "dagster/storage/x/compute_logs/y.err",
        "dagster/last_run.log", "dbt/logs/dbt.log", "dbt/target/run_results.json", "as_of/2021-03-01/dbt/logs/dbt.log",
    ]  # fmt: skip
    for name in told:
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_text(PERSON)
    kept = home.archive / "2021-03-01" / "release.json"
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps({"deliveries": [{"verdict": "refused", "reason": PERSON}], "id": "2021-03-01"}))
    prepare_dagster_home(home)
    prepare_lake(home)
    assert keyed(home)
    assert json.loads(kept.read_text()) == {"deliveries": [{"verdict": "refused", "reason": ""}], "id": "2021-03-01"}
    (home.root / told[1]).parent.mkdir(parents=True)
    (home.root / told[1]).write_text("events")
    prepare_dagster_home(home)
    assert (home.root / told[1]).is_file()


def test_the_keying_of_a_lake_may_be_killed_at_any_moment(tmp_path, monkeypatch):
    """Wherever it stops, the next call ends in the same state: nothing is keyed twice, and nothing stays as it was."""
    monkeypatch.delenv("VIGIE_SECRET_FILE", raising=False)
    rekeying = orchestration.landing.rekeying
    publish, key_warehouse = rekeying.publish, rekeying._key_warehouse
    unkeyed(Home(tmp_path / "old"))
    for step in range(100):
        home, calls = Home(Path(shutil.copytree(tmp_path / "old", tmp_path / str(step)))), []

        def dying(function, step=step, calls=calls):
            def call(*arguments):
                if len(calls) == step:
                    raise Killed
                calls.append(1)
                function(*arguments)

            return call

        monkeypatch.setattr(rekeying, "publish", dying(publish))
        monkeypatch.setattr(rekeying, "_key_warehouse", dying(key_warehouse))
        try:
            prepare_lake(home)
            assert step > 10
            break
        except Killed:
            pass
        monkeypatch.setattr(rekeying, "publish", publish)
        monkeypatch.setattr(rekeying, "_key_warehouse", key_warehouse)
        prepare_lake(home)
        assert keyed(home), f"killed before step {step}"


# Permissions -----------------------------------------------------------------------------------------------


def readable_by_others(home: Home) -> list[str]:
    """What of a home somebody else can reach, folders on the way included."""

    def reach(folder: Path) -> list[Path]:
        found = []
        for path in folder.iterdir():
            mode = path.lstat().st_mode
            if path.is_symlink():
                continue
            if path.is_dir() and mode & 0o011:
                found += [path, *reach(path)]
            elif mode & 0o044:
                found.append(path)
        return found

    return sorted(str(path.relative_to(home.root)) for path in reach(home.root))


def test_a_home_is_its_users_own(home):
    """Also one that was open: only `releases/` can be reached, and it is not told what else there is."""
    umask = os.umask(0o022)
    try:
        deliver(home, {})
        home.lake.mkdir()
        (home.lake / "old.parquet").write_text("x")
        home.keep_private()
        land(home)
        home.runs.mkdir()
        (home.runs / "journal.json").write_text("{}")
        home.keep_private()
    finally:
        os.umask(umask)
    assert readable_by_others(home) == ["releases"]
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o711
    assert stat.S_IMODE((home.lake / "raw").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.lake.rglob("*.json")} == {0o600}


def test_a_drop_box_stays_open_to_its_group(home):
    """A producer who may write into the landing folder goes on doing so; the others may not look into it."""
    home.landing.mkdir(parents=True)
    home.landing.chmod(0o2775)
    umask = os.umask(0o022)
    try:
        home.keep_private()
    finally:
        os.umask(umask)
    assert stat.S_IMODE(home.landing.stat().st_mode) == 0o2770
