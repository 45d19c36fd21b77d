"""The producer of SI-DEP: files of individual results whose counts are known beforehand.

It writes into `landing/` what laboratories would send, with all that disturbs such data, and keeps aside in
`truth/` what the right pipeline must find. Nothing of the product reads that.
"""

import datetime
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator.deliveries import FORMATS, Deliveries, publish, publish_text
from orchestration.simulator.engine import Engine, literal
from orchestration.simulator.population import deliver_population
from orchestration.simulator.rates import RATES, resolve_rates
from orchestration.simulator.truth import builtin_cells, official_cells, read_official, read_publications

__all__ = ["RATES", "Simulation", "simulate"]

BUILTIN = "builtin"
REFERENTIAL = Path(__file__).resolve().parents[2] / "seeds" / "referential"

#: Person-days that are generated together: bounds memory, whatever the size of the whole.
BATCH = 3_000_000

#: Records sent for each person-day of the truth, with the default rates.
RECORDS_PER_PERSON_DAY = 1.04


@dataclass(frozen=True)
class Simulation:
    """What a call of `simulate` has written; `positive` and `tested` are the sums of P and T of the truth."""

    files: tuple[Path, ...]
    rows: int
    positive: int
    tested: int
    seconds: float


def simulate(
    home: Home,
    feed: str,
    truth: str | Path,
    start: datetime.date,
    end: datetime.date,
    seed: int,
    rates: Mapping[str, float] | None = None,
    deliveries_format: str = "mixed",
    size: int = 300_000,
    referential: Path = REFERENTIAL,
    report: Callable[[str], None] | None = None,
) -> Simulation:
    """Write the deliveries of `feed` for the sampling days `start` to `end` (both included).

    `truth` is "builtin" (an epidemic of about `size` records), an official file of daily counts, which the right
    pipeline then gives back exactly, or a folder of dated publications of such a file: then each of them from
    `start` on has its deliveries (new, late, corrected and deleted records), after which the
    right pipeline gives back that publication exactly. `deliveries_format` is "mixed", "csv" or "parquet". The same
    arguments give the same bytes. `report` is called with a line of text at each step.
    Raises VigieError when the arguments or the truth cannot be used.
    """
    began = time.monotonic()
    tell = report or (lambda line: None)
    if feed != "sidep":
        raise VigieError(f"No simulator for the feed {feed}; there is one for sidep.")
    if deliveries_format not in FORMATS:
        raise VigieError(f"Unknown format {deliveries_format}: use {', '.join(FORMATS)}.")
    if start > end:
        raise VigieError(f"The first day {start} is after the last one {end}.")
    if start < datetime.date(2020, 1, 1):
        raise VigieError(f"SI-DEP holds nothing before 2020-01-01; asked from {start}.")
    if size < 1:
        raise VigieError(f"The size must be at least one record, not {size}.")
    if str(truth) != BUILTIN and not Path(truth).exists():
        raise VigieError(f"No truth {truth}: give a file of official counts, a folder of dated ones, or builtin.")
    settings = resolve_rates(rates or {})
    spill = home.truth / ".spill"
    engine = Engine(spill)
    try:
        engine.set(seed=seed, imposed_arrival=False, last_receipt=end, **settings)
        engine.run("macros")
        _read_places(engine, referential)
        engine.run("bad_rows", "tables")
        deliveries = Deliveries(engine, home.landing / feed, deliveries_format)
        if str(truth) == BUILTIN:
            builtin_cells(engine, start, end, max(1, round(size / RECORDS_PER_PERSON_DAY)))
            _calendar(engine, start, end)
            _send_once(engine, deliveries, tell)
        elif Path(truth).is_file():
            _send_official(engine, Path(truth), start, end, home.landing, deliveries, tell)
        else:
            _send_publications(engine, Path(truth), start, end, home.landing, deliveries, tell)
        positive, tested = _keep_truth(engine, home.truth / feed, start, end, deliveries)
        _describe(home.truth / feed, truth, start, end, seed, settings, deliveries)
    finally:
        engine.close()
        shutil.rmtree(spill, ignore_errors=True)
    seconds = time.monotonic() - began
    tell(f"{deliveries.rows:,} rows in {len(deliveries.files)} files: {tested:,} tested, {positive:,} positive")
    return Simulation(tuple(deliveries.files), deliveries.rows, positive, tested, seconds)


def _send_official(
    engine: Engine,
    path: Path,
    start: datetime.date,
    end: datetime.date,
    landing: Path,
    deliveries: Deliveries,
    tell: Callable[[str], None],
) -> None:
    layout = read_official(engine, path, start, end)
    official_cells(engine, path)
    if layout.geo_level != "FRA":
        engine.run("unlocated_cells")
    # What a file of counts says was known when it was published: nothing arrives after the last day.
    _calendar(engine, start, end, last_arrival=end + datetime.timedelta(days=500))
    _send_once(engine, deliveries, tell)
    if layout.has_population:
        deliveries.files.extend(deliver_population(engine, landing, _stem(path), start))


