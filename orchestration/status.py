"""What a person or a program wants to know of an installation: last run, last release, feeds, and what blocks."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration import clock
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.journal import journals
from orchestration.progress import seconds
from orchestration.storage import is_locked

if TYPE_CHECKING:
    # Takes half a second to import; a status is asked for often.
    from orchestration.release import Release

PER_FEED = """
    select
        feed,
        max(received_on) as last_received_on,
        arg_max(file, (received_on, landed_at)) filter (verdict = 'accepted') as last_accepted_file,
        max(received_on) filter (verdict = 'accepted') as last_accepted_on,
        count(*) filter (verdict = 'accepted') as accepted,
        count(*) filter (verdict = 'duplicate') as duplicate,
        count(*) filter (verdict = 'refused') as refused,
        coalesce(sum(rows_received), 0)::bigint as rows_received,
        coalesce(sum(rows_accepted), 0)::bigint as rows_accepted,
        coalesce(sum(rows_rejected), 0)::bigint as rows_quarantined,
        coalesce(sum(rows_duplicate), 0)::bigint as rows_duplicate
    from read_parquet(?)
    group by feed
    order by feed
"""
REFUSED = "select feed, file, reason from read_parquet(?) where verdict = 'refused' order by landed_at desc, file"


def read_status(home: Home, today: dt.date | None = None) -> dict[str, Any]:
    """The state of the home as plain values; `today` (by default the present day) tells how old the deliveries are."""
    runs = [_settled(run, home) for run in journals(home) if not run.get("as_of")]
    last = runs[0] if runs else None
    # A run that only lands says nothing about the checks: the last one that checked does.
    checked = next((run for run in runs if run.get("checks")), None)
    checks = (checked or {}).get("checks") or {}
    return {
        "home": str(home.root),
        "writing": is_locked(home.lock),
        "last_run": last,
        "last_release": _last_release(home),
        "blocking_failures": checks.get("blocking_failures", []),
        "warnings": checks.get("warnings", []),
        "reason": (last or {}).get("error"),
        "feeds": _feeds(home, today or clock.today()),
        "refused_files": _rows(home, REFUSED),
    }


def refuse_going_back(home: Home, day: dt.date) -> None:
    """Raises VigieError when later deliveries have been taken in: the present cannot be brought back to `day`."""
    ledger = home.lake / "ledger.parquet"
    if not ledger.exists():
        return
    query = "select max(received_on) from read_parquet(?) where verdict = 'accepted'"
    latest = duckdb.execute(query, [str(ledger)]).fetchall()[0][0]
    if latest and latest > day:
        raise VigieError(
            f"Files received on {latest} have been taken in already, so a run of {day} would not give what was known "
            f"then. Use `vigie build --as-of {day}`, or `--today {latest}` or later."
        )


def summary(journal: Mapping[str, Any], home: Home) -> str:
    """The end of a run in a few lines."""
    lines = [""]
    landing, checks, release = journal.get("landing"), journal.get("checks"), journal.get("release")
    if landing:
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(landing["verdicts"].items()))
        lines.append(f"Landed     {landing['files']} files{f' ({verdicts})' if verdicts else ', nothing new'}")
        if landing["files"]:
            lines.append(
                f"Rows       {landing['rows_received']:,} received: {landing['rows_accepted']:,} used, "
                f"{landing['rows_rejected']:,} quarantined, {landing['rows_duplicate']:,} received before"
            )
        lines += [f"Refused    {each['feed']}/{each['file']}: {each['reason']}" for each in landing["refused"]]
    if checks:
        lines.append(
            f"Checks     {checks['passed']} passed, {checks['failed']} failed, {checks['warned']} warned"
            + (f", {checks['skipped']} not run" if checks["skipped"] else "")
        )
        lines += [
            f"Warning    {each['name']} on {each['model']}: {each['description'] or each['message']}"
            for each in checks["warnings"]
        ]
    if release:
        lines += _of_release(release)
    if journal["state"] != "succeeded":
        lines.append(f"Failed     {journal.get('error') or 'the run was interrupted'}")
        if not release:
            last = _last_release(home)
            lines.append(f"Released   nothing; latest is {last['id'] if last else 'still empty'}")
    if journal.get("started") and journal.get("ended"):
        lines.append(f"Took       {seconds(_seconds(journal))}")
    return "\n".join(lines)


def describe(status: Mapping[str, Any]) -> str:
    """The status for a person."""
    run, release = status["last_run"], status["last_release"]
    lines = [f"Home       {status['home']}{'  (a run is going on)' if status['writing'] else ''}"]
    if run:
        lines.append(f"Last run   {run['started'][:16].replace('T', ' ')} UTC for {run['today']}: {run['state']}")
    else:
        lines.append("Last run   none yet: put files in landing/ (or `vigie simulate`), then `vigie run`")
    if release:
        lines.append(f"Release    {release['id']}, made {release['created']}: {release['path']}")
        lines += _not_ok(release["standing"])
    else:
        lines.append("Release    none yet")
    if status["reason"]:
        # The failures follow one by one.
        lines.append(
            f"Reason     {status['reason'].splitlines()[0] if status['blocking_failures'] else status['reason']}"
        )
    for feed in status["feeds"]:
        lines.append(
            f"Feed       {feed['feed']}: last delivery {feed['last_received_on']} ({feed['age_days']} days ago); "
            f"files {feed['accepted']} accepted, {feed['duplicate']} duplicate, {feed['refused']} refused; "
            f"rows {feed['rows_received']:,} received, {feed['rows_accepted']:,} used, "
            f"{feed['rows_quarantined']:,} quarantined"
        )
    lines += [f"Refused    {each['feed']}/{each['file']}: {each['reason']}" for each in status["refused_files"][:10]]
    for kind in ("blocking_failures", "warnings"):
        lines += [
            f"{'Blocking' if kind == 'blocking_failures' else 'Warning':<10} {each['name']} on {each['model']}"
            f"{', ' + str(each['rows']) + ' row(s)' if each['rows'] else ''}: {each['description'] or each['message']}"
            for each in status[kind]
        ]
    return "\n".join(lines)


def foretell(release: "Release") -> str:
    """What a release would be made of, for a person: what would be written, what stays, what is held and why."""
    from orchestration.release.standing import outputs_not_ok

    written = [d.name for d in release.datasets if not d.held and not d.linked]
    same = sum(not d.held and d.linked for d in release.datasets)
    kept = sum(d.held and bool(d.files) for d in release.datasets)
    missing = sum(d.held and not d.files for d in release.datasets)
    lines = [
        f"Would be   {release.id}: {len(written)} datasets written, {same} unchanged, "
        f"{kept} held with their last good files, {missing} held and never published"
    ]
    if not release.new:
        lines = ["Would be   no new release: no figure has changed, nor how it stands"]
    lines += [f"Written    {name}" for name in written]
    return "\n".join([*lines, *_not_ok(outputs_not_ok(release.datasets)), "Nothing was written."])


def _of_release(release: Mapping[str, Any]) -> list[str]:
    """What a run has released, for its summary."""
    held = f", {release['held']} of them held" if release.get("held") else ""
    if not release.get("new", True):
        return [f"Release    nothing has changed: {release['id']} stays{held}", *_not_ok(release.get("standing", []))]
    first = f"Release    {release['id']}, {release['datasets']} datasets{held}: {release['path']}"
    return [first, *_not_ok(release.get("standing", []))]


def _not_ok(standing: list[Mapping[str, Any]]) -> list[str]:
    """A line for each output that is held or partial, and one for all that are late."""
    lines = []
    for output in standing:
        if output["status"] == "late":
            continue
        reasons = "; ".join(
            dict.fromkeys(" ".join(filter(None, (each["en"], each["detail"]))) for each in output["reasons"])
        )
        kept = "" if output["published"] else ", never published"
        lines.append(f"{output['status'].capitalize():<10} {output['output']} since {output['since']}{kept}: {reasons}")
    late = [output["output"] for output in standing if output["status"] == "late"]
    if late:
        lines.append(f"Late       {len(late)} outputs: {', '.join(late[:5])}{' …' if len(late) > 5 else ''}")
    return lines


def _settled(run: Mapping[str, Any], home: Home) -> dict[str, Any]:
    """The journal with its true state: a run that nobody goes on with was interrupted."""
    if run["state"] == "running" and not is_locked(home.lock):
        step = "before its first step" if not run["steps"] else f"after {run['steps'][-1]['name']}"
        return {**run, "state": "interrupted", "error": f"The run was interrupted {step}. Start it again: vigie run."}
    return dict(run)


def _last_release(home: Home) -> dict[str, Any] | None:
    latest = home.releases / "latest"
    if not latest.exists():
        return None
    path = latest.resolve()
    facts = _json(path / "release.json")
    return {
        "id": path.name,
        "path": str(path),
        "created": facts.get("created"),
        "today": facts.get("today"),
        "standing": _json(home.archive / path.name / "release.json").get("standing", []),
    }


def _json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _feeds(home: Home, today: dt.date) -> list[dict[str, Any]]:
    feeds = _rows(home, PER_FEED)
    for feed in feeds:
        feed["age_days"] = (today - feed["last_received_on"]).days if feed["last_received_on"] else None
    return feeds


def _rows(home: Home, query: str) -> list[dict[str, Any]]:
    ledger = home.lake / "ledger.parquet"
    if not ledger.exists():
        return []
    with duckdb.connect() as connection:
        cursor = connection.execute(query, [str(ledger)])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _seconds(journal: Mapping[str, Any]) -> float:
    started, ended = (dt.datetime.fromisoformat(journal[name]) for name in ("started", "ended"))
    return (ended - started).total_seconds()
