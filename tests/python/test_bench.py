"""The benchmark at a tiny size: what it writes, and that the ways to the cubes agree in every cell."""

import io
import json

import pytest
from rich.console import Console

from tests.bench import report
from tests.bench.lake import History, write_delta, write_history
from tests.bench.measuring import measured
from tests.bench.running import CUBES, Bench

EQUAL = {"cells": 0, "cube_days": 0, "local_windows": 0}
RATIOS = {"rebuild_vs_script", "day_vs_rebuild", "day_growth", "polars_vs_rebuild", "rebuild_vs_scan"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A history of eight days with its delta, rebuilt by Vigie, by the script and by polars."""
    bench = Bench(tmp_path_factory.mktemp("bench") / "work", 2, "2GB", Console(quiet=True))
    history = History(20_000, days=8)
    write_history(bench.home, history)
    write_delta(bench.home, history, 2_000)
    bench.sql("scan", "scan.sql")
    bench.sql("script", "script.sql", bench.script)
    bench.vigie("seeds", "seed")
    bench.vigie("rebuild", "build", "--full-refresh", *CUBES)
    bench.in_polars(4 * 2**30)
    return bench


def test_the_script_and_vigie_agree_in_every_cell(bench):
    """The yardstick does the same work: that is what makes the ratio mean something."""
    bench.compare("rebuild and script", warehouse=bench.home.database)
    assert bench.differences["rebuild and script"] == EQUAL


def test_polars_and_the_script_agree_in_every_cell(bench):
    """So does the rebuild in polars."""
    bench.compare("polars and script", folder=bench.polars)
    assert bench.differences["polars and script"] == EQUAL


def test_what_is_written(bench, tmp_path):
    """The JSON holds the ratios and the cost of each step; the plot stands beside it."""
    content = report.result({"0.02": bench.as_json()}, time="2021-01-09T06:00:00", delta=0.002, days=8, threads=2)
    path = report.write(content, tmp_path)
    written = json.loads(path.read_text())
    assert written["ratios"].keys() == RATIOS
    for name in ("rebuild_vs_script", "polars_vs_rebuild", "rebuild_vs_scan"):
        assert written["ratios"][name] > 0
    assert written["ratios"]["day_growth"] is None  # one size does not grow
    for cost in written["sizes"]["0.02"]["steps"].values():
        assert not cost["failure"]
        assert min(cost["seconds"], cost["cpu_seconds"], cost["peak_bytes"], cost["read_bytes"]) > 0
    assert path.with_suffix(".png").stat().st_size > 10_000
    assert path.with_suffix(".svg").read_text().startswith("<svg")
    console = Console(record=True, width=120, quiet=True)
    report.show(written, console)


def test_the_release_of_a_day_at_a_long_history_is_set_beside_that_at_a_short_one(tmp_path):
    """What it costs and what it writes, of the day after each history; without a size there is no other ratio."""
    cost = {"seconds": 20.0, "cpu_seconds": 30.0}
    histories = {
        str(days): {
            "steps": {"first_run": cost, "next_run": cost},
            "releases": {
                "first_run": {"cpu_seconds": 90.0, "written_bytes": 9_000_000, "layout_bytes": 10_000_000},
                "next_run": {"cpu_seconds": cpu, "written_bytes": written, "layout_bytes": layouts},
            },
        }
        for days, cpu, written, layouts in ((1095, 12.0, 1_100_000, 5_000_000), (90, 10.0, 1_000_000, 500_000))
    }
    content = report.result({}, histories, time="2021-01-09T06:00:00")
    assert content["release_ratios"] == {"cpu_seconds": 1.2, "written_bytes": 1.1, "layout_bytes": 10.0}
    assert json.loads(report.write(content, tmp_path).read_text())["histories"] == histories
    console = Console(record=True, width=200, file=io.StringIO())
    report.show(content, console)
    shown = console.export_text()
    assert "cpu_seconds: 1.20 (≤ 1.3)" in shown and "layout_bytes: 10.00\n" in shown


def test_a_process_that_outgrows_its_memory_is_stopped(tmp_path):
    """The machine survives a size that does not fit."""
    hungry = ["python3", "-c", "import time; held = bytearray(300 << 20); time.sleep(30)"]
    cost = measured(hungry, tmp_path / "log", memory_limit=100 << 20, may_fail=True)
    assert "GiB" in cost.failure
    assert cost.seconds < 20
