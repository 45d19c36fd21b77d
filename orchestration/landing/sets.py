"""What a contract asks of rows together: that nothing is stated twice in two ways, and that what is stated is whole."""

from pathlib import Path

import duckdb

from orchestration.landing.checking import literal, quoted
from orchestration.landing.contract import Contract
from orchestration.landing.reading import Refusal


def demand_sound_sets(
    con: duckdb.DuckDBPyConnection, contract: Contract, accepted: Path, others: str | None = None
) -> None:
    """Raise Refusal when the accepted rows of a file break `unique` or `sets` of the contract.

    `others` is SQL of the accepted rows of the files of the same day: of two that contradict each other none is the
    later one. The reason gives rules, columns, lines and counts.
    """
    rows = f"read_parquet({literal(accepted)}, hive_partitioning = false)"
    if contract.table.unique:
        _demand_one_statement(con, contract, rows, others)
    for rule in contract.table.sets:
        keys = ", ".join(quoted(name) for name in rule.by)
        [(groups, line)] = con.execute(
            f"select count(*), min(line) from (select min(line) as line from {rows} group by {keys}"
            f" having not ({rule.sql}))"
        ).fetchall()
        if groups:
            raise Refusal(
                f"{rule.name} does not hold for {groups} of the sets of rows with the same {', '.join(rule.by)}; the"
                f" first begins on line {line}. Such a file is taken whole or not at all"
            )


def _demand_one_statement(con: duckdb.DuckDBPyConnection, contract: Contract, rows: str, others: str | None) -> None:
    keys = ", ".join(quoted(name) for name in contract.table.unique)
    columns = ", ".join(quoted(name) for name in contract.names)
    stated = ", ".join(quoted(name) for name in contract.names if name not in contract.table.unique)
    theirs = f"union all by name select {columns}, null::integer as line from {others}" if others else ""
    [(cells, line, alone)] = con.execute(
        f"""
        select count(*), min(line), coalesce(bool_or(alone), false)
        from (
            select min(line) as line, count(distinct row({stated})) filter (line is not null) > 1 as alone
            from (select {columns}, line from {rows} {theirs})
            group by {keys}
            having count(distinct row({stated})) > 1 and count(line) > 0
        )
        """
    ).fetchall()
    if cells:
        where = "in the file" if alone else "in the file and in another one received on the same day"
        raise Refusal(
            f"unique: {cells} times the same {', '.join(contract.table.unique)} is given two values {where}, first on"
            f" line {line}. Nothing says which one holds; expected one value, or another day of receipt for the later"
        )
