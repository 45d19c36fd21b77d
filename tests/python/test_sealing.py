"""What is sealed is what was counted, of whatever type a measure is."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.warehouse.sealing import Sealed, seal_months


def test_measures_of_any_type_survive_sealing(tmp_path: Path) -> None:
    """Reports above the bounds of an integer and decimal weights are the same sums in the file of the month."""
    con = duckdb.connect()
    con.execute("create table batches as select 1 as batch, 7::bigint as generation")
    con.execute(
        "create table changes as select 'dep' as cell_level, day, '75' as place, reported::bigint as reported,"
        " weighted::decimal(18, 4) as weighted, 1 as batch from (values"
        " (date '2021-01-04', 2147483647, 0.25), (date '2021-01-04', 100000, 0.5), (date '2021-03-01', 1, 1))"
        " as counted (day, reported, weighted)"
    )
    measures = {"reported": "bigint", "weighted": "decimal(18, 4)"}
    model = Sealed("changes", "changes", "batches", ("cell_level", "day", "place"), measures, "day", 28, "true")
    con.execute(
        f"copy (select *, null::date as month, 7::bigint as generation from changes where false)"
        f" to '{model.path(tmp_path, 'none')}' (format parquet)"
    )
    assert seal_months(con, model, tmp_path, 1) == [dt.date(2021, 1, 1)]
    kept = con.execute(f"select reported, weighted from '{model.path(tmp_path, '2021-01-01')}'").fetchall()
    assert kept == [(2147583647, Decimal("0.7500"))]
    assert con.execute("select count(*) from changes").fetchall() == [(1,)]
