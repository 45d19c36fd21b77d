"""The producers of the feeds: files of individual records whose counts are known beforehand.

They write into `landing/` what laboratories or hospitals would send, with all that disturbs such data, and keep aside
in `truth/` what the right pipeline must find. Nothing of the product reads that.
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
from orchestration.simulator.analyse_risque import ANALYSE_RISQUE
from orchestration.simulator.cepidc import CEPIDC
from orchestration.simulator.contact_covid import CONTACT_COVID
from orchestration.simulator.contours import CONTOURS
from orchestration.simulator.coviprev import COVIPREV
from orchestration.simulator.deliveries import FORMATS, Deliveries, publish_text
from orchestration.simulator.emergen import EMERGEN
from orchestration.simulator.engine import Engine, literal
from orchestration.simulator.feed import BUILTIN, Task
from orchestration.simulator.insee_deces import INSEE_DECES
from orchestration.simulator.monde import MONDE
from orchestration.simulator.monic import MONIC
from orchestration.simulator.oscour import OSCOUR
from orchestration.simulator.rates import resolve_rates
from orchestration.simulator.rea_sentinelle import REA_SENTINELLE
from orchestration.simulator.reserve_sanitaire import RESERVE_SANITAIRE
from orchestration.simulator.sentinelles import SENTINELLES
from orchestration.simulator.seroprev import SEROPREV
from orchestration.simulator.sidep import SIDEP
from orchestration.simulator.sivic import SIVIC
from orchestration.simulator.soignants_infectes import SOIGNANTS_INFECTES
from orchestration.simulator.sos_medecins import SOS_MEDECINS
from orchestration.simulator.sumeau import SUMEAU
from orchestration.simulator.survesms import SURVESMS
from orchestration.simulator.vaccine_logistics import VACCINE_LOGISTICS
from orchestration.simulator.vacsi import VACSI

__all__ = ["FEEDS", "Simulation", "simulate"]

FEEDS = {
    feed.name: feed
    for feed in (
        SIDEP,
        SIVIC,
        OSCOUR,
        SOS_MEDECINS,
        VACSI,
        INSEE_DECES,
        CEPIDC,
        SURVESMS,
        CONTACT_COVID,
        COVIPREV,
        MONIC,
        SENTINELLES,
        VACCINE_LOGISTICS,
        EMERGEN,
        REA_SENTINELLE,
        SUMEAU,
        SEROPREV,
        ANALYSE_RISQUE,
        MONDE,
        RESERVE_SANITAIRE,
        SOIGNANTS_INFECTES,
        CONTOURS,
    )
}
REFERENTIAL = Path(__file__).resolve().parents[2] / "seeds" / "referential"


@dataclass(frozen=True)
class Simulation:
    """What a call of `simulate` has written; `counts` are sums of the truth, by name."""

    files: tuple[Path, ...]
    rows: int
    counts: dict[str, int]
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
    """Write the deliveries of `feed` for the days `start` to `end` (both included) of sampling or declaration.

    `truth` is "builtin" (an epidemic of about `size` records), or official counts, which the right pipeline then gives
    back exactly: for sidep a file of daily counts, or a folder of dated publications of such a file, each of which
    from `start` on is given back after its own deliveries; for sivic a folder with the stock and flow files of one
    publication, or with the flow files of several; for oscour and sos_medecins the workbook of SurSaUD, or a folder
    with its sheets as CSV files; for vacsi a file of people vaccinated by day, of places and of ages, sexes or
    products; for insee_deces the file of deaths by département since 1 March of a year; for survesms a synthesis of
    indicators by day, of which deaths and cases in care homes are given back; for the other feeds there are none.
    `deliveries_format` is "mixed", "csv" or "parquet". The same arguments give the same bytes. `report` is called with
    a line of text at each step.
    Raises VigieError when the arguments or the truth cannot be used.
    """
    began = time.monotonic()
    tell = report or (lambda line: None)
    if feed not in FEEDS:
        raise VigieError(f"No simulator for the feed {feed}; there is one for {', '.join(FEEDS)}.")
    producer = FEEDS[feed]
    if deliveries_format not in FORMATS:
        raise VigieError(f"Unknown format {deliveries_format}: use {', '.join(FORMATS)}.")
    if start > end:
        raise VigieError(f"The first day {start} is after the last one {end}.")
    if start < producer.first_day:
        raise VigieError(f"{producer.system} holds nothing before {producer.first_day}; asked from {start}.")
    if size < 1:
        raise VigieError(f"The size must be at least one record, not {size}.")
    if str(truth) != BUILTIN and not Path(truth).exists():
        raise VigieError(f"No truth {truth}: give a file of official counts, a folder of dated ones, or builtin.")
    settings = resolve_rates(producer.rates, rates or {})
    spill = home.truth / ".spill"
    engine = Engine(spill)
    try:
        engine.set(seed=seed, imposed_arrival=False, last_receipt=end, first_day=start, last_day=end, **settings)
        engine.run("macros", f"{feed}/macros")
        _read_places(engine, referential)
        engine.run("tables", f"{feed}/tables", f"{feed}/bad_shapes", "bad_rows")
        deliveries = Deliveries(engine, home.landing / feed, producer.columns, deliveries_format)
        task = Task(engine, deliveries, home.landing, truth, start, end, size, tell)
        producer.send(task)
        counts = producer.keep_truth(task, home.truth / feed)
        _describe(home.truth / feed, truth, start, end, seed, settings, deliveries)
    finally:
        engine.close()
        shutil.rmtree(spill, ignore_errors=True)
    seconds = time.monotonic() - began
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    tell(f"{deliveries.rows:,} rows in {len(deliveries.files)} files: {told}")
    return Simulation(tuple(deliveries.files), deliveries.rows, counts, seconds)


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
