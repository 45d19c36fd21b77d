"""What has been delivered: the state of each feed, from its part of the ledger."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.storage import stamp

#: Looking at the present, every delivery is seen.
FOREVER = dt.date(9999, 12, 31)


@dataclass(frozen=True)
class FeedState:
    """The keys of all deliveries of a feed that were ever taken in, withdrawn ones too, a fingerprint of which of them
    count, and one of all that its ledger tells."""

    keys: frozenset[int] = frozenset()
    deliveries: str = ""
    ledger: str = ""


def read_feeds(home: Home, feeds: Iterable[str], as_of: dt.date | None = None) -> dict[str, FeedState]:
    """The state of each feed as landing has written it down, of what was received up to `as_of`; empty where nothing
    was."""
    ledgers = {feed: home.lake / "deliveries" / f"{feed}.parquet" for feed in feeds}
    return {
        feed: _read(path, stamp(path), as_of or FOREVER) if path.is_file() else FeedState()
        for feed, path in ledgers.items()
    }


@lru_cache(maxsize=256)
def _read(path: Path, _state: tuple[int, ...], until: dt.date) -> FeedState:
    # A run asks for it at each of its steps, and a ledger is another file once something has come.
    with duckdb.connect() as con:
        rows = con.execute(
            "select * exclude (landed_at) from read_parquet(?) where received_on <= ? order by all", [str(path), until]
        )
        names = [column[0] for column in rows.description]
        entries = rows.fetchall()
    delivery, verdict = names.index("delivery"), names.index("verdict")
    taken = sorted((entry[delivery], entry[verdict]) for entry in entries if entry[delivery] is not None)
    return FeedState(frozenset(key for key, _ in taken), _hash(taken), _hash(entries))


def _hash(found: list) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()[:32]


def retired_feeds(home: Home) -> frozenset[str]:
    """The feeds of which rows are gone that what is counted rests on, so that it cannot be counted anew."""
    table = home.lake / "retired_deliveries.parquet"
    if not table.is_file():
        return frozenset()
    with duckdb.connect() as con:
        return frozenset(
            feed for (feed,) in con.execute("select distinct feed from read_parquet(?)", [str(table)]).fetchall()
        )
