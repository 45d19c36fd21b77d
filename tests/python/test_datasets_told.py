"""What Dagster is told of the published datasets: outputs of a release, or events alone when it only keeps them."""

from types import SimpleNamespace

import dagster as dg
import pytest
from dagster._core.definitions.data_version import DATA_VERSION_TAG
from rendered_models import parsed_home

from orchestration.assets import release
from orchestration.assets.release import CHECK, RELEASE, dataset_key, is_dataset, release_assets
from orchestration.definitions import build_definitions
from orchestration.execution import _at_rest
from orchestration.release import Declarations
from orchestration.release.open_data import Dataset, datasets
from orchestration.run import Run
from orchestration.warehouse.project import read_manifest


@pytest.fixture
def found(tmp_path, monkeypatch) -> list[Dataset]:
    """Three of the datasets, as a release has them; the release itself is not made."""
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    found = datasets(Declarations(read_manifest(parsed_home())))[:3]
    for dataset in found:
        dataset.files = {f"{dataset.name}.csv": {"bytes": 1, "sha256": "a"}}
    made = SimpleNamespace(datasets=found, id="2021-01-05", path=tmp_path, new=False, standing=lambda status: [])
    monkeypatch.setattr(release, "datasets", lambda _: found)
    monkeypatch.setattr(release, "make_release", lambda *_: made)
    return found


def told(instance: dg.DagsterInstance, found: list[Dataset], selected: list[dg.AssetKey]) -> dict[str, dict]:
    """Release, with some of the assets selected; by dataset, what Dagster knows of it."""
    asset = release_assets(read_manifest(parsed_home()))
    result = dg.materialize([asset], instance=instance, resources={"run": Run(today="2021-01-05")}, selection=selected)
    assert result.success
    known = {}
    for dataset in found:
        key = dataset_key(dataset.name)
        event = instance.get_latest_materialization_event(key)
        check = dg.AssetCheckKey(key, CHECK)
        [last] = instance.event_log_storage.get_latest_asset_check_execution_by_key([check]).values()
        known[dataset.name] = {
            "at": event.timestamp,
            "run": event.run_id == result.run_id,
            "tags": event.asset_materialization.tags,
            "checked": last.run_id == result.run_id,
            "passed": last.evaluation.passed,
        }
    return known


def test_what_is_kept_is_fresh_at_the_same_version(found):
    """As a policy of freshness and the UI look at it: materialized later, from the same, and checked then."""
    everything = [RELEASE, *(dataset_key(dataset.name) for dataset in found)]
    with dg.DagsterInstance.ephemeral() as instance:
        before = told(instance, found, everything)
        after = told(instance, found, [RELEASE])
        for dataset in found:
            first, then = before[dataset.name], after[dataset.name]
            assert then["at"] > first["at"] and then["run"] and then["checked"]
            assert then["tags"] == first["tags"] and first["tags"][DATA_VERSION_TAG] == dataset.version
            assert any(tag.startswith("dagster/input") or "code_version" in tag for tag in then["tags"])


def test_one_that_is_held_does_not_look_fresh(found):
    with dg.DagsterInstance.ephemeral() as instance:
        before = told(instance, found, [RELEASE])
        found[0].status, found[1].rows, found[2].files = "held", 5, {"other.csv": {"bytes": 1, "sha256": "b"}}
        after = told(instance, found, [RELEASE])
    held, late, other = (found[i].name for i in range(3))
    assert after[held]["at"] == before[held]["at"] and after[held]["checked"]
    assert [after[name]["run"] for name in (held, late, other)] == [False, True, True]
    assert after[late]["passed"] != before[late]["passed"]
    assert after[other]["tags"][DATA_VERSION_TAG] == found[2].version != before[other]["tags"][DATA_VERSION_TAG]


def test_a_run_at_rest_has_neither_warehouse_nor_datasets():
    definitions = build_definitions(parsed_home(), at_rest=True)
    keys = _at_rest(definitions)
    assert RELEASE in keys and dg.AssetKey(["landing", "ledger"]) in keys
    assert not [key for key in keys if is_dataset(key)]
    assert {node.name for node in definitions.resolve_job_def("daily").nodes} == {
        "land",
        "gate",
        "release",
        "upkeep",
        "incidents",
    }
