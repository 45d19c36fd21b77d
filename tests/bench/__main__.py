"""`make bench`: the command line."""

import datetime as dt
import shutil

import click
from rich.console import Console

from orchestration.errors import VigieError
from orchestration.home import Home
from tests.bench import report
from tests.bench.lake import History
from tests.bench.running import Bench, run_days, run_size


@click.command()
@click.option(
    "--sizes",
    help="Sizes of the history, in millions of tests: `--sizes 6 60`.",
    default="6 60",
    show_default=True,
)
@click.option("--delta", type=float, default=3, show_default=True, help="Rows of the day's delivery, in millions.")
@click.option("--days", type=int, default=365, show_default=True, help="Days of the history.")
@click.option("--threads", type=int, default=2, show_default=True, help="Threads of DuckDB and of polars.")
@click.option(
    "--memory", default="6GB", show_default=True, help="Memory limit of DuckDB, for Vigie and for the script."
)
@click.option("--polars-memory", type=float, default=14, show_default=True, help="GiB after which polars is stopped.")
@click.option("--no-polars", is_flag=True, help="Leave the rebuild in polars out.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the history and of the delta.")
@click.option(
    "--histories",
    help="Days of history at which whole runs and their releases are measured; empty for none.",
    default="90 1095",
    show_default=True,
)
@click.option(
    "--daily", type=float, default=5479, show_default=True, help="Tests a day in these: 6 million in 3 years."
)
@click.option("--keep", is_flag=True, help="Keep the lakes and the databases.")
@click.argument("more_sizes", nargs=-1)
def main(
    sizes: str,
    delta: float,
    days: int,
    threads: int,
    memory: str,
    polars_memory: float,
    no_polars: bool,
    seed: int,
    histories: str,
    daily: float,
    keep: bool,
    more_sizes: tuple[str, ...],
) -> None:
    """Measure what Vigie costs on a seeded history, beside the same work written by hand; each in a fresh process.

    Writes $VIGIE_HOME/bench/<time>.json, .svg and .png, and prints the table. Ends with code 1 when the ways differ in
    one cell.
    """
    console = Console(highlight=False)
    home = Home.from_env()
    sizes_done, histories_done = {}, {}
    try:
        for size in sorted({float(size) for size in (*sizes.split(), *more_sizes)}):
            console.print(f"{size:g} million tests")
            bench = Bench(home.bench / "work" / f"{size:g}", threads, memory, console)
            run_size(
                bench,
                History(int(size * 1e6), days, seed=seed),
                int(delta * 1e6),
                polars_memory=int(polars_memory * 2**30),
                with_polars=not no_polars,
            )
            sizes_done[f"{size:g}"] = bench.as_json()
            if not keep:
                shutil.rmtree(bench.home.root)
        for length in sorted({int(length) for length in histories.split()}):
            console.print(f"{length} days of history")
            bench = Bench(home.bench / "work" / f"{length}_days", threads, memory, console)
            run_days(bench, History(int(daily * length), length, seed=seed))
            histories_done[str(length)] = bench.as_json()
            if not keep:
                shutil.rmtree(bench.home.root)
    except VigieError as error:
        raise click.ClickException(str(error)) from error
    result = report.result(
        sizes_done,
        histories_done,
        time=dt.datetime.now().replace(microsecond=0).isoformat(),
        delta=delta,
        days=days,
        threads=threads,
        memory=memory,
        seed=seed,
    )
    path = report.write(result, home.bench)
    report.show(result, console)
    console.print(f"{path}{', with the plot beside it in .svg and .png' if sizes_done else ''}")
    if any(any(found.values()) for one in sizes_done.values() for found in one["differences"].values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main(prog_name="make bench --")
