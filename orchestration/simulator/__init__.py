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
from orchestration.simulator.truth import builtin_cells, official_cells, read_official

__all__ = ["RATES", "Simulation", "simulate"]

BUILTIN = "builtin"
REFERENTIAL = Path(__file__).resolve().parents[2] / "seeds" / "referential"

#: Person-days that are generated together: bounds memory, whatever the size of the whole.
BATCH = 3_000_000

#: Records sent for each person-day of the truth, with the default rates.
RECORDS_PER_PERSON_DAY = 1.075


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

    `truth` is "builtin" (an epidemic of about `size` records) or an official file of daily counts, which the
    right pipeline then gives back exactly. `deliveries_format` is "mixed", "csv" or "parquet". The same
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
    if str(truth) != BUILTIN and not Path(truth).is_file():
        raise VigieError(f"No truth {truth}: give a file of official counts, or builtin.")
    settings = resolve_rates(rates or {})
    spill = home.truth / ".spill"
    engine = Engine(spill)
    try:
        engine.set(seed=seed, imposed_arrival=False, last_receipt=end, **settings)
        engine.run("macros")
        _read_places(engine, referential)
        engine.run("bad_rows")
        if str(truth) == BUILTIN:
            builtin_cells(engine, start, end, max(1, round(size / RECORDS_PER_PERSON_DAY)))
        else:
            layout = read_official(engine, Path(truth), start, end)
            official_cells(engine, Path(truth))
            if layout.geo_level != "FRA":
                engine.run("unlocated_cells")
        _calendar(engine, start, end, clamp=str(truth) != BUILTIN)
        deliveries = Deliveries(engine, home.landing / feed, deliveries_format)
        _generate(engine, deliveries, tell)
        if str(truth) != BUILTIN and layout.has_population:
            name = Path(truth).name.removesuffix(".gz").removesuffix(".csv")
            delivered = deliver_population(engine, home.landing, name, start)
            deliveries.files.extend([delivered] if delivered else [])
        positive, tested = _keep_truth(engine, home.truth / feed, start, end, deliveries)
        _describe(home.truth / feed, truth, start, end, seed, settings, deliveries)
    finally:
        engine.close()
        shutil.rmtree(spill, ignore_errors=True)
    seconds = time.monotonic() - began
    tell(f"{deliveries.rows:,} rows in {len(deliveries.files)} files: {tested:,} tested, {positive:,} positive")
    return Simulation(tuple(deliveries.files), deliveries.rows, positive, tested, seconds)


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


def _calendar(engine: Engine, start: datetime.date, end: datetime.date, clamp: bool) -> None:
    """Table `calendar`: the day of receipt of what would arrive on a day.

    What a file of counts says was known when it was published, so nothing arrives after `end` (`clamp`); in a
    made-up epidemic what would arrive later is not sent.
    """
    engine.connection.execute(
        f"""
        create or replace table calendar as
        select day, {f"least(day, {literal(end)})" if clamp else "day"} as received_on
        from (
            select unnest(range({literal(start)}::timestamp, {literal(end)} + interval {500 if clamp else 1} day,
                interval 1 day))::date as day
        )
        """
    )


def _generate(engine: Engine, deliveries: Deliveries, tell: Callable[[str], None]) -> None:
    engine.run("series", "reinfections", "tables")
    batches = engine.rows(
        f"""
        with days as (select day, sum(t) as t from keyed_cells group by day),
        running as (select day, floor(sum(t) over (order by day) / {BATCH}) as batch from days)
        select min(day), max(day) from running group by batch order by batch
        """
    )
    for number, (first, last) in enumerate(batches, 1):
        engine.set(batch_from=first, batch_to=last)
        engine.run("batch", "core", "records", "lines", "accounts")
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
        " group by all order by all",
    )
    for original, copy in deliveries.sent_twice:
        engine.connection.execute(
            "insert into disturbances values ('file_twice', ?, null, null, ?::date)",
            [f"{original.parent.name}/{original.name} as {copy.name}", copy.parent.name],
        )
    keep("disturbances", "select * from disturbances order by all")
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
