"""The register of incidents as a Dagster asset: what a run found wrong, told once the release stands."""

from collections.abc import Iterator

import dagster as dg

from orchestration import progress
from orchestration.assets.gate import GATE
from orchestration.assets.landing import LEDGER
from orchestration.assets.release import RELEASE
from orchestration.assets.upkeep import UPKEEP
from orchestration.errors import told
from orchestration.incidents.register import read_register
from orchestration.incidents.watch import look
from orchestration.incidents.words import as_table
from orchestration.run import Run
from orchestration.warehouse.keys import DUTY

INCIDENTS = dg.AssetKey(["incidents", "register"])


def incident_assets() -> dg.AssetsDefinition:
    """The register: after all that a run does, so that it can hold nothing."""
    spec = dg.AssetSpec(
        INCIDENTS,
        deps=[LEDGER, GATE, RELEASE, UPKEEP],
        description="What is wrong, since when, what it touches and who has taken charge of it; from the ledger, the "
        "release and its checks, signals and the upkeep.",
        group_name="incidents",
        kinds={"parquet"},
        owners=DUTY,
        skippable=True,
    )

    @dg.multi_asset(name="incidents", specs=[spec], pool="duckdb")
    def incidents(run: Run) -> Iterator[dg.MaterializeResult]:
        """Bring the register up to date with what stands."""
        with run.step("Incidents", holds=False):
            done = register(run)
        if done:
            table = dg.MetadataValue.md(as_table(read_register(run.home)))
            yield dg.MaterializeResult(asset_key=INCIDENTS, metadata={**done, "incidents": table})

    return incidents


@dg.failure_hook(required_resource_keys={"run"})
def told_of_failure(context: dg.HookContext) -> None:
    """Bring the register up to date when a step failed: what comes after it is not run, and the register is neither."""
    run: Run = context.resources.run
    if context.op.name != "incidents":
        try:
            register(run)
        except Exception as error:
            # What has failed is told by the step; this must not hide it.
            run.journal.note(incidents={"failed": told(error)})


def register(run: Run) -> dict[str, int]:
    """Gather what is wrong and take it into the register; how many incidents opened, rose, ended and stand. Nothing
    when the run looks back."""
    if run.as_of:
        return {}
    progress.now("Incidents: findings")
    changes = look(run.home, run.day)
    done = {
        "opened": len(changes.opened),
        "risen": len(changes.risen),
        "closed": len(changes.closed),
        "standing": len(read_register(run.home)),
        "untold": changes.untold,
    }
    run.journal.note(incidents=done)
    return done
