"""The ledger: what became of every file seen. An entry is the commit point of the landing of its file."""

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, field_validator

from orchestration.errors import VigieError

SCHEMA = pa.schema(
    [
        ("feed", pa.string()),
        ("file", pa.string()),
        ("received_on", pa.date32()),
        ("bytes", pa.int64()),
        ("sha256", pa.string()),
        ("delivery", pa.uint64()),
        ("rows_received", pa.int64()),
        ("rows_accepted", pa.int64()),
        ("rows_rejected", pa.int64()),
        ("rows_duplicate", pa.int64()),
        ("rows_blank", pa.int64()),
        ("contract_version", pa.int32()),
        ("landed_at", pa.timestamp("us")),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("extra_columns", pa.int64()),
        ("arrival", pa.int64()),
        ("withdrawn_on", pa.date32()),
        ("withdraws", pa.uint64()),
    ]
)


class LedgerEntry(BaseModel):
    """One file seen at landing.

    `file` is the path relative to the folder of the feed, `landed_at` is UTC without a zone, `received_on` None when
    the folder is not a date. rows_received = rows_accepted + rows_rejected + rows_duplicate; all are 0 for a refused
    file, of which `rows_refused` says how many broke the contract when it was for them. `delivery` is the key of what
    was accepted and `arrival` its number in the order of arrival, from 1 (both None unless rows were taken in,
    `arrival` also for what landed before there was a number). One content may arrive several times: each has a key
    and a number of its own. A delivery that was taken back has the verdict `withdrawn`; `withdrawn_on` is the day from
    which it is not known any more, `withdrawal` the key of that event.

    `rows_blank`, the lines of separators only, are not among the rows received. `extra_columns` is the number of
    columns that the contract does not know: their names are the sender's. A refused file is `tried_again` when the
    reason may pass by itself; `sha256` is empty when its content could not be read. An accepted file has a `reason`
    when it was checked again and that was refused: it stays what it was.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: str
    file: str
    received_on: datetime.date | None
    bytes: int
    mtime_ns: int
    sha256: str
    delivery: int | None = None
    rows_received: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    rows_blank: int = 0
    contract_version: int
    landed_at: datetime.datetime
    verdict: Literal["accepted", "duplicate", "refused", "withdrawn"]
    reason: str = ""
    extra_columns: int = 0
    tried_again: bool = False
    arrival: int | None = None
    rows_refused: int = 0
    withdrawn_on: datetime.date | None = None
    withdrawn_at: datetime.datetime | None = None
    withdrawal: int | None = None

    @field_validator("extra_columns", mode="before")
    @classmethod
    def _count_names(cls, value: object) -> object:
        """Entries of before hold the names."""
        return len([name for name in value.split(", ") if name]) if isinstance(value, str) else value

    @property
    def stem(self) -> str:
        """Name of its files in the lake: the content's, or the delivery's when the content had arrived before."""
        again = self.delivery is not None and self.delivery != key_of(self.sha256)
        return f"{self.delivery:016x}" if again else self.sha256[:16]


def key_of(*parts: object) -> int:
    """A 64-bit key of some texts: of a content by its SHA-256, of its further arrivals by their number too."""
    return int.from_bytes(hashlib.md5(" ".join(map(str, parts)).encode(), usedforsecurity=False).digest()[8:], "little")


class Ledger:
    """The entries of the ledger, found by path and by content.

    `folder` holds one JSON file per entry, `<feed>/<received_on>/<16 digits of the path's SHA-256>.json`; a
    path whose content changed after it was landed has a further entry, with the content's digits added, and so has a
    content that was landed again, with those of its delivery; one that is to be tried again has `-again` added until it
    has been.
    """

    def __init__(self, folder: Path) -> None:
        """Read every entry; raises VigieError naming the file when one cannot be read."""
        self._folder = folder
        self._by_path: dict[tuple[str, str], list[LedgerEntry]] = {}
        self._arrivals: dict[tuple[str, str], list[LedgerEntry]] = {}
        self._last_arrival = 0
        found = []
        for path in sorted(folder.glob("*/*/*.json")):
            try:
                found.append(LedgerEntry.model_validate_json(path.read_bytes()))
            except ValueError as error:
                raise VigieError(
                    f"The ledger entry {path} cannot be read. Restore it, or remove it together with"
                    " the Parquet file of its content, and land again."
                ) from error
        for entry in sorted(found, key=lambda entry: entry.landed_at):
            self.add(entry)

    def __iter__(self) -> Iterator[LedgerEntry]:
        """All entries, by day of receipt, feed and file."""
        entries = [entry for entries in self._by_path.values() for entry in entries]
        return iter(sorted(entries, key=lambda e: (e.received_on or datetime.date.min, e.feed, e.file, *_order(e))))

    def add(self, entry: LedgerEntry) -> None:
        """Take an entry up, in place of the one for the same arrival, or for the same file while it was not landed."""
        for key, entries in (
            ((entry.feed, entry.file), self._by_path),
            ((entry.feed, entry.sha256), self._arrivals if entry.delivery is not None else {}),
        ):
            others = [other for other in entries.get(key, []) if not _replaces(entry, other)]
            entries[key] = sorted([*others, entry], key=_order)
        self._last_arrival = max(self._last_arrival, entry.arrival or 0)

    def of_path(self, feed: str, file: str) -> list[LedgerEntry]:
        """The entries of a path: one per content it had and arrival of it, in order of arrival."""
        return self._by_path.get((feed, file), [])

    def is_mended(self, entry: LedgerEntry) -> bool:
        """Whether the file has come anew with another content, which could be read; of tables `IS_MENDED` says it."""
        return any(
            other.sha256 != entry.sha256
            and other.verdict in ("accepted", "duplicate")
            and other.landed_at > entry.landed_at
            for other in self.of_path(entry.feed, entry.file)
        )

    def arrivals(self, feed: str, sha256: str) -> list[LedgerEntry]:
        """The entries under which rows of a content were taken in, in order of arrival; withdrawn ones too."""
        return self._arrivals.get((feed, sha256), [])

    def live(self, feed: str, sha256: str) -> list[LedgerEntry]:
        """The arrivals of a content that count."""
        return [entry for entry in self.arrivals(feed, sha256) if entry.verdict == "accepted"]

    def last(self, feed: str) -> LedgerEntry | None:
        """The last arrival of a feed that counts."""
        return max((e for e in self if e.feed == feed and e.verdict == "accepted"), key=_order, default=None)

    def next_arrival(self) -> int:
        """The number of the next arrival; to be asked for under the lock of the lake."""
        return self._last_arrival + 1

    def path_of(self, entry: LedgerEntry) -> Path:
        """Where the entry is written."""
        folder = self._place(entry)
        name = hashlib.sha256(entry.file.encode()).hexdigest()[:16]
        if entry.tried_again:
            return self.path_of_trial(entry)
        for path in (folder / f"{name}.json", folder / f"{name}-{entry.sha256[:16]}.json"):
            if not path.exists() or _replaces(entry, LedgerEntry.model_validate_json(path.read_bytes())):
                return path
        return folder / f"{name}-{entry.sha256[:16]}-{entry.arrival or 0}.json"

    def path_of_trial(self, entry: LedgerEntry) -> Path:
        """Where it is written that the path of this entry is to be tried again."""
        return self._place(entry) / f"{hashlib.sha256(entry.file.encode()).hexdigest()[:16]}-again.json"

    def _place(self, entry: LedgerEntry) -> Path:
        # A folder that is of no feed may bear any name, of any length.
        known = re.fullmatch(r"_|[a-z][a-z0-9_]{0,99}", entry.feed)
        feed = entry.feed if known else f"_{hashlib.sha256(entry.feed.encode()).hexdigest()[:16]}"
        return self._folder / feed / str(entry.received_on or "undated")


def _order(entry: LedgerEntry) -> tuple[int, datetime.date, datetime.datetime, str]:
    return (entry.arrival or 0, entry.received_on or datetime.date.min, entry.landed_at, entry.sha256)


def _replaces(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether an entry says anew what another one said of the same file, or that it was to be tried again."""
    if (entry.feed, entry.file) != (other.feed, other.file):
        return False
    return other.tried_again or (entry.sha256 == other.sha256 and other.delivery in (None, entry.delivery))


