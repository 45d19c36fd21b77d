"""Where every received row went: the reconciliation of a release, and the deliveries it used."""

import datetime as dt
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.landing.ledger import IS_MENDED
from orchestration.release.declarations import Declarations

MODEL = "delivery_reconciliation"
RECEIVED = "rows_received"
# What may become of a received row; together they make `rows_received`.
FATES = (
    "rows_used", "rows_deduplicated", "rows_superseded", "rows_deleted", "rows_quarantined", "rows_erased",
    "rows_withdrawn", "rows_blank",
)  # fmt: skip
# Requests of persons are nobody's business: the public account does not tell of their files, and a row that was erased
# was deleted.
REQUESTS = "erasure"
COLUMNS = [
    {"name": "rows_received", "fr": "Reçues", "en": "Received"},
    {"name": "rows_used", "fr": "Utilisées", "en": "Used"},
    {"name": "rows_deduplicated", "fr": "Doublons", "en": "Deduplicated"},
    {"name": "rows_superseded", "fr": "Remplacées", "en": "Superseded"},
    {"name": "rows_deleted", "fr": "Supprimées", "en": "Deleted"},
    {"name": "rows_quarantined", "fr": "Quarantaine", "en": "Quarantined"},
    {"name": "rows_withdrawn", "fr": "Retirées", "en": "Withdrawn"},
    {"name": "rows_blank", "fr": "Vides", "en": "Blank"},
]


def reconciliation(connection: duckdb.DuckDBPyConnection, declarations: Declarations) -> dict:
    """The fate of the rows: `files` (one per delivered file) and `feeds` (their sums); counts of rows.

    Empty lists when the project keeps no account. Raises VigieError when it cannot be read.
    """
    node = declarations.model(MODEL)
    if node is None:
        return {"files": [], "feeds": []}
    source = declarations.relation(node["unique_id"])
    counts = ", ".join(f"coalesce({c}, 0)::bigint as {c}" for c in (RECEIVED, *FATES))
    sums = ", ".join(f"coalesce(sum({c}), 0)::bigint as {c}" for c in (RECEIVED, *FATES))
    try:
        files = _rows(
            connection,
            f"select feed, file, received_on::varchar as received_on, {counts} from {source} order by 1, 3, 2",
        )
        feeds = _rows(connection, f"select feed, {sums} from {source} group by 1 order by 1")
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise VigieError(
            f"The account of rows ({MODEL}) cannot be read: {str(error).splitlines()[0]}. Run `vigie build`."
        ) from error
    return {"files": files, "feeds": feeds}


def for_the_public(account: dict) -> dict:
    """The account by feed alone: `feeds` and their `total`, None without any; no file, and no word of an erasure."""
    names = [column["name"] for column in COLUMNS]
    told = [feed | {"rows_deleted": feed["rows_deleted"] + feed["rows_erased"]} for feed in account["feeds"]]
    feeds = [{"feed": f["feed"]} | {name: f[name] for name in names} for f in told if f["feed"] != REQUESTS]
    total = {name: sum(feed[name] for feed in feeds) for name in names} if feeds else None
    return {"feeds": feeds, "total": total}


def deliveries(ledger: Path, until: dt.date) -> list[dict]:
    """Every file that landing saw up to `until`, from its ledger, in order of receipt; [] without a ledger."""
    if not Path(ledger).exists():
        return []
    with duckdb.connect() as connection:
        return _rows(
            connection,
            """
            select feed, file, received_on::varchar as received_on, bytes, sha256, delivery, rows_received,
                rows_accepted, rows_rejected, rows_duplicate, contract_version, verdict, reason
            from read_parquet(?)
            where received_on <= ?
            order by received_on, feed, file
            """,
            [str(ledger), until],
        )


def files_refused(ledger: Path, until: dt.date) -> int:
    """The files refused up to `until` of which no other content came since that could be read; 0 without a ledger.
    Requests for erasure are not counted: nothing is told of them."""
    if not Path(ledger).exists():
        return 0
    with duckdb.connect() as connection:
        [(found,)] = connection.execute(
            f"""
            with ledger as (select * from read_parquet(?) where received_on <= ?)
            select count(*) from ledger as refused
            where verdict = 'refused' and feed <> ? and not {IS_MENDED}
            """,
            [str(ledger), until, REQUESTS],
        ).fetchall()
    return found


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list | None = None) -> list[dict]:
    cursor = connection.execute(sql, parameters or [])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
