"""What a step costs: its own and its children's, of this step and of no other."""

import subprocess
import sys
import time

import dagster as dg
import pytest

from orchestration import progress
from orchestration.cost import Meter, in_words
from orchestration.home import PROJECT, Home
from orchestration.journal import journals
from orchestration.run import Run, begun

MIB = 2**20
BURN = "import time; end = time.process_time() + 0.5\nwhile time.process_time() < end: pass"


def child(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True)


def test_cpu_seconds_are_those_of_this_process_and_of_its_children():
    meter = Meter()
    exec(BURN)
    child(BURN)
    assert 1.0 <= meter.read().cpu_seconds < 2.0


def test_to_wait_costs_no_cpu():
    meter = Meter()
    time.sleep(0.4)
    cost = meter.read()
    assert cost.seconds >= 0.4 and cost.cpu_seconds <= 0.1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux begins the mark anew")
def test_the_peak_is_that_of_the_step():
    meter, held = Meter(), bytearray(400 * MIB)
    assert meter.read().peak_mib >= len(held) // MIB
    del held
    meter = Meter()
    later = meter.read().peak_mib
    bytearray(400 * MIB)
    assert later + 300 < meter.read().peak_mib


def test_the_peak_of_a_child_counts_when_it_is_the_largest_yet():
    """In a process of its own, which had no child before."""
    program = f"""
import subprocess, sys
from orchestration.cost import Meter
for size in (300, 1):
    meter = Meter()
    subprocess.run([sys.executable, "-c", f"bytearray({{size * {MIB}}})"], check=True)
    print(meter.read().peak_mib)
"""
    told = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    first, second = map(int, told.stdout.split())
    assert first >= 300 > second


def test_seconds_in_words():
    assert [in_words(each) for each in (3.24, 59.9, 65.0)] == ["3.2 s", "59.9 s", "1 min 05 s"]


def test_the_journal_keeps_what_each_step_has_cost(tmp_path, monkeypatch, capsys):
    """A step that failed too; the cost of the run begins where the command did, and holds what is between the steps."""
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))

    @dg.asset
    def steps(run: Run) -> None:
        with run.step("Landing"):
            child(BURN)
        exec(BURN)
        with run.step("Release"):
            raise OSError

    meter = Meter()
    exec(BURN)
    begun(meter, "Preparing")
    with progress.shown_on(sys.stdout), dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([steps], instance=instance, resources={"run": Run()}, raise_on_error=False)
    [journal] = journals(Home(tmp_path))
    used = {step["name"]: step["cpu_seconds"] for step in journal["steps"]}
    assert used["Preparing"] >= 0.5 and used["Landing"] >= 0.5 > used["Release"]
    assert journal["cost"]["cpu_seconds"] >= sum(used.values()) + 0.4
    assert journal["cost"]["peak_mib"] >= max(step["peak_mib"] for step in journal["steps"]) > 10
    assert "Landing: done in" in (told := capsys.readouterr().out) and f"{used['Landing']} CPU s" in told
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([steps], instance=instance, resources={"run": Run()}, raise_on_error=False)
    assert "Preparing" not in [step["name"] for step in journals(Home(tmp_path))[0]["steps"]]
