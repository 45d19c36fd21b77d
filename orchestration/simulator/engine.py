"""The DuckDB session of a simulation: the queries of `sql/`, and their settings as session variables."""

import datetime
from pathlib import Path
from typing import Any

import duckdb

SQL = Path(__file__).parent / "sql"


class Engine:
    """An in-memory DuckDB that spills to `spill`; holds the tables that the queries build on each other."""

    def __init__(self, spill: Path, memory_limit: str = "5GB") -> None:
        self.connection = duckdb.connect(
            ":memory:", config={"temp_directory": str(spill), "memory_limit": memory_limit}
        )
        # Rows are ordered where they are written; nothing else depends on their order.
        self.connection.execute("set preserve_insertion_order = true")
        self.connection.execute("set timezone = 'UTC'")

    def close(self) -> None:
        """Forget everything."""
        self.connection.close()

    def set(self, **variables: Any) -> None:
        """Set session variables, which the queries read by `getvariable`."""
        for name, value in variables.items():
            self.connection.execute(f"set variable {name} = {literal(value)}")

    def run(self, *names: str) -> None:
        """Run the statements of `sql/<name>.sql`, in order."""
        for name in names:
            self.connection.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.connection.execute(query).fetchall()


def literal(value: Any) -> str:
    """The SQL literal of a Python value (text, number, boolean, date, or a list of them)."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value!r}::double"
    if isinstance(value, datetime.date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    return "'" + str(value).replace("'", "''") + "'"