#: SQL on a row `refused` of `ledger`, a relation with the columns of `lake/ledger.parquet`: whether the file has come
#: anew with another content, which could be read. What `Ledger.is_mended` says of an entry.
IS_MENDED = """exists (
    select 1 from ledger as later
    where later.feed = refused.feed and later.file = refused.file and later.sha256 <> refused.sha256
        and later.verdict in ('accepted', 'duplicate') and later.landed_at > refused.landed_at
)"""


def as_table(entries: Iterable[LedgerEntry]) -> pa.Table:
    """The entries as the table `lake/ledger.parquet` holds; a withdrawal has a row of its own below its delivery's.

    It has the verdict `withdrawal`, the day of it, no rows, its own key, and in `withdraws` that of the delivery: what
    counts sees it come like a delivery.
    """
    rows = []
    for entry in entries:
        rows.append(entry.model_dump() | {"withdraws": None})
        if entry.verdict == "withdrawn" and entry.withdrawal is None:
            # It is as if it had never come: what had taken it in counts anew.
            rows[-1]["delivery"] = None
        if entry.withdrawal is not None:
            event = {"verdict": "withdrawal", "received_on": entry.withdrawn_on, "landed_at": entry.withdrawn_at}
            keys = {"delivery": entry.withdrawal, "withdraws": entry.delivery}
            none = {name: 0 for name in SCHEMA.names if name.startswith("rows_")}
            rows.append(rows[-1] | event | keys | none)
    return pa.table({name: [row[name] for row in rows] for name in SCHEMA.names}, schema=SCHEMA)
