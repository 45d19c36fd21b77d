"""The processes measured on one size of history, and the order in which they run."""

import datetime as dt
import json
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console

from orchestration.home import PROJECT, Home
from orchestration.journal import journals
from orchestration.release.files import FOLDER
from tests.bench import report
from tests.bench.comparing import differences
from tests.bench.lake import History, write_delta, write_history
from tests.bench.measuring import Cost, measured

#: A year of a million tests brings some three thousand a day; corrections concern the window of the CSV files.
DAILY_ROWS, CORRECTED_DAYS = 993, 90
SQL = Path(__file__).parent / "sql"
DBT = Path(sys.executable).with_name("dbt")
Result = TypeVar("Result")
# From the lake of lab tests to its cubes: the feed that the bench writes.
CUBES = ("--exclude-resource-type", "seed", "test", "unit_test", "-s", "+path:models/intermediate/testing")


class Bench:
    """One size of history: its lake, the processes measured on it and what they cost."""

    def __init__(self, folder: Path, threads: int, memory: str, console: Console) -> None:
        """Start from an empty folder."""
        shutil.rmtree(folder, ignore_errors=True)
        self.home = Home(folder)
        self.script = folder / "script" / "script.duckdb"
        self.polars = folder / "polars"
        self.threads = threads
        self.memory = memory
        self.console = console
        self.steps: dict[str, Cost] = {}
        self.models: dict[str, dict[str, float]] = {}
        self.differences: dict[str, dict[str, int]] = {}
        self.releases: dict[str, dict[str, float]] = {}

    def sql(self, name: str, file: str, database: Path | None = None) -> None:
        """Measure one of the SQL files over the lake, in a database of its own."""
        database = database or self.home.root / name / f"{name}.duckdb"
        module = "tests.bench.in_duckdb"
        arguments = (SQL / file, self.home.lake, database, self.threads, self.memory)
        self._measure(name, (sys.executable, "-m", module, *map(str, arguments)))

    def vigie(self, name: str, *arguments: str) -> None:
        """Measure a call of dbt on the models from the lake to the cubes; keeps the time of each model."""
        self.home.warehouse.mkdir(parents=True, exist_ok=True)
        self._measure(name, (DBT, *arguments), environment=self.environment())
        results = json.loads((self.home.dbt / "target" / "run_results.json").read_text())["results"]
        self.models[name] = {
            one["unique_id"].split(".")[-1]: round(one["execution_time"], 3)
            for one in sorted(results, key=lambda one: -one["execution_time"])
            if one["execution_time"] >= 0.1
        }

    def run(self, name: str, day: dt.date) -> None:
        """Measure a whole run for a day; keeps the CPU seconds of its release, and the bytes that it wrote, those of
        files in official layouts apart: they hold the whole series, and are written whole.

        A file that a release has in common with the one before is a link to it.
        """
        before = {path.stat().st_ino for path in _files(self.home.releases)}
        command = (sys.executable, "-m", "orchestration.cli", "run", "--today", str(day))
        self._measure(name, command, environment=self.environment())
        latest = (self.home.releases / "latest").resolve()
        datasets = json.loads((latest / "release.json").read_text())["datasets"].values()
        whole = {latest / FOLDER / file for each in datasets if not each["indicator"] for file in each["files"]}
        written = {path: path.stat().st_size for path in _files(latest) if path.stat().st_ino not in before}
        layouts = sum(size for path, size in written.items() if path in whole)
        [released] = [step for step in journals(self.home)[0]["steps"] if step["name"] == "Release"]
        self.releases[name] = {
            "cpu_seconds": released["cpu_seconds"],
            "written_bytes": sum(written.values()) - layouts,
            "layout_bytes": layouts,
        }

    def in_polars(self, memory_limit: int) -> None:
        """Measure the same rebuild in polars; it may fail for want of memory, which is then its result."""
        self._measure(
            "polars",
            (sys.executable, "-m", "tests.bench.in_polars", str(self.home.lake), str(self.polars)),
            environment={"POLARS_MAX_THREADS": str(self.threads)},
            memory_limit=memory_limit,
            may_fail=True,
        )

    def compare(self, name: str, **other: Path) -> None:
        """Compare the script's tables with another side's."""
        self.differences[name] = self.apart(f"comparing {name}", differences, self.script, **other)

    def apart(self, title: str, function: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
        """Call a function in a process of its own: what this one once held would count as its children's peak."""
        self.console.print(f"  {title} …")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(function, *arguments, **options).result()

    def environment(self) -> dict[str, str]:
        """What dbt reads from its environment."""
        return {
            **self.home.environment(),
            "DBT_TARGET_PATH": str(self.home.dbt / "target"),
            "DBT_LOG_PATH": str(self.home.dbt / "logs"),
            "DBT_PROFILES_DIR": str(PROJECT),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "VIGIE_THREADS": str(self.threads),
            "VIGIE_MEMORY_LIMIT": self.memory,
        }

    def _measure(self, name: str, command: tuple[Any, ...], **options: Any) -> None:
        title = report.STEPS.get(name, name)
        self.console.print(f"  {title} …")
        cost = measured(command, self.home.root / "logs" / f"{name}.log", **options)
        self.console.print(f"  {title}: {cost.failure or f'{cost.seconds:.1f} s'}")
        self.steps[name] = cost

    def as_json(self) -> dict[str, Any]:
        """Costs by step, times by model, differences found."""
        return {
            "steps": {name: cost.as_json() for name, cost in self.steps.items()},
            "models": self.models,
            "differences": self.differences,
            "releases": self.releases,
        }


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def run_size(bench: Bench, history: History, delta: int, *, polars_memory: int, with_polars: bool) -> None:
    """Everything that is measured on one size, in an order in which no process finds what another left half done."""
    bench.apart("writing the history", write_history, bench.home, history)
    bench.sql("scan", "scan.sql")
    bench.sql("script", "script.sql", bench.script)
    bench.vigie("seeds", "seed")
    bench.vigie("rebuild", "build", "--full-refresh", *CUBES)
    bench.compare("rebuild and script", warehouse=bench.home.database)
    if with_polars:
        bench.in_polars(polars_memory)
        if not bench.steps["polars"].failure:
            bench.compare("polars and script", folder=bench.polars)
        shutil.rmtree(bench.polars, ignore_errors=True)
    bench.vigie("idle", "build", *CUBES)
    bench.apart("writing the delta", write_delta, bench.home, history, delta)
    bench.vigie("day", "build", *CUBES)
    bench.sql("script_after", "script.sql", bench.script)
    bench.compare("rebuild, then day, and script over all", warehouse=bench.home.database)


def run_days(bench: Bench, history: History) -> None:
    """Two whole runs with their releases: over the history, and on the day after it with a small delivery."""
    bench.apart("writing the history", write_history, bench.home, history)
    bench.run("first_run", history.end - dt.timedelta(1))
    bench.apart("writing the delta", write_delta, bench.home, history, DAILY_ROWS, CORRECTED_DAYS)
    bench.run("next_run", history.end)
