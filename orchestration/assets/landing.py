"""Landing as Dagster assets: one per feed with its quarantine, and the ledger of all of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import dagster as dg

from orchestration import progress
from orchestration.home import Home
from orchestration.landing import Contract, LedgerEntry, land, resume, waiting
from orchestration.run import Run
from orchestration.warehouse.keys import landing_key

LEDGER = landing_key("ledger")
CHECK = "every_file_accepted"
ROWS = ("rows_received", "rows_accepted", "rows_rejected", "rows_duplicate")


def quarantine_key(feed: str) -> dg.AssetKey:
    """`landing/sidep_quarantine`: the rows of the feed that break its contract."""
    return landing_key(f"{feed}_quarantine")


def landing_assets(contracts: Mapping[str, Contract]) -> dg.AssetsDefinition:
    """An asset per declared feed, materialized by landing the files that were not seen yet."""
    specs = [
        dg.AssetSpec(
            landing_key(feed),
            description=f"Raw lake of the feed {feed}: accepted rows of every delivery, typed, append-only. "
            "The rows that break the contract are in quarantine.",
            metadata={"contract": dg.MetadataValue.path(contract.source), "contract_version": contract.table.version},
            code_version=str(contract.table.version),
            kinds={"parquet"},
            skippable=True,
        )
        for feed, contract in contracts.items()
    ]
    quarantines = [
        dg.AssetSpec(
            quarantine_key(feed),
            deps=[landing_key(feed)],
            description=f"Rows of the feed {feed} that break its contract, with the rule, the file and the line.",
            kinds={"parquet"},
            skippable=True,
        )
        for feed in contracts
    ]
    ledger = dg.AssetSpec(
        LEDGER,
        deps=[spec.key for spec in specs],
        description="One row per delivered file that was seen, with its verdict and its rows.",
        kinds={"parquet"},
        skippable=True,
    )
    checks = [
        dg.AssetCheckSpec(CHECK, asset=spec.key, description="No delivered file was refused by this landing.")
        for spec in specs
    ]

    @dg.multi_asset(
        name="land",
        specs=[*specs, *quarantines, ledger],
        check_specs=checks,
        group_name="landing",
        can_subset=True,
        pool="duckdb",
    )
    def landing(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult]:
        """Land the files received up to the day of the run."""
        selected = context.op_execution_context.selected_asset_keys
        feeds = [feed for feed in contracts if landing_key(feed) in selected]
        with run.step("Landing"):
            entries = land_feeds(run, feeds)
        for feed in feeds:
            mine = [entry for entry in entries if entry.feed == feed]
            yield feed_result(feed, mine)
            if quarantine_key(feed) in selected:
                rows = sum(entry.rows_rejected for entry in mine)
                yield dg.MaterializeResult(asset_key=quarantine_key(feed), metadata={"rows_rejected": rows})
        if LEDGER in selected:
            yield dg.MaterializeResult(asset_key=LEDGER, metadata={"files": len(entries)})

    return landing


def other_sources(manifest: Mapping[str, Any], landed: dg.AssetsDefinition) -> list[dg.AssetSpec]:
    """What the models read that is no asset of landing: the ledger of each feed, which comes with its rows, and what
    the upkeep of the lake leaves."""
    return [
        dg.AssetSpec(
            landing_key(source["name"]),
            deps=[key] if (key := landing_key(source["source_name"])) in landed.keys else [],
            description=source["description"],
            group_name="landing",
        )
        for source in manifest["sources"].values()
        if landing_key(source["name"]) not in landed.keys
    ]


def land_feeds(run: Run, feeds: list[str]) -> list[LedgerEntry]:
    """Land the feeds up to the day of the run and note each file in the journal."""

    def show(entry: LedgerEntry, number: int, total: int) -> None:
        progress.now(f"Landing: file {number} of {total}, {entry.feed}/{entry.file}")
        if entry.verdict != "accepted":
            progress.line(f"  {entry.feed}/{entry.file}: {entry.verdict}{': ' if entry.reason else ''}{entry.reason}")

    # Before anyone reads the lake, also in a run that builds nothing.
    resume(Home.from_env())
    # Looking back reads the lake as it is and takes nothing in.
    entries = [] if run.as_of else land(Home.from_env(), run.day, feeds, again=run.again, report=show)
    left = [] if run.as_of else [asdict(each) for each in waiting(Home.from_env(), run.day)]
    run.journal.note(landing=landing_facts(entries) | {"waiting": left})
    return entries


def landing_facts(entries: list[LedgerEntry]) -> dict:
    """Files and rows of a landing, and what was refused and why."""
    return {
        "files": len(entries),
        "verdicts": dict(Counter(entry.verdict for entry in entries)),
        **{name: sum(getattr(entry, name) for entry in entries) for name in ROWS},
        "refused": [
            {"feed": entry.feed, "file": entry.file, "reason": entry.reason}
            for entry in entries
            if entry.verdict == "refused"
        ],
        "feeds": {
            feed: {
                "files": sum(entry.feed == feed for entry in entries),
                "refused": sum(entry.feed == feed and entry.verdict == "refused" for entry in entries),
                **{name: sum(getattr(e, name) for e in entries if e.feed == feed) for name in ROWS},
            }
            for feed in sorted({entry.feed for entry in entries})
        },
    }


def feed_result(feed: str, entries: list[LedgerEntry]) -> dg.MaterializeResult:
    """The materialization of a feed, with its files and rows, and the check that none was refused."""
    facts = landing_facts(entries)
    refused = {entry["file"]: entry["reason"] for entry in facts["refused"]}
    return dg.MaterializeResult(
        asset_key=landing_key(feed),
        metadata={
            "files": facts["files"],
            **{verdict: count for verdict, count in facts["verdicts"].items()},
            **{name: facts[name] for name in ROWS},
        },
        check_results=[
            dg.AssetCheckResult(
                asset_key=landing_key(feed),
                check_name=CHECK,
                passed=not refused,
                severity=dg.AssetCheckSeverity.WARN,
                metadata=refused,
            )
        ],
    )
