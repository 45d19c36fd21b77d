"""`make bench`: the command line."""

import datetime as dt
import json
import os
import platform
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home
from tests.bench import report
from tests.bench.comparing import differences
from tests.bench.lake import write_delta, write_history
from tests.bench.measuring import Cost, measured

SQL = Path(__file__).parent / "sql"
DBT = Path(sys.executable).with_name("dbt")
CUBES = ("-s", "path:models/staging", "path:models/intermediate")


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
        self.console.print(f"  comparing: {name} …")
        self.differences[name] = differences(self.script, **other)

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
        }


def run_size(
    bench: Bench, rows: int, delta: int, seed: int, *, polars_memory: int, with_polars: bool
) -> None:
    """Everything that is measured on one size, in an order in which no process finds what another left half done."""
    bench.console.print("  writing the history …")
    write_history(bench.home, rows, seed=seed)
    bench.sql("scan", "scan.sql")
    bench.sql("script", "script.sql", bench.script)
    bench.vigie("seeds", "seed")
    bench.vigie("rebuild", "run", "--full-refresh", *CUBES)
    bench.compare("rebuild and script", warehouse=bench.home.database)
    if with_polars:
        bench.in_polars(polars_memory)
        if not bench.steps["polars"].failure:
            bench.compare("polars and script", folder=bench.polars)
        shutil.rmtree(bench.polars, ignore_errors=True)
    bench.vigie("idle", "run", *CUBES)
    bench.console.print("  writing the delta …")
    write_delta(bench.home, rows, delta, seed=seed)
    bench.vigie("day", "run", *CUBES)
    bench.sql("script_after", "script.sql", bench.script)
    bench.compare("rebuild, then day, and script over all", warehouse=bench.home.database)


@click.command()
@click.option(
    "--sizes",
    help="Sizes of the history, in millions of tests: `--sizes 6 60`.",
    default="6 60",
    show_default=True,
)
@click.option(
    "--delta", type=float, default=3, show_default=True, help="Rows of the day's delivery, in millions."
)
@click.option("--threads", type=int, default=2, show_default=True, help="Threads of DuckDB and of polars.")
@click.option(
    "--memory", default="6GB", show_default=True, help="Memory limit of DuckDB, for Vigie and for the script."
)
@click.option(
    "--polars-memory", type=float, default=14, show_default=True, help="GiB after which polars is stopped."
)
@click.option("--no-polars", is_flag=True, help="Leave the rebuild in polars out.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the history and of the delta.")
@click.option("--keep", is_flag=True, help="Keep the lakes and the databases.")
@click.argument("more_sizes", nargs=-1)
def main(
    sizes: str,
    delta: float,
    threads: int,
    memory: str,
    polars_memory: float,
    no_polars: bool,
    seed: int,
    keep: bool,
    more_sizes: tuple[str, ...],
) -> None:
    """Measure what Vigie costs on a seeded history, beside the same work written by hand; each in a fresh process.

    Writes $VIGIE_HOME/bench/<time>.json, .svg and .png, and prints the table. Ends with code 1 when the ways differ in
    one cell.
    """
    console = Console(highlight=False)
    home = Home.from_env()
    result: dict[str, Any] = {
        "time": dt.datetime.now().astimezone().replace(microsecond=0, tzinfo=None).isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "system": platform.platform(),
        },
        "versions": {name: version(name) for name in ("duckdb", "dbt-core", "dbt-duckdb", "polars")},
        "delta": delta,
        "threads": threads,
        "memory": memory,
        "seed": seed,
        "sizes": {},
    }
    try:
        for size in sorted({float(size) for size in (*sizes.split(), *more_sizes)}):
            console.print(f"{size:g} million tests")
            bench = Bench(home.bench / "work" / f"{size:g}", threads, memory, console)
            run_size(
                bench,
                int(size * 1e6),
                int(delta * 1e6),
                seed,
                polars_memory=int(polars_memory * 2**30),
                with_polars=not no_polars,
            )
            result["sizes"][f"{size:g}"] = bench.as_json()
            if not keep:
                shutil.rmtree(bench.home.root)
    except VigieError as error:
        raise click.ClickException(str(error)) from error
    result["ratios"] = report.ratios(result["sizes"])
    result["peak_bytes"] = max(
        content["steps"][name]["peak_bytes"]
        for content in result["sizes"].values()
        for name in ("rebuild", "day")
    )
    path = report.write(result, home.bench)
    report.show(result, console)
    console.print(f"{path}, with the plot beside it in .svg and .png")
    if any(any(found.values()) for one in result["sizes"].values() for found in one["differences"].values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main(prog_name="make bench --")
