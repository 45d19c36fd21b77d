"""The deliveries to recipients as Dagster assets: one each, with a job and an hour of its own."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration import clock
from orchestration.assets.release import RELEASE
from orchestration.clock import TIMEZONE
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.incidents.watch import look
from orchestration.release import read_declarations
from orchestration.routing import receipts
from orchestration.routing.declarations import Recipient, read_classes
from orchestration.routing.delivering import LOOKED_BACK, TRIED, Outcome, deliver, forget_ended
from orchestration.storage import locked
from orchestration.warehouse.keys import DUTY, cron_days, freshness_policy
from orchestration.warehouse.project import manifest_path

GROUP = "routing"
CHECKS = {
    "sent": "What the recipient did not have yet stands at its place.",
    "verified": "Sizes and manifest were read there again after the transfer.",
    "acknowledged": "The last delivery was acknowledged in time, where that is asked of the recipient.",
}


def recipient_key(name: str) -> dg.AssetKey:
    """`routing/agency-53`."""
    return dg.AssetKey([GROUP, name])


def _word(name: str) -> str:
    return re.sub(r"\W", "_", name)


def routing_assets(recipients: Mapping[str, Recipient]) -> list[dg.AssetsDefinition]:
    """An asset for each recipient, after the release."""
    return [_asset(recipient, tuple(recipients.values())) for recipient in recipients.values()]


def _asset(recipient: Recipient, recipients: tuple[Recipient, ...]) -> dg.AssetsDefinition:
    key = recipient_key(recipient.name)
    spec = dg.AssetSpec(
        key,
        deps=[RELEASE],
        description=f"What is sent to {recipient.title}: {recipient.basis.text}, until {recipient.basis.ends}.",
        metadata={"contact": recipient.contact, "hour": recipient.hour, "cut_off": recipient.cut_off},
        freshness_policy=None
        if recipient.example
        else freshness_policy({"fresh_by": recipient.cut_off, "weekdays": recipient.weekdays}),
        group_name=GROUP,
        owners=DUTY,
        kinds={recipient.transport.kind, recipient.form},
        skippable=True,
    )
    checks = [dg.AssetCheckSpec(name, asset=key, description=text) for name, text in CHECKS.items()]

    @dg.multi_asset(name=f"deliver_{_word(recipient.name)}", specs=[spec], check_specs=checks)
    def delivering() -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Make the cut, send it, and try again while its hour lasts; the home is free for others meanwhile."""
        home = Home.from_env()
        home.keep_private()
        forget_ended(home, (each for each in recipients if each != recipient), clock.now())
        try:
            declared = read_declarations(manifest_path(home))
            outcome = deliver(home, recipient, read_classes(), declared, patient=True)
        except VigieError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        results = check_results(home, recipient, outcome, clock.now())
        if outcome.state == "failed":
            yield from results
            tell(home)
            raise dg.Failure(description=outcome.why, allow_retries=False)
        last = receipts.last_data(home, recipient.name)
        assert last, "what was sent has a receipt"
        yield dg.MaterializeResult(
            asset_key=key,
            data_version=dg.DataVersion(last["fingerprint"][:32]),
            metadata={
                "delivery": last["number"],
                "release": last["release"],
                "files_sent": outcome.files,
                "bytes_sent": outcome.bytes,
                "not_as_it_should_be": len(outcome.standing),
            },
            check_results=results,
        )

    return delivering


def check_results(home: Home, recipient: Recipient, outcome: Outcome, now: dt.datetime) -> list[dg.AssetCheckResult]:
    """What became of a delivery, check by check."""
    done = outcome.state != "failed"
    passed = {"sent": done, "verified": done, "acknowledged": _is_acknowledged(home, recipient, now)}
    severities = {"acknowledged": dg.AssetCheckSeverity.WARN}
    return [
        dg.AssetCheckResult(
            passed=passed[name],
            check_name=name,
            asset_key=recipient_key(recipient.name),
            severity=severities.get(name, dg.AssetCheckSeverity.ERROR),
            metadata={"why": outcome.why} if outcome.why else {},
        )
        for name in CHECKS
    ]


def _is_acknowledged(home: Home, recipient: Recipient, now: dt.datetime) -> bool:
    if recipient.acknowledged_within is None:
        return True
    due = now.astimezone(dt.UTC).replace(tzinfo=None) - dt.timedelta(hours=recipient.acknowledged_within)
    kept = receipts.receipts(home, recipient.name, LOOKED_BACK)
    waited = [each for each in kept if dt.datetime.fromisoformat(each["sent_at"]) <= due]
    known = receipts.acknowledgement(home, recipient.name, waited[-1]["number"]) if waited else {"is_same": True}
    return bool(known and known["is_same"])


def tell(home: Home) -> None:
    """Bring the register of incidents up to date with what could not be sent, and tell who is on duty."""
    with locked(home.lock, "vigie deliver", wait=TRIED.total_seconds(), again=True):
        look(home, clock.today())


def routing_jobs(recipients: Mapping[str, Recipient]) -> dict[str, Any]:
    """A job for each recipient, by its name."""
    return {
        name: dg.define_asset_job(
            f"to_{_word(name)}",
            selection=dg.AssetSelection.assets(recipient_key(name)),
            description=f"Send to {recipient.title} what it does not have yet. Safe to run again.",
            tags={"vigie/writes": "the place of the recipient"},
            owners=DUTY,
        )
        for name, recipient in recipients.items()
    }


def routing_schedules(
    recipients: Mapping[str, Recipient],
    jobs: Mapping[str, Any],
    status: dg.DefaultScheduleStatus,
) -> list[dg.ScheduleDefinition]:
    """The hour of each recipient, on its weekdays until its agreement ends; an example has none until someone starts
    it."""
    return [_schedule(recipient, jobs[name], status) for name, recipient in recipients.items()]


def _schedule(recipient: Recipient, job: Any, status: dg.DefaultScheduleStatus) -> dg.ScheduleDefinition:
    def while_agreed(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        day = context.scheduled_execution_time.date()
        if recipient.ended(day):
            return dg.SkipReason(f"Its agreement ended on {recipient.basis.ends}.")
        return dg.RunRequest(run_key=f"{recipient.name} {day}")

    return dg.ScheduleDefinition(
        name=f"{job.name}_hour",
        job=job,
        cron_schedule=f"{int(recipient.hour[3:])} {int(recipient.hour[:2])} * * {cron_days(recipient.weekdays)}",
        execution_timezone=TIMEZONE,
        execution_fn=while_agreed,
        default_status=dg.DefaultScheduleStatus.STOPPED if recipient.example else status,
    )
