"""Landing as Dagster assets: one per feed with its quarantine, by day of receipt, and the ledger of all of them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import dagster as dg
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION as NO_EVENT

from orchestration import clock, progress
from orchestration.day.expected import Expected, expected, moment_of
from orchestration.home import Home
from orchestration.landing import Contract, LedgerEntry, land, resume, waiting
from orchestration.landing.contract import Delivery
from orchestration.run import Run
from orchestration.warehouse.keys import DATA, cron_days, landing_key

LEDGER = landing_key("ledger")
ACCEPTED = "every_file_accepted"
ARRIVED = "feed_arrived"
ROWS = ("rows_received", "rows_accepted", "rows_rejected", "rows_duplicate")


def quarantine_key(feed: str) -> dg.AssetKey:
    """`landing/sidep_quarantine`: the rows of the feed that break its contract."""
    return landing_key(f"{feed}_quarantine")


def days_of_receipt(home: Home) -> dg.DailyPartitionsDefinition:
    """The days on which files can have been received: from the first one in the landing folder until today."""
    named = (day.name for feed in home.landing.glob("[!.]*") if feed.is_dir() for day in feed.glob("????-??-??"))
    first = min((name for name in named if name.replace("-", "").isdecimal()), default="")
    try:
        start = min(dt.date.fromisoformat(first), clock.today())
    except ValueError:
        start = clock.today()
    return dg.DailyPartitionsDefinition(start.isoformat(), timezone=clock.TIMEZONE, end_offset=1)


def arrives_by(delivery: Delivery | None) -> dg.FreshnessPolicy | None:
    """A delivery at least every so many days until its hour; None for a feed that comes when it comes."""
    if delivery is None:
        return None
    if delivery.every > 1:
        return dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(days=delivery.every + 1))
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"{delivery.hour.minute} {delivery.hour.hour} * * {cron_days(delivery.weekdays)}",
        lower_bound_delta=dt.timedelta(days=1),
        timezone=clock.TIMEZONE,
    )


def landing_assets(contracts: Mapping[str, Contract], home: Home) -> dg.AssetsDefinition:
    """An asset per declared feed, materialized by landing the files that were not seen yet."""
    days = days_of_receipt(home)
    specs = [
        dg.AssetSpec(
            landing_key(feed),
            description=f"Raw lake of the feed {feed}: accepted rows of every delivery, typed, append-only. "
            "The rows that break the contract are in quarantine.",
            metadata={"contract": dg.MetadataValue.path(contract.source), "contract_version": contract.table.version},
            code_version=str(contract.table.version),
            freshness_policy=arrives_by(contract.table.delivery),
            partitions_def=days,
            kinds={"parquet"},
            owners=DATA,
            skippable=True,
        )
        for feed, contract in contracts.items()
    ]
    quarantines = [
        dg.AssetSpec(
            quarantine_key(feed),
            deps=[landing_key(feed)],
            description=f"Rows of the feed {feed} that break its contract, with the rule, the file and the line.",
            partitions_def=days,
            kinds={"parquet"},
            owners=DATA,
            skippable=True,
        )
        for feed in contracts
    ]
    ledger = dg.AssetSpec(
        LEDGER,
        deps=[spec.key for spec in specs],
        description="One row per delivered file that was seen, with its verdict and its rows.",
        partitions_def=days,
        kinds={"parquet"},
        owners=DATA,
        skippable=True,
    )
    declared = [landing_key(feed) for feed, contract in contracts.items() if contract.table.delivery]
    checks = [
        *(
            dg.AssetCheckSpec(ACCEPTED, asset=spec.key, description="No delivered file was refused by this landing.")
            for spec in specs
        ),
        *(
            dg.AssetCheckSpec(ARRIVED, asset=key, description="What was to be delivered until now has come.")
            for key in declared
        ),
    ]

    @dg.multi_asset(
        name="land",
        specs=[*specs, *quarantines, ledger],
        check_specs=checks,
        group_name="landing",
        can_subset=True,
        pool="duckdb",
    )
    def landing(context: dg.AssetExecutionContext, run: Run) -> Iterator[Any]:
        """Land the files received up to the day of the run; of a partition, those of its day of receipt."""
        selected = context.op_execution_context.selected_asset_keys
        feeds = [feed for feed in contracts if landing_key(feed) in selected]
        day = dt.date.fromisoformat(context.partition_key) if context.has_partition_key else None
        with run.step("Landing"):
            entries = land_feeds(run, feeds, day)
            stands = {each.feed: each for each in expected(Home.from_env(), moment_of(run.day), contracts)}
        for feed in feeds:
            mine = [entry for entry in entries if entry.feed == feed]
            yield from told(context, landing_key(feed), mine, landed)
            if quarantine_key(feed) in selected:
                rejected = [entry for entry in mine if entry.rows_rejected]
                yield from told(context, quarantine_key(feed), rejected, quarantined)
        if LEDGER in selected:
            yield from told(context, LEDGER, entries, lambda found: {"files": len(found)})
        for feed in feeds:
            context.log_event(accepted(feed, [entry for entry in entries if entry.feed == feed]))
            if feed in stands:
                context.log_event(arrived(stands[feed]))

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
            kinds={"parquet"},
            owners=DATA,
        )
        for source in manifest["sources"].values()
        if landing_key(source["name"]) not in landed.keys
    ]


def land_feeds(run: Run, feeds: list[str], received_on: dt.date | None = None) -> list[LedgerEntry]:
    """Land the feeds up to the day of the run, or what of them was received on one day; noted in the journal."""

    def show(entry: LedgerEntry, number: int, total: int) -> None:
        progress.now(f"Landing: file {number} of {total}, {entry.feed}/{entry.file}")
        if entry.verdict != "accepted":
            progress.line(f"  {entry.feed}/{entry.file}: {entry.verdict}{': ' if entry.reason else ''}{entry.reason}")

    home = Home.from_env()
    # Before anyone reads the lake, also in a run that builds nothing.
    resume(home)
    # Looking back reads the lake as it is and takes nothing in.
    entries = [] if run.as_of else land(home, run.day, feeds, again=run.again, received_on=received_on, report=show)
    left = [] if run.as_of else [asdict(each) for each in waiting(home, run.day)]
    run.journal.note(landing=landing_facts(entries) | {"waiting": left})
    return entries


def landing_facts(entries: Sequence[LedgerEntry]) -> dict[str, Any]:
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


def landed(entries: Sequence[LedgerEntry]) -> dict[str, Any]:
    """What Dagster shows of the files of a feed."""
    facts = landing_facts(entries)
    return {
        "files": facts["files"],
        **facts["verdicts"],
        **{name: facts[name] for name in ROWS},
        "dagster/partition_row_count": facts["rows_accepted"],
        "rejected_share": facts["rows_rejected"] / max(facts["rows_received"], 1),
    }


def quarantined(entries: Sequence[LedgerEntry]) -> dict[str, Any]:
    """What Dagster shows of the rows in quarantine."""
    return {"rows_rejected": sum(entry.rows_rejected for entry in entries)}


def told(
    context: dg.AssetExecutionContext, key: dg.AssetKey, entries: Sequence[LedgerEntry], facts: Any
) -> Iterator[dg.Output]:
    """Tell Dagster of each day of receipt of which files were seen; the output itself is no event.

    One run may take in many days, and of a day without a file there is nothing to be materialized.
    """
    by_day: dict[dt.date, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        if entry.received_on:
            by_day[entry.received_on].append(entry)
    for day, seen in sorted(by_day.items()):
        context.log_event(dg.AssetMaterialization(key, partition=day.isoformat(), metadata=facts(seen)))
    yield dg.Output(None, context.assets_def.get_output_name_for_asset_key(key), metadata={NO_EVENT: True})


def accepted(feed: str, entries: Sequence[LedgerEntry]) -> dg.AssetCheckEvaluation:
    """Whether no file of the feed was refused."""
    refused = {entry["file"]: entry["reason"] for entry in landing_facts(entries)["refused"]}
    return _check(feed, ACCEPTED, not refused, refused)


def arrived(stands: Expected) -> dg.AssetCheckEvaluation:
    """Whether a feed came when it was expected, and with how many rows."""
    came: dict[str, Any] = {
        "state": stands.state, "last_received_on": str(stands.last or ""), "files": stands.files,
        "files_refused": stands.refused, "rows": stands.rows,
    }  # fmt: skip
    if stands.usual is not None:
        came["rows_usual"] = stands.usual
    if stands.due:
        came["expected_at"] = stands.due.isoformat(timespec="minutes")
    return _check(stands.feed, ARRIVED, stands.state not in ("late", "never"), came)


def _check(feed: str, name: str, passed: bool, metadata: Mapping[str, Any]) -> dg.AssetCheckEvaluation:
    """An answer that holds nothing; an event of its own, since a run may be of many days of receipt, or of none."""
    return dg.AssetCheckEvaluation(
        landing_key(feed), name, passed, metadata, severity=dg.AssetCheckSeverity.WARN, blocking=False
    )
