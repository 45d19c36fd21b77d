"""The raw lake: where landed rows are written, and how a file lands wholly or not at all.

Every file is written under a temporary name in `lake/.tmp`, on the same file system, and renamed when it is
complete: first the quarantine, then the accepted rows, last the ledger entry, which makes them count. Rows
without a ledger entry are what a killed landing left behind; `sweep` removes them.
"""

import datetime
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet

from orchestration.home import Home
from orchestration.landing.checking import Check, literal, raise_on_bad_sql
from orchestration.landing.contract import Contract
from orchestration.landing.ledger import SCHEMA, Ledger, LedgerEntry, as_table
from orchestration.storage import locked, publish

#: The partition of the empty files; no delivery is ever received on that day.
EPOCH = datetime.date(1970, 1, 1)

QUARANTINE = pa.schema(
    [
        ("delivery", pa.uint64()),
        ("file", pa.string()),
        ("line", pa.int32()),
        ("rule", pa.string()),
        ("column_name", pa.string()),
        ("value", pa.string()),
        ("person_keys", pa.list_(pa.uint64())),
    ]
)

#: The rule of a line that has not the columns of the header; every other rule is of the contract.
FIELD_COUNT = "field_count"

#: Rows that upkeep removed from each delivery, on request.
ERASED_ROWS = pa.schema(
    [
        ("feed", pa.string()),
        ("delivery", pa.uint64()),
        ("rows_in_lake", pa.int64()),
        ("rows_in_quarantine", pa.int64()),
    ]
)

#: The requests for erasure, by delivery, for which upkeep has begun to remove rows.
ERASED_REQUESTS = pa.schema([("delivery", pa.uint64())])

