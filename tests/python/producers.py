"""What is asked of every producer, whatever it sends."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.home import Home
from orchestration.landing import land, prepare_lake
from orchestration.landing.contract import Contract


def kept(home: Path, feed: str, name: str) -> pd.DataFrame:
    """What the simulator kept aside of a feed: `counts`, `disturbances` and others."""
    (path,) = (home / "truth" / feed).glob(f"{name}_*.parquet")
    return pd.read_parquet(path)


def assert_rejected_as_told(
    home: Path,
    feed: str,
    until: dt.date,
    rules: int,
    of_persons: bool = False,
    contracts: Mapping[str, Contract] | None = None,
) -> None:
    """Land what a producer wrote, and assert that each bad row breaks the rule that it is said to break, and no other.

    `rules` is how many pairs of column and rule there are. Where the feed is `of_persons` a row that is rejected is of
    one still, who may ask to be forgotten; else no row has the key of one.
    """
    prepare_lake(Home(home), contracts=contracts)
    land(Home(home), until, contracts=contracts)
    quarantine = f"'{home}/lake/quarantine/{feed}/*/*.parquet'"
    found = duckdb.sql(f"select column_name, rule, count(*)::int as n from {quarantine} group by all").df()
    told = kept(home, feed, "disturbances")
    expected = told[told.kind == "bad_row"].groupby(["column_name", "rule"]).size()
    assert found.set_index(["column_name", "rule"]).n.to_dict() == expected.to_dict()
    assert len(expected) == rules
    [(keys,)] = duckdb.sql(f"select count(*) filter (person_keys <> []) from {quarantine}").fetchall()
    assert keys > 0.9 * expected.sum() if of_persons else keys == 0


def fingerprints(home: Path) -> dict[str, str]:
    """The files written, with their hashes."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*.*"))
        if path.is_file()
    }
