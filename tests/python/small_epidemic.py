"""A small epidemic, simulated and run once per session through the command line: what the proofs are made on."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS = REPOSITORY / "seeds" / "referential"
#: 105 days, so that people are positive again beyond 60 days and the oldest windows are no longer kept at the local
#: levels; a week 53; every disturbance well above its usual rate.
FIRST, LAST, SIZE, SEED = dt.date(2020, 12, 14), dt.date(2021, 3, 28), 20_000, 7
RATES = {
    "reinfection": 0.3, "repeat_positive": 0.08, "negative_after_case": 0.1, "correction": 0.05, "deletion": 0.02,
    "file_twice": 0.1, "bad_row": 0.01, "serology": 0.05, "inconclusive": 0.02, "unknown_place": 0.03,
    "unknown_age": 0.03, "unknown_sex": 0.03, "resend": 0.02,
}  # fmt: skip


def vigie(home: Path, *arguments: object) -> str:
    """Run the command line on a home and give its output; fails with the output when the command does."""
    command = [str(Path(sys.executable).parent / "vigie"), *map(str, arguments)]
    environment = {**os.environ, "VIGIE_HOME": str(home)}
    done = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def last_delivery(home: Path, feed: str = "sidep") -> dt.date:
    """The day of the last delivery in the landing folder."""
    return max(dt.date.fromisoformat(folder.name) for folder in (home / "landing" / feed).iterdir())


@dataclass(frozen=True)
class Run:
    """A home on which everything has been run for `today`."""

    home: Path
    today: dt.date

    @functools.cached_property
    def manifest(self) -> dict:
        """The dbt manifest of the run."""
        return json.loads((self.home / "dbt" / "target" / "manifest.json").read_text(encoding="utf-8"))

    def model(self, name: str) -> dict:
        """The manifest's node of a model."""
        return self.manifest["nodes"][f"model.{self.manifest['metadata']['project_name']}.{name}"]

    def relation(self, name: str) -> str:
        """The relation of a model in the warehouse, without the database's name."""
        node = self.model(name)
        return f'warehouse."{node["schema"]}"."{node["alias"]}"'

    def indicators(self) -> dict[str, list[dict]]:
        """Name of each declared indicator of SI-DEP, with its breakdowns."""
        declared = {}
        for node in self.manifest["nodes"].values():
            declaration = node.get("config", {}).get("meta", {}).get("vigie", {})
            if declaration.get("kind") == "indicator" and declaration.get("source") == "sidep":
                declared[node["name"]] = declaration["breakdowns"]
        return declared

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection in memory that reads the warehouse, attached as `warehouse`."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.home / 'warehouse' / 'vigie.duckdb'}' as warehouse (read_only)")
            yield connection


@functools.cache
def small_epidemic(home: Path) -> Run:
    """Simulate the small epidemic into `home` and run it; once per home in a session."""
    rates = [argument for name, rate in RATES.items() for argument in ("--rate", f"{name}={rate}")]
    vigie(
        home, "simulate", "--feed", "sidep", "--truth", "builtin", "--size", SIZE,
        "--from", FIRST, "--until", LAST, "--seed", SEED, *rates,
    )  # fmt: skip
    today = last_delivery(home)
    vigie(home, "run", "--today", today)
    return Run(home, today)
