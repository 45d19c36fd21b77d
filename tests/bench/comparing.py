"""Do two ways of computing the cubes agree, cell for cell?"""

from pathlib import Path

import duckdb

TABLES = ("cells", "cube_days", "local_windows")


def differences(expected: Path, *, warehouse: Path | None = None, folder: Path | None = None) -> dict[str, int]:
    """Number of rows, by table, that stand in only one of the script's database `expected` and the other side.

    The other side is Vigie's `warehouse` or a `folder` of Parquet files. A cell in which every count is zero is no
    difference to one that is absent: withdrawing the only test of a cell leaves such a one.
    """
    with duckdb.connect(config={"threads": 2, "memory_limit": "6GB", "temp_directory": f"{expected}.tmp"}) as con:
        con.execute(f"set enable_progress_bar = false; attach '{expected}' as script (read_only)")
        if warehouse:
            con.execute(f"attach '{warehouse}' as warehouse (read_only)")
        found = {}
        for table in TABLES:
            columns = con.execute(
                "select column_name, data_type from duckdb_columns() where database_name = 'script' and table_name = ?"
                " order by column_index",
                [table],
            ).fetchall()
            names = ", ".join(name for name, _ in columns)
            counts = " or ".join(f"{name} <> 0" for name, kind in columns if kind == "INTEGER" and name != "delay")
            some = f"({counts})" if table == "cells" else "true"
            other = f"warehouse.vigie_intermediate.int_testing__{table}" if warehouse else f"'{folder}/{table}.parquet'"
            left = f"select {names} from script.{table} where {some}"
            right = f"select {names} from {other} where {some}"
            # One pass over both sides: rows that stand as often on each cancel out.
            found[table] = con.execute(
                f"""
                select coalesce(sum(abs(balance)), 0)::bigint
                from (
                    select sum(side) as balance
                    from (select *, 1 as side from ({left}) union all by name select *, -1 as side from ({right}))
                    group by {names}
                )
                where balance <> 0
                """
            ).fetchall()[0][0]
    return found
