"""Rows that recipients may have are the records as they are counted: the version that holds, of nobody erased."""

from __future__ import annotations

import duckdb
from rendered_models import Models, Project

MODEL = "int_testing__current_results"
COLUMNS = ("result_key", "record_version", "record_kind", "person_key", "laboratory", "delivery", "line", "arrival")


def current(*records: tuple, withdrawn: str = "", erased: str = "") -> list[tuple]:
    """Key and version of the current records among versions, by the model itself."""
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as vigie; use vigie")
        models = Models(Project.read(), con, "vigie", lambda name, table: "")
        rows = ", ".join(map(str, records))
        models.give(
            "stg_sidep__results",
            f"select * replace (delivery::ubigint as delivery), date '2021-03-01' + arrival::int as received_on "
            f"from (values {rows}) as records ({', '.join(COLUMNS)})",
        )
        # The third delivery is not counted yet.
        models.give("int_testing__batches", "select 'sidep' as feed, unnest([1, 2])::ubigint as delivery, 1 as batch")
        models.give(
            "int_testing__withdrawn_deliveries", f"select unnest([{withdrawn}]::ubigint[]) as delivery, 1 as batch"
        )
        models.give(
            "int_testing__rows_to_erase",
            f"select 'raw' as side, 1::ubigint as delivery, unnest([{erased}]::int[]) as line, 1 as batch",
        )
        models.run([MODEL])
        found = con.execute(f"select result_key, record_version from {models.relation(MODEL)} order by all")
        return found.fetchall()


def test_the_version_that_holds_is_the_record_and_a_deletion_is_none():
    assert current(
        (1, 1, "new", 10, "a", 1, 1, 1), (1, 2, "correction", 10, "a", 2, 1, 2),
        (2, 1, "new", 11, "a", 1, 2, 1), (2, 2, "deletion", 11, "a", 2, 2, 2),
        (3, 1, "new", 12, "a", 1, 3, 1), (3, 1, "new", 12, "a", 2, 3, 2),
        (4, 1, "new", 13, "a", 3, 1, 3),
    ) == [(1, 2), (3, 1)]  # fmt: skip


def test_neither_a_delivery_that_was_withdrawn_nor_a_person_who_is_erased_has_any():
    records = [(1, 1, "new", 10, "a", 1, 1, 1), (1, 2, "correction", 10, "a", 2, 1, 2), (2, 1, "new", 11, "a", 1, 2, 1)]
    assert current(*records, withdrawn="2") == [(1, 1), (2, 1)]
    assert current(*records, erased="2") == [(1, 2)]
