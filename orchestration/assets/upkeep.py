"""Upkeep as a Dagster asset: what is done to the lake and the warehouses once the release stands."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import dagster as dg
import duckdb

from orchestration import progress
from orchestration.assets.release import RELEASE
from orchestration.errors import VigieError, told
from orchestration.gate import Gate, read_gate
from orchestration.gate.contents import before_upkeep, note_contents
from orchestration.home import Home
from orchestration.landing import compact, erase, retire
from orchestration.landing.upkeep import ROWS_TO_ERASE
from orchestration.records import prune_records
from orchestration.run import Run
from orchestration.warehouse.keys import DUTY
from orchestration.warehouse.sealing import seal

UPKEEP = dg.AssetKey(["lake", "upkeep"])


def upkeep_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Erasure, retention, compaction and sealing: after the release, so that they can neither hold nor change it."""
    spec = dg.AssetSpec(
        UPKEEP,
        deps=[RELEASE],
        description="What leaves the lake and the warehouse once counted: rows of persons who asked to be forgotten, "
        "and rows kept long enough; small files made one, and older months sealed.",
        group_name="upkeep",
        kinds={"parquet"},
        owners=DUTY,
        skippable=True,
    )

    @dg.multi_asset(name="upkeep", specs=[spec], pool="duckdb")
    def upkeep(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult]:
        """Keep the lake, when all that it holds has been counted."""
        with run.step("Upkeep", holds=False):
            done = keep_up(run, manifest, context.instance)
        if done:
            yield dg.MaterializeResult(asset_key=UPKEEP, metadata=done)

    return upkeep


def keep_up(run: Run, manifest: Mapping[str, Any], instance: dg.DagsterInstance) -> dict[str, int]:
    """Do all of the upkeep, whichever part fails; the number of files, months or records by part, empty when it waits.

    Raises VigieError with what failed. What was done is in the journal either way.
    """
    home = run.home
    if run.as_of:
        return {}
    gate = _gate(home, manifest)
    if gate is None or not (gate.complete or gate.complete_for(ROWS_TO_ERASE)):
        progress.line("  Upkeep waits: what accumulates was not brought up to date by the last build.")
        run.journal.note(upkeep={"waits": True, "failed": []})
        return {}

    @cache
    def changing() -> None:
        # What stands is read whole for it: only when something is to go.
        before_upkeep(home, gate)

    # First: nobody waits for being forgotten because files are many, or because a feed without persons is in trouble.
    parts = {"erased": lambda: erase(home, changing)}
    others = {
        "retired": lambda: retire(home, changing=changing),
        "compacted": lambda: compact(home),
        "sealed": lambda: seal(home, manifest, changing),
        "pruned": lambda: prune_records(home, instance, run.day),
    }
    if gate.complete:
        parts |= others
    else:
        progress.line(
            "  Upkeep but for erasure waits: not all that accumulates was brought up to date by the last build."
        )
    done, failed = {}, []
    for name, part in parts.items():
        try:
            done[name] = part() or 0
        except VigieError as error:
            failed.append(f"{name}: {error}")
        except Exception as error:
            failed.append(f"{name}: {told(error)}")
    if changing.cache_info().currsize:
        note_contents(home, gate)
    run.journal.note(upkeep={**done, "waits": not gate.complete, "failed": failed})
    if failed:
        raise VigieError(
            "The upkeep of the lake failed; the release stands, nothing is lost, and the next run takes it up again.\n"
            + "\n".join(f"  - {each}" for each in failed)
        )
    return done


def _gate(home: Home, manifest: Mapping[str, Any]) -> Gate | None:
    """The gate of what stands, None without a warehouse: rows may go when all that counted them is complete."""
    if not home.database.is_file():
        return None
    with duckdb.connect(str(home.database), read_only=True) as connection:
        return read_gate(home, manifest, connection)
