"""The dbt unit tests pass on an empty warehouse: they bring their rows, and the models only give the types."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.home import PROJECT, Home
from orchestration.landing import prepare_lake


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """Unique id of each unit test, with its result in dbt's words."""
    home = Home(tmp_path_factory.mktemp("unit_tests"))
    prepare_lake(home)
    home.warehouse.mkdir(parents=True, exist_ok=True)
    target = home.dbt / "target"
    environment = {
        **os.environ,
        **home.environment(),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(home.dbt / "logs"),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    dbt = str(Path(sys.executable).with_name("dbt"))
    only = ["--select", "+test_type:unit", "--exclude-resource-type", "test"]
    done = subprocess.run(
        [dbt, "--quiet", "build", "--empty", *only], cwd=PROJECT, env=environment, text=True, capture_output=True
    )
    written = target / "run_results.json"
    assert written.exists(), done.stdout + done.stderr
    outcomes = json.loads(written.read_text(encoding="utf-8"))["results"]
    unit = {outcome["unique_id"]: outcome for outcome in outcomes if outcome["unique_id"].startswith("unit_test.")}
    assert unit, done.stdout + done.stderr
    return unit


def test_unit_tests_pass(results: dict[str, dict]) -> None:
    """Each unit test passes; a failure shows the rows that differ."""
    failed = [
        f"{unique_id}: {result['status']}\n{result['message']}"
        for unique_id, result in results.items()
        if result["status"] != "pass"
    ]
    assert not failed, "\n\n".join(failed)


@pytest.mark.parametrize(
    "model",
    [
        "int_testing__states",
        "int_testing__earlier_positives",
        "int_testing__person_days",
        "int_testing__classified",
        "int_testing__changes",
        "int_testing__cube_days",
        "int_testing__cube_windows",
        "int_testing__cube",
        "int_testing__fates",
    ],
)
def test_what_the_figures_rest_on_is_tested(results: dict[str, dict], model: str) -> None:
    """The models that hold the case definition, its states and its windows have unit tests."""
    assert any(unique_id.split(".")[2] == model for unique_id in results)
