"""The release as Dagster assets: the release itself, and each open-data dataset in it."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb
from dagster._core.definitions.data_version import DATA_VERSION_TAG

from orchestration import progress
from orchestration.day.expected import expected, moment_of
from orchestration.errors import VigieError
from orchestration.gate import Gate, read_gate
from orchestration.home import Home
from orchestration.landing import partial_feeds, resume
from orchestration.release import Check, Declarations, Release, account, outlines, rehearse, release
from orchestration.release.open_data import Dataset, datasets
from orchestration.release.standing import STATUSES, outputs_not_ok
from orchestration.run import Run
from orchestration.warehouse.keys import DUTY, asset_key, freshness_policy, theme
from orchestration.warehouse.project import read_manifest, static_docs, target
from orchestration.warehouse.results import checks_of, gate_of

RELEASE = dg.AssetKey(["release", "latest"])
CHECK = "holds_the_expected_days"


def dataset_key(name: str) -> dg.AssetKey:
    """`open_data/sp-fra-quot`."""
    return dg.AssetKey(["open_data", name])


def is_dataset(key: dg.AssetKey) -> bool:
    """Whether the asset is a published dataset."""
    return key.path[0] == "open_data"


def datasets_of(manifest: Mapping[str, Any]) -> list[Dataset]:
    """What is declared to be published."""
    return datasets(Declarations(manifest))


def release_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The release and its datasets, made together: a dataset is never published alone."""
    found = datasets_of(manifest)
    specs = [
        dg.AssetSpec(
            dataset_key(dataset.name),
            deps=[asset_key(manifest["nodes"][dataset.node])],
            description=f"{dataset.title.en}\n\n{dataset.description.en}",
            metadata={"fresh_by": dataset.owner.fresh_by or "", "lag_days": dataset.owner.lag_days},
            freshness_policy=freshness_policy({"fresh_by": dataset.owner.fresh_by}),
            group_name="open_data",
            kinds={"csv", "parquet"},
            owners=DUTY,
            skippable=True,
        )
        for dataset in found
    ]
    catalogue = [
        asset_key(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and theme(node) == "catalogue"
    ]
    whole = dg.AssetSpec(
        RELEASE,
        deps=[*(spec.key for spec in specs), *catalogue, dg.AssetKey(["release", "gate"])],
        description="The folder that `releases/latest` shows: open data, data package, methods, catalogue, lineage.",
        group_name="release",
        kinds={"frictionless"},
        owners=DUTY,
    )
    checks = [
        dg.AssetCheckSpec(
            CHECK, asset=spec.key, description="The last day published is as recent as the declaration promises."
        )
        for spec in specs
    ]

    @dg.multi_asset(name="release", specs=[*specs, whole], check_specs=checks, pool="duckdb", can_subset=True)
    def releasing(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Write the release beside the last one, then show it.

        All datasets are in it whichever are selected; the others are told of by events alone, since each output costs
        Dagster six of them and as many looks at what it reads.
        """
        with run.step("Release"):
            made = make_release(run, context.run.run_id)
        selected = context.op_execution_context.selected_asset_keys
        for dataset in made.datasets:
            if dataset_key(dataset.name) in selected:
                yield from dataset_results(dataset, run)
        tell(context, [dataset for dataset in made.datasets if dataset_key(dataset.name) not in selected], run)
        if RELEASE not in selected:
            return
        yield dg.MaterializeResult(
            asset_key=RELEASE,
            metadata={
                "id": made.id,
                "path": dg.MetadataValue.path(str(made.path)),
                "datasets": len(made.datasets),
                "new": made.new,
                **{status: len(made.standing(status)) for status in STATUSES},
            },
        )

    return releasing


def gate_to(home: Home, as_of: dt.date | None = None) -> Gate:
    """The gate of the warehouse of a home; raises VigieError when there is no warehouse."""
    if not home.database.is_file():
        raise VigieError("There is no warehouse yet, so that there is nothing to release. Run `vigie build` first.")
    with duckdb.connect(str(home.database), read_only=True) as connection:
        return read_gate(home, read_manifest(Home(home.root)), connection, as_of)


def judged(home: Home, gate: Gate, today: dt.date) -> dict[str, Any]:
    """The verdicts on what stands in the warehouse, the account of rows and the outlines of places included, the feeds
    that are partial, and the checks, as a release takes them."""
    kept = [i for i in gate.graph.built if gate.graph.nodes[i].name in (account.MODEL, outlines.MODEL)]
    return {
        "verdicts": {**gate.verdicts, **{node: gate.judge(node) for node in kept}},
        "partial": partial_feeds(Home(home.root), today),
        "checks": [told(gate, test) for test in gate.checks],
        "expected": expected(Home(home.root), moment_of(today)),
    }


def told(gate: Gate, test: str) -> Check:
    """What a release tells of a test: what it gave at the present fingerprint of what it reads."""
    node, result = gate.graph.nodes[test], gate.check(test)
    passed = result is not None and result.status in ("pass", "success")
    return Check(
        name=node.name,
        passed=passed,
        blocking=node.severity == "error" and (result is None or result.status != "warn"),
        subject=gate.graph.nodes[node.tested[0]].name if node.tested else "",
        detail="" if passed else result.message if result else "not run at the present state",
        description=gate.descriptions.get(test, ""),
    )


def make_release(run: Run, run_id: str) -> Release:
    """Release from the warehouse of the run what the gate lets out; what it holds keeps its last good files."""
    home, notes = run.home, []
    if not run.as_of:
        resume(home)
        progress.now("Release: lineage docs")
        try:
            static_docs(home)
        except VigieError as error:
            notes.append(f"The page of lineage could not be made anew: {error}")
    gate = gate_to(home, run.day if run.as_of else None)
    if "checks" not in run.journal.facts:
        # Nothing was built in this run: its journal tells what stands.
        run.journal.note(checks=checks_of(gate, 0), gate=gate_of(gate))
    made = release(
        home,
        run.day,
        target(home) / "manifest.json",
        **judged(home, gate, run.day),
        run_id=run_id,
        as_of=run.day if run.as_of else None,
        report=lambda step: progress.now(f"Release: {step}"),
    )
    facts = release_facts(made)
    run.journal.note(release={**facts, "notes": [*notes, *facts["notes"]]})
    return made


def rehearsal(home: Home, today: dt.date) -> Release:
    """What a release of today would be made of; writes nothing."""
    found = judged(home, gate_to(home), today)
    return rehearse(home, today, target(home) / "manifest.json", found["verdicts"], found["partial"])


def release_facts(made: Release) -> dict[str, Any]:
    """What a journal says of a release: how many datasets stand how and, of those that are not ok, why."""
    return {
        "id": made.id,
        "path": str(made.path),
        "new": made.new,
        "datasets": len(made.datasets),
        **{status: len(made.standing(status)) for status in STATUSES},
        "standing": outputs_not_ok(made.datasets),
        "notes": list(made.notes),
    }


def dataset_results(dataset: Dataset, run: Run) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """The materialization of a dataset, and whether its data are as recent as declared.

    One that is held is not materialized: its last good files must not look fresh.
    """
    check = dg.AssetCheckResult(
        asset_key=dataset_key(dataset.name),
        check_name=CHECK,
        passed=not dataset.late(run.day),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"last_period": str(dataset.last_period), "expected": str(dataset.expected_period(run.day))},
    )
    if dataset.held:
        yield check
        return
    yield dg.MaterializeResult(
        asset_key=dataset_key(dataset.name),
        data_version=dg.DataVersion(dataset.version),
        metadata={
            "dagster/row_count": dataset.rows,
            "last_period": str(dataset.last_period),
            "status": dataset.status,
            "unchanged_since_last_release": dataset.linked,
        },
        check_results=[check],
    )


def tell(context: dg.AssetExecutionContext, found: Sequence[Dataset], run: Run) -> None:
    """Tell Dagster of datasets that are no outputs of the step what `dataset_results` says of them.

    One that bears the version it was last told at was made from the same, so that what was said of that is said again.
    """
    records = context.instance.get_asset_records([dataset_key(dataset.name) for dataset in found]) if found else []
    entries = {record.asset_entry.asset_key: record.asset_entry.last_materialization for record in records}
    for dataset in found:
        for result in dataset_results(dataset, run):
            if isinstance(result, dg.MaterializeResult):
                version = {DATA_VERSION_TAG: dataset.version}
                last = entries.get(result.asset_key)
                tags = last.asset_materialization.tags or {} if last and last.asset_materialization else {}
                same = tags.get(DATA_VERSION_TAG) == dataset.version
                context.log_event(
                    dg.AssetMaterialization(result.asset_key, metadata=result.metadata, tags=tags if same else version)
                )
            for check in [result] if isinstance(result, dg.AssetCheckResult) else result.check_results or []:
                context.log_event(
                    dg.AssetCheckEvaluation(
                        check.asset_key, check.check_name, check.passed, check.metadata, severity=check.severity
                    )
                )
