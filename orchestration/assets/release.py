"""The release as Dagster assets: the release itself, and each open-data dataset in it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration import progress
from orchestration.release import Declarations, Release, read_dbt_checks, release
from orchestration.release.open_data import Dataset, datasets
from orchestration.run import Run
from orchestration.warehouse.project import static_docs, target
from orchestration.warehouse.translator import Translator, freshness_policy, theme

RELEASE = dg.AssetKey(["release", "latest"])
CHECK = "holds_the_expected_days"


def dataset_key(name: str) -> dg.AssetKey:
    """`open_data/sp-fra-quot`."""
    return dg.AssetKey(["open_data", name])


def release_assets(manifest: Mapping[str, Any], translator: Translator) -> dg.AssetsDefinition:
    """The release and its datasets, made together: a dataset is never published alone."""
    found = datasets(Declarations(manifest))

    def key_of(dataset: Dataset) -> dg.AssetKey:
        return translator.get_asset_key(manifest["nodes"][dataset.node])

    specs = [
        dg.AssetSpec(
            dataset_key(dataset.name),
            deps=[key_of(dataset)],
            description=f"{dataset.title.en}\n\n{dataset.description.en}",
            metadata={"fresh_by": dataset.owner.fresh_by or "", "lag_days": dataset.owner.lag_days},
            freshness_policy=freshness_policy({"fresh_by": dataset.owner.fresh_by}),
            group_name="open_data",
            kinds={"csv", "parquet"},
        )
        for dataset in found
    ]
    catalogue = [
        translator.get_asset_key(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and theme(node) == "catalogue"
    ]
    whole = dg.AssetSpec(
        RELEASE,
        deps=[*(spec.key for spec in specs), *catalogue],
        description="The folder that `releases/latest` shows: open data, data package, methods, catalogue, lineage.",
        group_name="release",
        kinds={"frictionless"},
    )
    checks = [
        dg.AssetCheckSpec(
            CHECK, asset=spec.key, description="The last day published is as recent as the declaration promises."
        )
        for spec in specs
    ]

    @dg.multi_asset(name="release", specs=[*specs, whole], check_specs=checks, pool="duckdb")
    def releasing(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult]:
        """Write the release beside the last one, then show it."""
        with run.step("Release"):
            made = make_release(run, context.run.run_id)
        for dataset in made.datasets:
            yield dataset_result(dataset, run)
        yield dg.MaterializeResult(
            asset_key=RELEASE,
            metadata={"id": made.id, "path": dg.MetadataValue.path(str(made.path)), "datasets": len(made.datasets)},
        )

    return releasing


def make_release(run: Run, run_id: str) -> Release:
    """Release from the warehouse of the run, unless a blocking check failed when it was built."""
    home = run.home
    artifacts = target(home)
    manifest = json.loads((artifacts / "manifest.json").read_text())
    checks = read_dbt_checks(manifest, artifacts / "run_results.json")
    if not run.as_of:
        progress.now("Release: lineage docs")
        static_docs(home)
    made = release(
        home,
        run.day,
        artifacts / "manifest.json",
        checks=checks,
        run_id=run_id,
        as_of=run.day if run.as_of else None,
        report=lambda step: progress.now(f"Release: {step}"),
    )
    run.journal.note(release={"id": made.id, "path": str(made.path), "datasets": len(made.datasets)})
    return made


def dataset_result(dataset: Dataset, run: Run) -> dg.MaterializeResult:
    """The materialization of a dataset, and whether its data are as recent as declared."""
    expected = dataset.expected_period(run.day)
    return dg.MaterializeResult(
        asset_key=dataset_key(dataset.name),
        metadata={
            "dagster/row_count": dataset.rows,
            "last_period": str(dataset.last_period),
            "unchanged_since_last_release": dataset.linked,
        },
        check_results=[
            dg.AssetCheckResult(
                asset_key=dataset_key(dataset.name),
                check_name=CHECK,
                passed=not dataset.late(run.day),
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"last_period": str(dataset.last_period), "expected": str(expected)},
            )
        ],
    )
