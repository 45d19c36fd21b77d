"""What Dagster loads: the graph as a committed snapshot, code versions, freshness, and the UI over HTTP."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import dagster as dg
import pytest
from rendered_models import parsed_home

from orchestration.definitions import build_definitions
from orchestration.execution import prepare_dagster_home
from orchestration.home import PROJECT, Home
from orchestration.warehouse.keys import asset_key, code_version, freshness_policy, group_name
from orchestration.warehouse.project import read_manifest


@pytest.fixture(scope="module")
def home() -> Home:
    """A home where the project has been parsed and nothing else."""
    return parsed_home()


@pytest.fixture(scope="module")
def manifest(home) -> dict:
    return read_manifest(home)


@pytest.fixture(scope="module")
def definitions(home, manifest) -> dg.Definitions:
    return build_definitions(home)


def test_the_graph_is_the_committed_one(definitions, snapshot):
    graph = definitions.resolve_asset_graph()
    lines = []
    for key in sorted(graph.get_all_asset_keys(), key=lambda k: k.path):
        node = graph.get(key)
        checks = len(graph.get_check_keys_for_assets({key}))
        after = ", ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        hour = getattr(node.freshness_policy, "deadline_cron", None)
        fresh = f"  fresh by {hour}" if hour else "  fresh within a window" if node.freshness_policy else ""
        lines.append(f"{key.to_user_string()}  [{node.group_name}]  {checks} checks{fresh}\n    after {after or '-'}")
    assert "\n".join(lines) == snapshot


def test_what_a_person_looks_for_is_there(definitions, manifest):
    graph = definitions.resolve_asset_graph()
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    assert {"landing/sidep", "landing/ledger", "release/latest", "open_data/sp-fra-quot"} <= keys
    nodes = manifest["nodes"].values()
    models = [node["name"] for node in nodes if node["resource_type"] in ("model", "seed")]
    assert {key.split("/")[-1] for key in keys} >= set(models)
    assert not [key for key in graph.get_all_asset_keys() if graph.get(key).group_name == "default"]


def test_every_published_dataset_has_a_freshness_policy(definitions):
    graph = definitions.resolve_asset_graph()
    published = [key for key in graph.get_all_asset_keys() if key.path[0] == "open_data"]
    assert published
    assert not [key for key in published if graph.get(key).freshness_policy is None]


def test_every_data_test_is_a_check(definitions, manifest):
    graph = definitions.resolve_asset_graph()
    checks = {key.name for key in graph.asset_check_keys}
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    assert tests <= checks


def test_everything_says_what_it_is_and_who_answers_for_it(definitions):
    graph = definitions.resolve_asset_graph()
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    assert not [node.key for node in nodes if not (node.description and node.owners and node.kinds)]
    checks = [c for a in definitions.assets if isinstance(a, dg.AssetsDefinition) for c in a.check_specs]
    assert not [check.name for check in checks if not check.description]
    told = {check.name: check.description for check in checks}
    assert told["int_house_calls__cube_days_adds_up"].startswith("There must be none of these. Cells of a cube by day")
    assert told["int_house_calls__batches_unique"].endswith("(columns: feed, delivery)")
    assert told["regions_reg_name_not_null"] == "No row is without reg_name."
    assert told["sidep_identifiers_are_given_once"].startswith("Identifiers of results under which")
    jobs = [definitions.resolve_job_def(name) for name in ("daily", "landing", "closing")]
    assert all(job.description and job.owners and job.tags["vigie/writes"] for job in jobs)


def test_a_launchpad_may_be_left_empty_and_explains_what_can_be_said(definitions):
    schema = definitions.resolve_job_def("daily").run_config_schema.run_config_schema_type
    assert not schema.fields["resources"].is_required
    asked = {
        f"{name}.{field}": of
        for name, resource in schema.fields["resources"].config_type.fields.items()
        for field, of in getattr(resource.config_type.fields["config"].config_type, "fields", {}).items()
        if name != "io_manager"
    }
    assert set(asked) == {"run.today", "run.as_of", "run.rebuild", "run.again"}
    assert all(of.description and of.default_provided and not of.is_required for of in asked.values())


def test_the_hours_and_the_jobs(definitions, home, monkeypatch):
    for name, job in (("cut_off_hour", "closing"), ("release_hour", "publication"), ("upkeep_hour", "maintenance")):
        schedule = definitions.resolve_schedule_def(name)
        assert schedule.job_name == job and schedule.execution_timezone == "Europe/Paris"
        assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    steps = {
        "daily": {"land", "build", "gate", "release", "upkeep", "incidents"},
        "landing": {"land", "incidents"},
        "warehouse": {"build"},
        "verdicts": {"gate"},
        "closing": {"land", "build", "gate", "incidents"},
        "publication": {"gate", "release", "incidents"},
        "maintenance": {"upkeep", "incidents"},
    }
    # As the UI loads them: no two things of one name.
    assert definitions.get_repository_def().get_all_jobs()
    assert {job: {node.name for node in definitions.resolve_job_def(job).nodes} for job in steps} == steps
    assert definitions.resolve_sensor_def("deliveries").default_status == dg.DefaultSensorStatus.STOPPED
    monkeypatch.setenv("VIGIE_UNATTENDED", "1")
    served = build_definitions(home, at_rest=True)
    assert served.resolve_sensor_def("deliveries").default_status == dg.DefaultSensorStatus.RUNNING
    assert served.resolve_schedule_def("release_hour").default_status == dg.DefaultScheduleStatus.RUNNING


def test_each_feed_lands_by_day_of_receipt_and_is_fresh_by_its_hour(definitions):
    graph = definitions.resolve_asset_graph()
    sidep, sequences = (graph.get(dg.AssetKey(["landing", feed])) for feed in ("sidep", "emergen"))
    assert sidep.partitions_def.timezone == "Europe/Paris" and sidep.partitions_def.end_offset == 1
    assert sidep.freshness_policy.deadline_cron == "30 16 * * *"
    assert sequences.freshness_policy.fail_window.to_timedelta().days == 9
    checks = {key.name for key in graph.get_check_keys_for_assets({sidep.key})}
    assert checks >= {"every_file_accepted", "feed_arrived"}


def test_a_changed_macro_changes_the_code_version_of_what_uses_it(manifest):
    manifest = json.loads(json.dumps(manifest))
    node, other = (manifest["nodes"][f"model.vigie.{name}"] for name in ("incidence_rate", "stg_landing__erased_rows"))
    macro = "macro.vigie.declare_indicator"
    assert macro in node["depends_on"]["macros"]
    before, untouched = code_version(manifest, node), code_version(manifest, other)
    manifest["macros"][macro]["macro_sql"] += "{# changed #}"
    assert code_version(manifest, node) != before
    assert code_version(manifest, other) == untouched


def test_freshness_is_the_declared_hour_of_each_day():
    policy = freshness_policy({"fresh_by": "19:05"})
    assert policy.deadline_cron == "5 19 * * *" and policy.timezone == "Europe/Paris"
    assert policy.lower_bound_delta.total_seconds() == (19 * 60 + 5) * 60
    assert freshness_policy({"fresh_by": None}) is None


def test_groups_follow_the_folders():
    model = {"resource_type": "model", "name": "incidence_rate", "fqn": ["vigie", "marts", "testing", "incidence_rate"]}
    seed = {"resource_type": "seed", "name": "regions", "fqn": ["vigie", "referential", "regions"]}
    source = {"resource_type": "source", "name": "sidep", "fqn": ["vigie", "staging", "sidep", "sidep", "sidep"]}
    assert [group_name(node) for node in (model, seed, source)] == [
        "marts_testing", "referential", "landing",
    ]  # fmt: skip
    assert [asset_key(node).to_user_string() for node in (model, seed, source)] == [
        "marts/incidence_rate", "seeds/regions", "landing/sidep",
    ]  # fmt: skip


def test_the_ui_answers_and_shows_the_run_of_the_command_line(run):
    home = Home(run.home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    executable = str(Path(sys.executable).with_name("dagster-webserver"))
    before = {name: os.environ.get(name) for name in ("DAGSTER_HOME", "VIGIE_HOME")}
    prepare_dagster_home(home)
    try:
        server = subprocess.Popen(
            [executable, "-m", "orchestration.definitions", "-h", "127.0.0.1", "-p", str(port)],
            cwd=PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    try:
        address = f"http://127.0.0.1:{port}"
        assert "dagster_webserver_version" in wait_for(f"{address}/server_info", server)
        query = """{
            runsOrError { ... on Runs { results { jobName status } } }
            repositoriesOrError { ... on RepositoryConnection { nodes { jobs { name } } } }
        }"""
        request = urllib.request.Request(
            f"{address}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            found = json.load(answer)["data"]
        assert {"jobName": "daily", "status": "SUCCESS"} in found["runsOrError"]["results"]
        assert "daily" in [j["name"] for node in found["repositoriesOrError"]["nodes"] for j in node["jobs"]]
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(address: str, server: subprocess.Popen, seconds: int = 60) -> dict:
    """The answer of a server that is starting."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"no answer from {address} within {seconds} s")
