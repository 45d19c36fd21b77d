"""What a person or a program wants to know of an installation: last run, last release, feeds, and what blocks."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration import clock
from orchestration.cost import Cost
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.journal import journals
from orchestration.landing import waiting
from orchestration.landing.ledger import IS_MENDED
from orchestration.landing.partial import breaches, partial_feeds
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
        count(*) filter (verdict = 'withdrawn') as withdrawn,
        coalesce(sum(rows_received), 0)::bigint as rows_received,
        coalesce(sum(rows_accepted) filter (verdict = 'accepted'), 0)::bigint as rows_accepted,
        coalesce(sum(rows_rejected), 0)::bigint as rows_quarantined,
        coalesce(sum(rows_duplicate), 0)::bigint as rows_duplicate
    from read_parquet(?)
    where verdict <> 'withdrawal'
    group by feed
    order by feed
"""
REFUSED = f"""
    with ledger as (from read_parquet(?))
    select feed, file, reason
    from ledger as refused
    -- A file that has landed has a reason when it was refused on being checked again.
    where verdict = 'refused' and not {IS_MENDED} or verdict = 'accepted' and reason <> ''
    order by landed_at desc, file
"""

#: The words of a line about outputs that are not as they should be.
STANDING = {"held": "Retenu", "partial": "Partiel", "late": "En retard"}
NEVER = {"en": ", never published", "fr": ", jamais publié"}
AND = {"en": "and {} more", "fr": "et {} autres"}
SINCE = {"en": "since", "fr": "depuis le"}


def read_status(home: Home, today: dt.date | None = None) -> dict[str, Any]:
    """The state of the home as plain values; `today` (by default the present day) tells how old the deliveries are."""
    runs = [_settled(run, home) for run in journals(home) if not run.get("as_of")]
    last = runs[0] if runs else None
    # A run that only lands says nothing about the checks: the last one that checked does.
    checked = next((run for run in runs if run.get("checks")), None)
    checks = (checked or {}).get("checks") or {}
    kept = next((run["upkeep"] for run in runs if run.get("upkeep")), {})
    partial = partial_feeds(home, today or dt.date.max)
    return {
        "home": str(home.root),
        "writing": is_locked(home.lock),
        "last_run": last,
        "last_release": _last_release(home),
        "blocking_failures": checks.get("blocking_failures", []),
        "warnings": checks.get("warnings", []),
        "reason": (last or {}).get("error"),
        "upkeep": kept,
        "feeds": _feeds(home, today or clock.today()),
        "refused_files": refused_files(home),
        "partial_feeds": {feed: {"why": each.en, "breaches": breaches(home, each)} for feed, each in partial.items()},
        "waiting": [asdict(each) for each in waiting(home, today or clock.today())],
        "signals": read_signals(home),
    }


def refused_files(home: Home) -> list[dict[str, Any]]:
    """The files that are refused and did not come again, the last first: `feed`, `file`, `reason`."""
    return _rows(home, REFUSED)


def read_signals(home: Home) -> list[dict[str, Any]]:
    """The signals of today, the worst first, as the view `signals` of the warehouse has them.

    They name senders and stay in the house. None where there is no warehouse, or while a run writes it.
    """
    if not home.database.exists():
        return []
    try:
        with duckdb.connect(str(home.database), read_only=True) as warehouse:
            found = warehouse.execute("from vigie_signals.signals order by score / threshold desc")
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except (duckdb.IOException, duckdb.CatalogException):
        return []


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
        for feed, facts in landing.get("feeds", {}).items():
            new = facts["rows_received"] - facts["rows_duplicate"]
            told = [f"{facts['refused']} of {facts['files']} files refused"] if facts["refused"] else []
            told += [f"{facts['rows_rejected']:,} of {new:,} rows quarantined"] if facts["rows_rejected"] else []
            lines += [f"Warning    {feed}: {', '.join(told)}"] if told else []
        lines += [f"Refused    {each['feed']}/{each['file']}: {each['reason']}" for each in landing["refused"]]
        lines += _waiting(landing.get("waiting", []))
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
    lines += _of_upkeep(journal.get("upkeep") or {})
    if journal["state"] not in ("succeeded", "done in part"):
        lines.append(f"Failed     {journal.get('error') or 'the run was interrupted'}")
        if not release:
            last = _last_release(home)
            lines.append(f"Released   nothing; latest is {last['id'] if last else 'still empty'}")
    if whole := _whole_cost(journal):
        lines += [f"Took       {whole}", f"CPU        {_cost_by_step(journal)}"]
    return "\n".join(lines)