def _send_publications(
    engine: Engine,
    folder: Path,
    start: datetime.date,
    end: datetime.date,
    landing: Path,
    deliveries: Deliveries,
    tell: Callable[[str], None],
) -> None:
    publications, layout = read_publications(engine, folder, start, end)
    days = [day for day, _ in publications]
    engine.set(imposed_arrival=True, last_receipt=days[-1])
    _calendar(engine, start, days[-1], on=days)
    engine.run("series", "piles", "reinfections")
    for number, day in enumerate(days, 1):
        engine.set(publication=number, published_on=day)
        engine.run("publication")
        _send(engine, "changes", "rank_to - rank_from", "publication_batch", deliveries, tell)
        tell(f"publication of {day} sent ({number} of {len(days)}; {deliveries.rows:,} rows so far)")
    if layout.has_population:
        deliveries.files.extend(deliver_population(engine, landing, _stem(publications[-1][1]), days[0]))


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".csv")


def _read_places(engine: Engine, referential: Path) -> None:
    for name in ("communes", "departements"):
        path = referential / f"{name}.csv"
        if not path.is_file():
            raise VigieError(f"The referential {path} is missing: the simulator draws residences from it.")
        engine.connection.execute(
            f"create or replace table {name} as select * from read_csv({literal(str(path))}, header = true,"
            " types = {'population': 'double'}, all_varchar = false, auto_detect = true)"
            if name == "communes"
            else f"create or replace table {name} as select * from read_csv({literal(str(path))}, header = true,"
            " all_varchar = true)"
        )
    engine.run("places")


def _calendar(
    engine: Engine,
    start: datetime.date,
    end: datetime.date,
    last_arrival: datetime.date | None = None,
    on: list[datetime.date] | None = None,
) -> None:
    """Make the table `calendar`: the day of receipt of what would arrive on a day.

    What would arrive after `end` is not sent, or is sent on `end` when it arrives by `last_arrival`. With `on`
    there are deliveries on these days only, and what would arrive between two of them waits for the next.
    """
    if on is None:
        received, waited = "least(days.day, getvariable('last_receipt'))", ""
    else:
        received = "waited.received_on"
        waited = f"asof join (select unnest({literal(on)}) as received_on) as waited on days.day <= waited.received_on"
    engine.connection.execute(
        f"""
        create or replace table calendar as
        with days as (
            select unnest(range({literal(start)}::timestamp, {literal(last_arrival or end)} + interval 1 day,
                interval 1 day))::date as day
        )
        select days.day, {received} as received_on
        from days {waited}
        """
    )


def _send_once(engine: Engine, deliveries: Deliveries, tell: Callable[[str], None]) -> None:
    engine.run("series", "reinfections")
    _send(engine, "keyed_cells", "t", "batch", deliveries, tell)


def _send(
    engine: Engine,
    relation: str,
    rows: str,
    query: str,
    deliveries: Deliveries,
    tell: Callable[[str], None],
) -> None:
    """Send what the query `query` takes from `relation`, so many sampling days at a time that memory is bounded."""
    batches = engine.rows(
        f"""
        with days as (select day, sum({rows}) as rows from {relation} group by day),
        running as (select day, floor(sum(rows) over (order by day) / {BATCH}) as batch from days)
        select min(day), max(day) from running group by batch order by batch
        """
    )
    for number, (first, last) in enumerate(batches, 1):
        engine.set(batch_from=first, batch_to=last)
        engine.run(query, "core", "records", "lines", "accounts")
        deliveries.write_batch()
        tell(f"tests of {first} to {last} sent ({number} of {len(batches)}; {deliveries.rows:,} rows so far)")


def _keep_truth(
    engine: Engine, folder: Path, start: datetime.date, end: datetime.date, deliveries: Deliveries
) -> tuple[int, int]:
    """Write the expected counts and the disturbances; return the sums of P and T."""
    span = f"{start.isoformat()}_{end.isoformat()}"

    def keep(name: str, query: str) -> None:
        publish_over = folder / f"{name}_{span}.parquet"
        publish_over.unlink(missing_ok=True)
        publish(
            publish_over,
            lambda draft: engine.connection.execute(f"copy ({query}) to {literal(str(draft))} (format parquet)"),
        )

    keep(
        "cells",
        "select day, dep, age10, sex, sum(p)::bigint as p, sum(t)::bigint as t from truth_counts"
        " group by all having sum(t) > 0 order by all",
    )
    for original, copy in deliveries.sent_twice:
        engine.connection.execute(
            "insert into disturbances values ('file_twice', ?, null, null, ?::date)",
            [f"{original.parent.name}/{original.name} as {copy.name}", copy.parent.name],
        )
    keep(
        "disturbances",
        "select disturbances.*, bad_shapes.column_name, bad_shapes.rule from disturbances left join bad_shapes"
        " on disturbances.kind = 'bad_row' and bad_shapes.shape = disturbances.detail order by all",
    )
    return engine.rows("select coalesce(sum(p), 0)::bigint, coalesce(sum(t), 0)::bigint from truth_counts")[0]


def _describe(
    folder: Path,
    truth: str | Path,
    start: datetime.date,
    end: datetime.date,
    seed: int,
    settings: dict[str, float],
    deliveries: Deliveries,
) -> None:
    path = folder / f"run_{start.isoformat()}_{end.isoformat()}.json"
    path.unlink(missing_ok=True)
    run = {
        "truth": str(truth),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "seed": seed,
        "rates": settings,
        "rows": deliveries.rows,
        "files": len(deliveries.files),
    }
    publish_text(path, json.dumps(run, indent=2) + "\n")
