"""The gate as a Dagster asset: which outputs may be published, as the warehouse stands."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.assets.landing import LEDGER
from orchestration.assets.release import datasets_of, gate_to
from orchestration.run import Run
from orchestration.warehouse.keys import DUTY, asset_key
from orchestration.warehouse.results import checks_of, gate_of, held_in_words

GATE = dg.AssetKey(["release", "gate"])
CHECK = "nothing_is_held"


def gate_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The verdicts on all outputs, which the release asks for once more when it is made."""
    models = {dataset.node for dataset in datasets_of(manifest)}
    spec = dg.AssetSpec(
        GATE,
        # What landed is asked of too, also in a run that leaves the warehouse out.
        deps=[LEDGER, *(asset_key(manifest["nodes"][node]) for node in sorted(models))],
        description="Of each output: up to date, checked and fit to be published, or held and why.",
        group_name="release",
        kinds={"duckdb"},
        owners=DUTY,
        skippable=True,
    )
    check = dg.AssetCheckSpec(CHECK, asset=GATE, description="Every output may be published.")

    @dg.multi_asset(name="gate", specs=[spec], check_specs=[check], pool="duckdb")
    def judging(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult]:
        """Judge what stands; nothing is written."""
        with run.step("Gate"):
            gate = gate_to(run.home, run.day if run.as_of else None)
            facts = gate_of(gate)
            if "checks" not in run.journal.facts:
                # Nothing was built in this run: its journal tells what stands.
                run.journal.note(checks=checks_of(gate, 0), gate=facts)
        held = held_in_words(facts)
        yield dg.MaterializeResult(
            asset_key=GATE,
            metadata={"open": facts["open"], "held": len(facts["held"]), "why": dg.MetadataValue.md("\n".join(held))},
            check_results=[
                dg.AssetCheckResult(
                    passed=not held, check_name=CHECK, asset_key=GATE, severity=dg.AssetCheckSeverity.WARN
                )
            ],
        )

    return judging
