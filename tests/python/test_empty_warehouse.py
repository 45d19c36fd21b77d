"""On a warehouse without any delivery, every model can be built, dbt unit tests pass, columns are as described."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from rendered_models import count

from orchestration.home import PROJECT, Home
from orchestration.landing import prepare_lake
from orchestration.warehouse.texts import tell_columns


@dataclass(frozen=True)
class Empty:
    """A warehouse built from nothing: its home, dbt's manifest, and the result of each unit test by unique id."""

    home: Home
    manifest: dict
    results: dict[str, dict]

    def failures(self) -> list[str]:
        """What went wrong, in dbt's words: the rows that differ."""
        return [
            f"{unique_id}: {result['status']}\n{result['message']}"
            for unique_id, result in self.results.items()
            if result["status"] != "pass"
        ]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Empty:
    """Seeds and every model on no row, by the models' own SQL (see `rendered_models`), which is soon done.

    Then every unit test, by dbt, which finds the types of its rows in the models.
    """
    home = Home(tmp_path_factory.mktemp("empty"))
    prepare_lake(home)
    count(home)
    target = home.dbt / "target"
    environment = {
        **os.environ,
        **home.environment(),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(home.dbt / "logs"),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "test", "--select", "test_type:unit"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, text=True, capture_output=True)
    assert (target / "run_results.json").exists(), done.stdout + done.stderr
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return Empty(home, manifest, {result["unique_id"]: result for result in results})


def test_unit_tests_pass(empty: Empty) -> None:
    """Each of the project, of which none is left out."""
    assert empty.results.keys() == empty.manifest["unit_tests"].keys()
    assert not empty.failures(), "\n\n".join(empty.failures())


def test_models_need_no_delivery(empty: Empty) -> None:
    """Each seed and model stands there, of which dbt knows."""
    with duckdb.connect(str(empty.home.database), read_only=True) as warehouse:
        found = warehouse.execute("select table_schema || '.' || table_name from information_schema.tables").fetchall()
    nodes = [node for node in empty.manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
    assert {f"{node['schema']}.{node['alias']}" for node in nodes} == {name for (name,) in found}


@pytest.mark.parametrize(
    "model",
    [
        "int_testing__states",
        "int_testing__earlier_positives",
        "int_testing__person_days",
        "int_testing__classified",
        "int_testing__changes",
        "int_testing__facts",
        "int_testing__history",
        "int_testing__history_of_others",
        "int_testing__persons_sent",
        "int_testing__results_concerned",
        "int_testing__states_touched",
        "int_testing__epci_changes",
        "int_testing__epci_days",
        "int_testing__epci_windows",
        "int_testing__iris_windows",
        "int_testing__cube_days",
        "int_testing__cube_windows",
        "int_testing__cube",
        "int_testing__fates",
        "int_hospital__records",
        "int_hospital__touched",
        "int_hospital__sequences",
        "int_hospital__steps",
        "int_hospital__standings",
        "int_hospital__stays",
        "int_hospital__facts",
        "int_hospital__changes",
        "int_hospital__cube_changes",
        "int_hospital__cube_days",
        "int_hospital__cube_windows",
        "int_hospital__fates",
    ],
)
def test_what_the_figures_rest_on_has_unit_tests(empty: Empty, model: str) -> None:
    """The case definition, the sequence of a stay, the states of a record, the cube and its windows."""
    assert any(unique_id.startswith(f"unit_test.vigie.{model}.") for unique_id in empty.results)


def test_columns_are_those_that_are_described(empty: Empty) -> None:
    """No column without a description, no description without a column."""
    with duckdb.connect(str(empty.home.database), read_only=True) as warehouse:
        found = warehouse.execute(
            "select table_schema || '.' || table_name, list(column_name) from information_schema.columns group by all"
        ).fetchall()
    columns = dict(found)
    tell_columns(empty.manifest)
    differences = []
    for node in empty.manifest["nodes"].values():
        relation = f"{node['schema']}.{node['alias']}"
        if node["resource_type"] in ("model", "seed") and relation in columns:
            actual, described = set(columns[relation]), {column.strip('"') for column in node["columns"]}
            differences += [f"{node['name']}.{column} is not described" for column in sorted(actual - described)]
            differences += [f"{node['name']}.{column} does not exist" for column in sorted(described - actual)]
            differences += [
                f"{node['name']}.{name} has no text" for name, of in node["columns"].items() if not of["description"]
            ]
    assert differences == []
