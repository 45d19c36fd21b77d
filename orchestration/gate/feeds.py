"""What has been delivered: the state of each feed, from its part of the ledger."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from orchestration.home import Home

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
    return {feed: _read(home, feed, as_of or FOREVER) for feed in feeds}


def _read(home: Home, feed: str, until: dt.date) -> FeedState:
    path = home.lake / "deliveries" / f"{feed}.parquet"
    if not path.is_file():
        return FeedState()
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