#: The account of deliveries of which the rows were kept as long as their feed keeps them.
RETIRED_DELIVERIES = pa.schema(
    [
        ("feed", pa.string()),
        ("file", pa.string()),
        ("received_on", pa.date32()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("delivery", pa.uint64()),
        *(
            (f"rows_{fate}", pa.int64())
            for fate in (
                "received", "used", "deduplicated", "superseded", "deleted", "quarantined", "erased", "withdrawn",
                "blank",
            )
        ),
    ]
)  # fmt: skip

_CONTENT_NAME = re.compile(r"[0-9a-f]{16}\.parquet")


class Lake:
    """The files of the lake under a home."""

    def __init__(self, home: Home) -> None:
        """Name the folders; nothing is read or made yet."""
        self.folder = Path(home.lake)
        self.temporary = self.folder / ".tmp"

    def name_of(self, path: Path) -> str:
        """The path of a file within the lake, the same wherever the home stands."""
        return path.relative_to(self.folder).as_posix()

    def accepted(self, feed: str, received_on: datetime.date, stem: str) -> Path:
        """The file of the accepted rows of a delivery; `stem` as its ledger entry gives it."""
        return self.folder / "raw" / feed / f"received_on={received_on}" / f"{stem[:16]}.parquet"

    def rejected(self, feed: str, received_on: datetime.date, stem: str) -> Path:
        """The file of the quarantined rows of a delivery; absent when there are none."""
        return self.folder / "quarantine" / feed / f"received_on={received_on}" / f"{stem[:16]}.parquet"

    def rows_of(self, side: str, entries: Sequence[LedgerEntry]) -> str | None:
        """SQL of the rows that `raw` or `quarantine` holds of some deliveries of a feed; None when it has no file."""
        folders = {self.folder / side / entry.feed / f"received_on={entry.received_on}" for entry in entries}
        files = ", ".join(literal(file) for folder in sorted(folders) for file in sorted(folder.glob("*.parquet")))
        keys = ", ".join(str(entry.delivery) for entry in entries if entry.delivery is not None)
        if not (files and keys):
            return None
        rows = f"read_parquet([{files}], hive_partitioning = false, union_by_name = true)"
        return f"(select * from {rows} where delivery in ({keys}))"

    def deliveries(self, feed: str) -> Path:
        """The part of the ledger that is of a feed: its models read no other, so that feeds are separable."""
        return self.folder / "deliveries" / f"{feed}.parquet"

    @property
    def erased_requests(self) -> Path:
        """The requests for erasure for which rows have gone: nothing brings these back."""
        return self.folder / "erased_requests.parquet"

    def accepted_schema(self, contract: Contract) -> pa.Schema:
        """The columns of the accepted rows of a feed, as its empty file has them."""
        return pyarrow.parquet.read_schema(self._empty("raw", contract.feed))

    def ledger(self) -> Ledger:
        """The ledger as it is on disk."""
        return Ledger(self.folder / "ledger")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lake for one process; raises VigieError when another one has it. A kill frees it."""
        with locked(self.folder / ".lock", "landing"):
            yield

    @contextmanager
    def connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """An in-memory DuckDB of bounded memory that spills into the lake's temporary folder."""
        self.temporary.mkdir(parents=True, exist_ok=True)
        config = {
            "threads": 2,
            "memory_limit": "4GB",
            "temp_directory": str(self.temporary / "spill"),
            "autoinstall_known_extensions": False,
        }
        con = duckdb.connect(config=config)
        try:
            con.execute("set TimeZone = 'UTC'")
            yield con
        finally:
            con.close()

    def sweep(self, ledger: Ledger) -> None:
        """Remove what a killed landing left: temporary files, and rows that no ledger entry accounts for."""
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir(parents=True)
        landed = {
            self.accepted(entry.feed, entry.received_on, entry.stem).relative_to(self.folder / "raw")
            for entry in ledger
            if entry.delivery is not None and entry.received_on
        }
        for side in ("raw", "quarantine"):
            root = self.folder / side
            for path in root.glob("*/received_on=*/*.parquet"):
                if _CONTENT_NAME.fullmatch(path.name) and path.relative_to(root) not in landed:
                    path.unlink()

    def write_empties(self, contract: Contract, con: duckdb.DuckDBPyConnection) -> None:
        """Give a feed its files without rows; raises VigieError when the SQL of the contract does not hold."""
        columns = [*((name, pa.string()) for name in contract.names), ("line", pa.int32())]
        nothing = pa.schema(columns).empty_table()
        check = Check(contract, EPOCH, delivery=0, types={})
        con.register("nothing", nothing)
        try:
            accepted = con.sql(check.verdicts("nothing")).to_arrow_table().drop_columns("broken")
            rejected = con.sql(check.rejected("nothing", "")).to_arrow_table().cast(QUARANTINE)
        except duckdb.Error as error:
            raise_on_bad_sql(contract, error)
        finally:
            con.unregister("nothing")
        for side, table in (("raw", accepted), ("quarantine", rejected)):
            self._write_if_new(table, self._empty(side, contract.feed))
        deliveries = self.deliveries(contract.feed)
        if not deliveries.exists() or pyarrow.parquet.read_schema(deliveries).names != SCHEMA.names:
            self._write_if_new(as_table([]), deliveries)

    def write_ledger(self, ledger: Ledger) -> None:
        """Derive `ledger.parquet` from the entries, and the part of it that is of each feed."""
        self._write_if_new(as_table(ledger), self.folder / "ledger.parquet")
        by_feed: dict[str, list[LedgerEntry]] = {}
        for entry in ledger:
            by_feed.setdefault(entry.feed, []).append(entry)
        # A folder that is no declared feed has refused files, any name, and no file of its own.
        for path in sorted((self.folder / "deliveries").glob("*.parquet")):
            self._write_if_new(as_table(by_feed.get(path.stem, [])), path)
        for name, schema in (("erased_rows", ERASED_ROWS), ("retired_deliveries", RETIRED_DELIVERIES)):
            path = self.folder / f"{name}.parquet"
            if not path.exists():
                self._write_if_new(schema.empty_table(), path)
            elif missing := set(schema.names) - set(pyarrow.parquet.read_schema(path).names):
                # Written before there was such a fate: no row had it.
                table = pyarrow.parquet.read_table(path)
                for column in sorted(missing):
                    table = table.append_column(column, pa.array([0] * len(table), pa.int64()))
                self._write_if_new(table.select(schema.names), path)
        if not self.erased_requests.exists():
            self._write_if_new(self._requests_before_notes(by_feed.get("erasure", [])), self.erased_requests)

    def _requests_before_notes(self, requests: Sequence[LedgerEntry]) -> pa.Table:
        """The requests of a lake that did not note those carried out: any may have been when rows are gone."""
        begun = pyarrow.parquet.read_metadata(self.folder / "erased_rows.parquet").num_rows
        keys = [entry.delivery for entry in requests if begun and entry.delivery is not None]
        return pa.table({"delivery": keys}, schema=ERASED_REQUESTS)

    def commit(self, ledger: Ledger, entry: LedgerEntry) -> None:
        """Write an entry: from here on its file has landed."""
        path = ledger.path_of(entry)
        written = self.temporary / "entry.json"
        written.write_text(entry.model_dump_json(indent=1) + "\n", encoding="utf-8")
        publish(written, path)
        if not entry.tried_again:
            ledger.path_of_trial(entry).unlink(missing_ok=True)
        ledger.add(entry)

    def _empty(self, side: str, feed: str) -> Path:
        return self.folder / side / feed / f"received_on={EPOCH}" / "empty.parquet"

    def _write_if_new(self, table: pa.Table, path: Path) -> None:
        written = self.temporary / "table.parquet"
        pyarrow.parquet.write_table(table, written, compression="zstd")
        if path.exists() and path.read_bytes() == written.read_bytes():
            written.unlink()
        else:
            publish(written, path)