def describe(status: Mapping[str, Any]) -> str:
    """The status for a person."""
    run, release = status["last_run"], status["last_release"]
    lines = [f"Home       {status['home']}{'  (a run is going on)' if status['writing'] else ''}"]
    if run:
        took = f" ({cost})" if (cost := _whole_cost(run)) else ""
        lines.append(f"Last run   {run['started'][:16].replace('T', ' ')} UTC for {run['today']}: {run['state']}{took}")
    else:
        lines.append("Last run   none yet: put files in landing/ (or `vigie simulate`), then `vigie run`")
    if release:
        lines.append(f"Release    {release['id']}, made {release['created']}: {release['path']}")
        lines += not_ok(release["standing"])
    else:
        lines.append("Release    none yet")
    if status["reason"]:
        # The failures follow one by one.
        lines.append(
            f"Reason     {status['reason'].splitlines()[0] if status['blocking_failures'] else status['reason']}"
        )
    lines += _of_upkeep(status["upkeep"])
    for feed in status["feeds"]:
        lines.append(
            f"Feed       {feed['feed']}: last delivery {feed['last_received_on']} ({feed['age_days']} days ago); "
            f"files {feed['accepted']} accepted, {feed['duplicate']} duplicate, {feed['refused']} refused, "
            f"{feed['withdrawn']} withdrawn; "
            f"rows {feed['rows_received']:,} received, {feed['rows_accepted']:,} used, "
            f"{feed['rows_quarantined']:,} quarantined"
        )
    for feed, partial in status["partial_feeds"].items():
        lines.append(f"Partial    {feed}: {partial['why']}")
        lines += [f"           {feed}/{each}" for each in partial["breaches"][:5]]
    lines += [f"Refused    {each['feed']}/{each['file']}: {each['reason']}" for each in status["refused_files"][:10]]
    lines += _waiting(status["waiting"])
    lines += _signals(status["signals"])
    for kind in ("blocking_failures", "warnings"):
        lines += [
            f"{'Blocking' if kind == 'blocking_failures' else 'Warning':<10} {each['name']} on {each['model']}"
            f"{', ' + str(each['rows']) + ' row(s)' if each['rows'] else ''}: {each['description'] or each['message']}"
            for each in status[kind]
        ]
    return "\n".join(lines)


def _waiting(found: Sequence[Mapping[str, str]], shown: int = 10) -> list[str]:
    """What stands in the landing folder and does not land, in a few lines."""
    lines = [f"Waiting    landing/{each['path']}: {each['why']}" for each in found[:shown]]
    return lines + ([f"Waiting    and {len(found) - shown} more"] if len(found) > shown else [])


def _signals(found: Sequence[Mapping[str, Any]], shown: int = 10) -> list[str]:
    """What was received otherwise than usual, the worst first, in a few lines."""
    lines = [
        f"Signal     {each['feed']}{', ' + each['sender'] if each['sender'] else ''}, {each['day']}: {each['signal']} "
        f"of {each['measure']}, {each['observed']:g} where {each['expected']:g} was expected (score {each['score']:g}, "
        f"told from {each['threshold']:g})"
        for each in found[:shown]
    ]
    return lines + ([f"Signal     and {len(found) - shown} more"] if len(found) > shown else [])


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
    return "\n".join([*lines, *not_ok(outputs_not_ok(release.datasets)), "Nothing was written."])


def _of_release(release: Mapping[str, Any]) -> list[str]:
    """What a run has released, for its summary."""
    held = f", {release['held']} of them held" if release.get("held") else ""
    if release.get("new", True):
        said = f"{release['id']}, {release['datasets']} datasets{held}: {release['path']}"
    else:
        said = f"nothing has changed: {release['id']} stays{held}"
    notes = [f"Note       {note}" for note in release.get("notes", [])]
    return [f"Release    {said}", *not_ok(release.get("standing", [])), *notes]


def _of_upkeep(kept: Mapping[str, Any]) -> list[str]:
    """What of the upkeep was not done; nothing when all was."""
    lines = []
    if kept.get("waits"):
        erasure = "" if "erased" in kept else ", erasure too"
        lines = [f"Upkeep     waits for a complete build{erasure}: vigie run"]
    return lines + [f"Upkeep     failed, the next run takes it up again: {each}" for each in kept.get("failed", [])]


def not_ok(standing: list[Mapping[str, Any]], language: str = "en") -> list[str]:
    """A line for each cause for which outputs are held or partial, with its details, and one for all that are late."""
    alike: dict[tuple, list[str]] = {}
    for output in standing:
        why: dict[str, list[str]] = {}
        for each in output["reasons"]:
            why.setdefault(each[language], []).append(each["detail"])
        said = (" ".join(filter(None, (told, "; ".join(filter(None, details))))) for told, details in why.items())
        never = "" if output["published"] or output["status"] == "late" else NEVER[language]
        key = (output["status"], output["since"], never, " ".join(said))
        alike.setdefault(key, []).append(output["output"])
    lines = []
    for (status, since, never, why), outputs in alike.items():
        more = f" {AND[language].format(len(outputs) - 3)}" if len(outputs) > 3 else ""
        names = ", ".join(outputs[:3]) + more
        said = status.capitalize() if language == "en" else STANDING[status]
        day = since if language == "en" else f"{dt.date.fromisoformat(str(since)):%d/%m/%Y}"
        colon = ": " if language == "en" else " : "
        lines.append(f"{said:<10} {names} {SINCE[language]} {day}{never}{colon if why else ''}{why}")
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


def _whole_cost(journal: Mapping[str, Any]) -> str:
    """What a run has cost; empty when it has not ended, or was of a version that did not measure."""
    return str(Cost(**journal["cost"])) if journal.get("cost") else ""


def _cost_by_step(journal: Mapping[str, Any]) -> str:
    """The CPU seconds of each step, and of what Dagster does before, between and after them."""
    steps = [(step["name"], step["cpu_seconds"]) for step in journal["steps"]]
    between = journal["cost"]["cpu_seconds"] - sum(used for _, used in steps)
    return ", ".join(f"{name} {used:.1f}" for name, used in [*steps, ("Dagster beside them", max(between, 0.0))])
