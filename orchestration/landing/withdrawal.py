"""Taking back a delivery that should never have come.

Its rows stay in the lake and its entry in the ledger, with the reason; what counts sees the withdrawal come like a
delivery, and from then on counts as if the rows had not come. What was known before that day can still be asked for.
"""

import datetime
from collections.abc import Mapping

import duckdb

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing.checking import literal, quoted
from orchestration.landing.contract import Contract, read_contracts
from orchestration.landing.lake import Lake
from orchestration.landing.ledger import Ledger, LedgerEntry, key_of


def withdraw(
    home: Home, feed: str, file: str, why: str, on: datetime.date, *, contracts: Mapping[str, Contract] | None = None
) -> list[LedgerEntry]:
    """Take back every arrival of the file `file` (path below the folder of the feed) from the day `on` on.

    Returns the entries withdrawn. The same content may be sent again afterwards, and other files of the same content,
    which were duplicates, land at the next landing as if this one had not come. Raises VigieError when there is no
    reason, when nothing of the file counts, and when what was counted cannot be taken back: rows removed after their
    retention, and requests for erasure that were carried out.
    """
    if not why.strip():
        raise VigieError("A withdrawal needs its reason: --why TEXT. It is kept in the ledger.")
    lake = Lake(home)
    with lake.locked():
        ledger = lake.ledger()
        lake.sweep(ledger)
        lake.write_ledger(ledger)
        entries = _to_withdraw(ledger, feed, file)
        declared = read_contracts() if contracts is None else contracts
        # What a request took out of the counts comes back by counting anew: of it no event tells.
        anew = feed == "erasure" and _was_taken_in(home, entries)
        with lake.connected() as con:
            _refuse_what_is_gone(lake, con, declared.get(feed), entries)
            if feed == "erasure":
                _refuse_what_was_erased(lake, con, entries)
        withdrawn = [_withdrawn(entry, why.strip(), on, anew) for entry in entries]
        for entry in withdrawn:
            lake.commit(ledger, entry)
        lake.write_ledger(ledger)
    return withdrawn


def _to_withdraw(ledger: Ledger, feed: str, file: str) -> list[LedgerEntry]:
    entries = ledger.of_path(feed, file)
    if not entries:
        raise VigieError(
            f"No file {feed}/{file} was ever seen; expected <feed>/<YYYY-MM-DD>/<file>, as the ledger"
            " (lake/ledger.parquet) names it."
        )
    found = [entry for entry in entries if entry.verdict in ("accepted", "duplicate")]
    if not found:
        [*_, last] = entries
        raise VigieError(f"Nothing of {feed}/{file} counts: it was {last.verdict} ({last.reason}).")
    return found


def _withdrawn(entry: LedgerEntry, why: str, on: datetime.date, anew: bool) -> LedgerEntry:
    assert entry.received_on
    return entry.model_copy(
        update={
            "verdict": "withdrawn",
            "reason": why,
            "withdrawn_on": max(on, entry.received_on),
            "withdrawn_at": datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
            "withdrawal": None if anew or entry.delivery is None else key_of(entry.delivery, "withdrawn"),
        }
    )


def _refuse_what_is_gone(
    lake: Lake, con: duckdb.DuckDBPyConnection, contract: Contract | None, entries: list[LedgerEntry]
) -> None:
    """Raise VigieError when counting without the rows would need others that were removed after their retention."""
    retired = lake.folder / "retired_deliveries.parquet"
    retention = contract.table.retention if contract else None
    if not retired.is_file():
        return
    feed, file = entries[0].feed, entries[0].file
    gone = con.execute(
        f"select max(received_on), list(delivery) from {literal(retired)} where feed = ?", [feed]
    ).fetchall()
    [(until, keys)] = gone
    if until is None:
        return
    kept_from = until + datetime.timedelta(1)
    rows = lake.rows_of("raw", entries)
    if retention and rows and not {entry.delivery for entry in entries} & set(keys):
        [(first,)] = con.execute(f"select min({quoted(retention.column)}::date) from {rows}").fetchall()
        if first is None or first >= kept_from + datetime.timedelta(retention.history):
            return
    raise VigieError(
        f"{feed}/{file} cannot be taken back: rows received until {until} have been removed after the retention of"
        f" {feed}, and what it changed can no longer be counted without them. Its producer can still correct or delete"
        " its records."
    )


def _was_taken_in(home: Home, entries: list[LedgerEntry]) -> bool:
    """Whether the counts of the warehouse know one of the deliveries."""
    if not home.database.is_file():
        return False
    keys = ", ".join(str(entry.delivery) for entry in entries if entry.delivery is not None)
    with duckdb.connect(str(home.database), read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name from duckdb_columns() join duckdb_tables()"
            " using (database_name, schema_name, table_name)"
            " where table_name like '%batches' and column_name = 'delivery'"
        ).fetchall()
        return bool(keys) and any(
            con.execute(f"select 1 from {schema}.{table} where delivery in ({keys}) limit 1").fetchall()
            for schema, table in tables
        )


def _refuse_what_was_erased(lake: Lake, con: duckdb.DuckDBPyConnection, entries: list[LedgerEntry]) -> None:
    """Raise VigieError when rows of persons of a request have left the lake, or are about to."""
    noted = f"select 1 from {literal(lake.erased_requests)} where list_contains(?::ubigint[], delivery) limit 1"
    if con.execute(noted, [[entry.delivery for entry in entries]]).fetchall():
        raise VigieError(
            f"{entries[0].feed}/{entries[0].file} cannot be taken back: it was carried out, and nothing brings the rows"
            " of those persons back into the lake. Whoever should count again has to be sent again by the producers,"
            " under another pseudonym."
        )
