"""How the evening stands: which of three outcomes it is, why, and what to type; and what the month has lost so far.

All is read from what runs leave (journals, archive of releases, ledger), so that it is the same whoever started them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from orchestration import clock
from orchestration.clock import ZONE
from orchestration.day.calendar import Calendar, read_calendar
from orchestration.day.expected import Expected, expected
from orchestration.home import Home
from orchestration.journal import journals
from orchestration.status import not_ok, read_status

#: A release is at its hour when it is out within so many minutes.
MINUTES = 30
#: What an evening comes to, with the exit code of `vigie status`: 0 fine, 3 in part, 1 nothing went out.
OUTCOMES = {"correct": 0, "waiting": 0, "partial": 3, "held": 3, "nothing": 1}
SAID = {
    "correct": "All correct",
    "partial": "Partial, and said",
    "held": "Held: the last good files stay",
    "nothing": "Nothing went out",
    "waiting": "Not yet",
}


WORDS = {
    "en": {
        "language": "en",
        "missing": "the release of {:%H:%M} is missing: {}",
        "no_run": "no run has released today",
        "waiting": "the release goes out at {:%H:%M}",
        "late": "no delivery of {}",
        "refused": "refused {}/{}: {}",
        "ask": "ask the sender of {}; what comes lands by itself, and vigie run publishes it",
        "again": "have the file sent again, or, once mended:",
        "then": "then",
    },
    "fr": {
        "language": "fr",
        "missing": "la publication de {:%H h %M} manque : {}",
        "no_run": "aucun passage n'a publié aujourd'hui",
        "waiting": "la publication sort à {:%H h %M}",
        "late": "pas de livraison de {}",
        "refused": "refusé {}/{} : {}",
        "ask": "appeler l'émetteur de {} ; ce qui arrive est pris tout seul, et vigie run le publie",
        "again": "faire renvoyer le fichier ou, une fois réparé :",
        "then": "puis",
    },
}


#: Said where nothing has run yet.
FIRST = "none yet: put files in landing/ (or vigie simulate), then vigie run"


@dataclass(frozen=True)
class Month:
    """A month until a day: evenings that were due, those with a release at its hour, and outputs by how they stood.

    `evenings_lost` and `outputs_lost` are shares (0 to 1), to be compared with the declared budget.
    """

    evenings: int
    on_time: int
    outputs: int
    lost: int

    @property
    def evenings_lost(self) -> float:
        """The share of evenings without a release at its hour."""
        return 1 - self.on_time / self.evenings if self.evenings else 0.0

    @property
    def outputs_lost(self) -> float:
        """The share of outputs that an evening left held or late."""
        return self.lost / self.outputs if self.outputs else 0.0


def evening(
    home: Home, now: dt.datetime | None = None, calendar: Calendar | None = None, language: str = "en"
) -> dict[str, Any]:
    """The state of the day at `now`, as plain values: outcome, why and do (in one language), release, feeds, month; and
    the `status` of the home that it was told from."""
    now, calendar = now or clock.now(), calendar or read_calendar()
    today = now.astimezone(ZONE).date()
    status = read_status(home, today)
    runs = [run for run in journals(home) if not run.get("as_of")]
    released = next((run for run in runs if run.get("release")), None)
    feeds = expected(home, now)
    due = calendar.moment(today, "release")
    outcome = _outcome(released, today, now, due)
    quiet = _quiet(status["signals"])
    return {
        "outcome": outcome,
        "exit_code": OUTCOMES[outcome],
        "why": _why(outcome, status, feeds, due, WORDS[language]),
        "do": _do(outcome, status, feeds, WORDS[language]),
        "due": due.isoformat(timespec="minutes"),
        "release": status["last_release"],
        "outputs": _outputs(released),
        "feeds": [asdict(each) | {"thin": each.thin, "quiet": quiet.get(each.feed, [])} for each in feeds],
        "last_run": status["last_run"],
        "writing": status["writing"],
        "month": month(runs, now, calendar),
        "budget": calendar.budget.model_dump(),
        "status": status,
    }


def month(runs: Sequence[Mapping[str, Any]], now: dt.datetime, calendar: Calendar) -> Month:
    """What the month of `now` has kept so far, from the first evening that a run is known of."""
    today = now.astimezone(ZONE).date()
    first_known = min((dt.date.fromisoformat(run["today"]) for run in runs if run.get("release")), default=today)
    first = max(today.replace(day=1), first_known)
    days = [first + dt.timedelta(n) for n in range((today - first).days + 1)]
    due = [day for day in days if calendar.moment(day, "release") + dt.timedelta(minutes=MINUTES) <= now]
    by_day: dict[str, list[Mapping[str, Any]]] = {}
    for run in runs:
        if run.get("release") and run.get("ended"):
            by_day.setdefault(run["today"], []).append(run)
    on_time = outputs = lost = 0
    for day in due:
        made = by_day.get(day.isoformat(), [])
        latest = calendar.moment(day, "release") + dt.timedelta(minutes=MINUTES)
        on_time += any(dt.datetime.fromisoformat(run["ended"]) <= latest for run in made)
        if made:
            # The last run of the day stands first.
            facts = made[0]["release"]
            outputs += facts["datasets"]
            lost += facts.get("held", 0) + facts.get("late", 0)
    return Month(len(due), on_time, outputs, lost)


def in_ten_lines(found: Mapping[str, Any]) -> str:
    """The evening for the officer on duty; never more than ten lines."""
    outputs = found["outputs"]
    counts = ", ".join(f"{outputs[s]} {s}" for s in ("ok", "late", "partial", "held") if outputs.get(s))
    lines = [f"Tonight    {SAID[found['outcome']]}{f': {counts}' if counts else ''}"]
    lines += [f"Why        {why}" for why in found["why"][:2]]
    lines += [f"Do         {do}" for do in found["do"][:2]]
    release = found["release"]
    lines.append(f"Release    {release['id']}, made {release['created']}" if release else "Release    none yet")
    lines.append(f"Feeds      {_feeds(found['feeds'])}")
    if quiet := {each["feed"]: len(each["quiet"]) for each in found["feeds"] if each["quiet"]}:
        lines.append(f"Senders    gone quiet: {', '.join(f'{feed} {count}' for feed, count in quiet.items())}")
    run = found["last_run"]
    going_on = " (a run is going on)" if found["writing"] else ""
    started = run["started"][:16].replace("T", " ") if run else ""
    told = f"{started} UTC: {run['state']}" if run else FIRST
    lines.append(f"Last run   {told}{going_on}")
    kept: Month = found["month"]
    lines.append(
        f"Month      at its hour {kept.on_time} of {kept.evenings} evenings; "
        f"outputs held or late {kept.outputs_lost:.1%} of {found['budget']['outputs']:.0%} allowed"
    )
    return "\n".join(lines[:10])


def _feeds(feeds: Sequence[Mapping[str, Any]]) -> str:
    """How many feeds have come, and which are late, due or thin."""
    by_state: dict[str, list[str]] = {}
    for each in feeds:
        by_state.setdefault(each["state"], []).append(each["feed"])
    said = [f"{len(by_state.get('arrived', []))} of {len(feeds)} have come today"]
    for each in feeds:
        if each["state"] == "late":
            said.append(f"{each['feed']} late since {each['due']:%d/%m %H:%M}")
    for state, words in (("due", "due later"), ("never", "never came")):
        if names := by_state.get(state):
            said.append(f"{words}: {', '.join(names)}")
    if thin := [each["feed"] for each in feeds if each["thin"]]:
        said.append(f"fewer rows than usual: {', '.join(thin)}")
    return "; ".join(said)


def _outcome(released: Mapping[str, Any] | None, today: dt.date, now: dt.datetime, due: dt.datetime) -> str:
    if released is None or released["today"] < today.isoformat():
        return "nothing" if now > due + dt.timedelta(minutes=MINUTES) else "waiting"
    facts = released["release"]
    if facts.get("held"):
        return "held"
    return "partial" if facts.get("partial") or facts.get("late") else "correct"


def _quiet(signals: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """By feed the senders of which a signal says that they are silent, each with its first silent day."""
    quiet: dict[str, list[dict[str, Any]]] = {}
    for each in signals:
        if each["signal"] == "silence" and each["sender"]:
            quiet.setdefault(each["feed"], []).append({"sender": each["sender"], "since": each["first_day"]})
    return quiet


def _outputs(released: Mapping[str, Any] | None) -> dict[str, int]:
    facts = released["release"] if released else {}
    return {status: facts.get(status, 0) for status in ("ok", "late", "partial", "held")}


def _why(
    outcome: str, status: Mapping[str, Any], feeds: Sequence[Expected], due: dt.datetime, say: Mapping[str, str]
) -> list[str]:
    """Causes, the worst first: one line each."""
    why = []
    if outcome == "nothing":
        why.append(say["missing"].format(due, (status["reason"] or say["no_run"]).splitlines()[0]))
    if outcome == "waiting":
        why.append(say["waiting"].format(due))
    if late := [each.feed for each in feeds if each.state == "late"]:
        why.append(say["late"].format(", ".join(late[:6]) + (" …" if len(late) > 6 else "")))
    if refused := status["refused_files"]:
        more = f" (+ {len(refused) - 1})" if len(refused) > 1 else ""
        first = refused[0]
        why.append(say["refused"].format(first["feed"], first["file"], first["reason"].splitlines()[0]) + more)
    if outcome in ("held", "partial") and status["last_release"]:
        standing = not_ok(status["last_release"]["standing"], say["language"])
        why += [" ".join(line.split()) for line in standing[:3]]
    return why


def _do(outcome: str, status: Mapping[str, Any], feeds: Sequence[Expected], say: Mapping[str, str]) -> list[str]:
    """What to type for the causes that one can do something about, in the order of `_why`."""
    do = []
    if outcome == "nothing":
        do.append("vigie run")
    if late := next((each.feed for each in feeds if each.state == "late"), None):
        do.append(say["ask"].format(late))
    if refused := status["refused_files"]:
        do.append(f"{say['again']} vigie land --again {refused[0]['feed']}/{refused[0]['file']}")
    if outcome == "held":
        do.append(f"vigie status --all ; {say['then']} vigie run")
    elif outcome == "partial" and not do:
        do.append("vigie status --all")
    return do
