"""A delivery from its beginning to its receipt: made, sent, verified, and tried again while its hour lasts."""

import contextlib
import datetime as dt
import json
import random
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration import clock
from orchestration.clock import ZONE
from orchestration.day.calendar import at
from orchestration.errors import VigieError, told
from orchestration.home import Home
from orchestration.incidents.events import events_file
from orchestration.release.declarations import Declarations
from orchestration.routing import outbox as boxes
from orchestration.routing import receipts, rows
from orchestration.routing.declarations import FOLDER, ClassPolicy, Recipient
from orchestration.routing.notices import due_notice
from orchestration.routing.outbox import Outbox
from orchestration.routing.plan import Plan, plan
from orchestration.routing.secrets import key_secret
from orchestration.routing.sending import acknowledged, send, stands
from orchestration.routing.state import Judge, Released, State, make_state, read_released
from orchestration.routing.transports import Altered, NotSent, Site, Spoiled, described, opened
from orchestration.routing.verdicts import judge_by_gate
from orchestration.storage import fingerprint, locked, make_folder, stamp, write_whole

#: Seconds before the second try, and between two tries at most; each pause is drawn from the upper half of its length.
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
#: How long a delivery is tried.
TRIED = dt.timedelta(hours=1)
#: Deliveries that are looked at for an acknowledgement, from the last one.
LOOKED_BACK = 30


@dataclass(frozen=True)
class Ways:
    """What a delivery is given from outside: the clock, how to wait, chance, and how the gate is asked."""

    now: Callable[[], dt.datetime] = clock.now
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    judge: Callable[[Home, Declarations, Released], Judge] = judge_by_gate
    declared_in: Path = FOLDER


@dataclass
class Outcome:
    """What became of a delivery: `state` is sent, unchanged, failed or (in a dry run) due; `why` it failed, and the
    numbers of what was sent."""

    recipient: str
    state: str
    why: str = ""
    numbers: list[int] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    attempts: int = 0
    standing: list[dict[str, Any]] = field(default_factory=list)


def deliver(
    home: Home,
    recipient: Recipient,
    classes: Mapping[str, ClassPolicy],
    declarations: Declarations,
    *,
    patient: bool = False,
    ways: Ways | None = None,
) -> Outcome:
    """Bring a recipient what it does not have yet. `patient` tries again, for an hour and not past its cut-off.

    Raises VigieError when its declaration does not hold, or its agreement has ended: then nothing waits for it either.
    What cannot be sent stays in the outbox, is noted (`trouble`) and goes nowhere else.
    """
    ways = ways or Ways()
    with locked(home.routing / "locks" / recipient.name, f"vigie deliver {recipient.name}"):
        try:
            planned = plan(recipient, classes, declarations, latest_day(home, recipient, ways.now()))
        except VigieError:
            give_up(home, recipient)
            raise
        outcome = _Delivery(home, planned, declarations, patient, ways).tried()
        note(home, recipient.name, ways.now(), outcome)
    return outcome


def latest_day(home: Home, recipient: Recipient, now: dt.datetime) -> dt.date:
    """The day of now or, where the clock was set back, the last one on which the recipient was served."""
    noted, last = served(home, recipient.name).get("looked_at"), receipts.last_data(home, recipient.name)
    moments = [now, *([dt.datetime.fromisoformat(noted)] if noted else [])]
    moments += [dt.datetime.fromisoformat(last["sent_at"]).replace(tzinfo=dt.UTC)] if last else []
    return max(moments).astimezone(ZONE).date()


def forget_ended(home: Home, recipients: Iterable[Recipient], now: dt.datetime) -> None:
    """Leave nothing in the home of what waits for recipients whose agreement has ended."""
    for each in recipients:
        kept = [folder(home, each.name) for folder in (boxes.folder_of, boxes.work_folder, rows.folder_of)]
        if each.ended(latest_day(home, each, now)) and any(folder.exists() for folder in kept):
            # Who has the lock is doing the same.
            with contextlib.suppress(VigieError), locked(home.routing / "locks" / each.name, "vigie deliver"):
                give_up(home, each)


def give_up(home: Home, recipient: Recipient) -> None:
    """Forget what waits for a recipient that may not have it any more, here and, where that can be done, there."""
    box = boxes.waiting(home, recipient.name)
    if box and box.was_shown and box.number >= receipts.next_number(home, recipient.name):
        # It may have been seen: the audit says so.
        receipts.keep(home, box.receipt(clock.now(), 1, verified=False))
    boxes.clear(home, recipient.name)
    shutil.rmtree(rows.folder_of(home, recipient.name), ignore_errors=True)
    if box:
        with contextlib.suppress(NotSent, VigieError), opened(home, recipient) as site:
            site.discard(box.draft)


class _Delivery:
    """What is done for one recipient: made once, and sent as often as it takes."""

    def __init__(self, home: Home, planned: Plan, declarations: Declarations, patient: bool, ways: Ways) -> None:
        """Note what it is about."""
        self._home, self._planned, self._declarations = home, planned, declarations
        self._recipient, self._patient, self._ways = planned.recipient, patient, ways
        self._outcome, self._seen = Outcome(planned.recipient.name, "failed"), ()

    def tried(self) -> Outcome:
        """Try until it is done, or until there is no time left."""
        outcome, ways, pause = self._outcome, self._ways, FIRST_PAUSE
        until = self._until()
        while True:
            outcome.attempts += 1
            passes = True
            try:
                self._try()
                outcome.state, outcome.why = "sent" if outcome.numbers else "unchanged", ""
                return outcome
            except NotSent as error:
                outcome.why, passes = str(error), error.passes
            except VigieError as error:
                outcome.why, passes = str(error), False
            except duckdb.Error as error:
                outcome.why, passes = told(error), False
            except OSError as error:
                outcome.why = f"This machine refused: {error.strerror or error}"
            wait = pause * (0.5 + ways.chance() / 2)
            if not passes or ways.now() + dt.timedelta(seconds=wait) > until:
                return outcome
            ways.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _until(self) -> dt.datetime:
        """Until when it is tried: once, or for an hour and not past the cut-off, where it begins before that."""
        began = self._ways.now()
        cut_off = at(began.astimezone(ZONE).date(), self._recipient.cut_off)
        if not self._patient:
            return began
        return min(began + TRIED, cut_off) if began < cut_off else began + TRIED

    def _try(self) -> None:
        self._while_agreed()
        with opened(self._home, self._recipient) as site:
            look_for_acknowledgements(self._home, self._recipient, site, self._ways.now())
            self._settle(site)
        # At each try: what may be sent can have changed since the last one.
        self._make()
        name = self._recipient.name
        if box := boxes.waiting(self._home, name):
            with opened(self._home, self._recipient) as site:
                self._send(site, box)
        if box := due_notice(self._home, self._planned, self._ways.now(), described(self._recipient)):
            with opened(self._home, self._recipient) as site:
                self._send(site, box)

    def _while_agreed(self) -> None:
        """Raise VigieError when the agreement has ended since the first try."""
        if self._recipient.ended(latest_day(self._home, self._recipient, self._ways.now())):
            give_up(self._home, self._recipient)
            raise VigieError(f"The agreement with {self._recipient.name} ended on {self._recipient.basis.ends}.")

    def _still(self) -> None:
        """Raise NotSent when what was made may not be shown any more: asked again just before it is."""
        self._while_agreed()
        if said(self._home) != self._seen:
            raise NotSent("Meanwhile a release, a delivery or an order came: it is made anew.")

    def _settle(self, site: Site) -> None:
        """Give what was shown and has no receipt its receipt; a notice that waits goes first."""
        box = boxes.waiting(self._home, self._recipient.name)
        if box and box.number < receipts.next_number(self._home, self._recipient.name):
            # It has its receipt, and was not removed any more.
            boxes.clear(self._home, self._recipient.name)
        elif box and (box.facts["kind"] == "notice" or stands(site, box) != "no"):
            # What is not there any more as it was sent has its receipt now, and what comes next is whole.
            with contextlib.suppress(Altered):
                self._send(site, box)

    def _make(self) -> None:
        """Put into the outbox what the recipient does not have; what nobody has seen gives way to what is newer."""
        home, recipient, ways = self._home, self._recipient, self._ways
        self._seen = said(home)
        state = prepare(home, self._planned, self._declarations, ways, patient=self._patient)
        self._outcome.standing = [vars(each) for each in state.outputs if each.status != "ok"]
        before, left = last_state(home, recipient), boxes.waiting(home, recipient.name)
        declared = {"part": self._planned.part, "declared": self._declared()}
        if left and _is_same(left, state, declared, ways.now()):
            boxes.clear_work(home, recipient.name)
            return
        boxes.clear_waiting(home, recipient.name)
        if left:
            # Nor does it stay there, where nobody was to see it.
            with contextlib.suppress(NotSent), opened(home, recipient) as site:
                site.discard(left.draft)
        if before and before["fingerprint"] == state.fingerprint:
            boxes.clear_work(home, recipient.name)
            return
        tomorrow = ways.now().astimezone(ZONE).date() + dt.timedelta(days=1)
        until = min(at(recipient.next_due(tomorrow), recipient.cut_off), at(recipient.basis.ends, "00:00"))
        boxes.stage(home, recipient, state, before, ways.now(), until, described(recipient), declared, ways.declared_in)

    def _declared(self) -> str:
        """From which declaration, and for which certificate, a delivery is made."""
        named = self._recipient.encryption
        path = self._ways.declared_in / named if named else None
        return " ".join([self._planned.declared, fingerprint(path) if path and path.is_file() else ""]).strip()

    def _send(self, site: Site, box: Outbox) -> None:
        still = self._still if box.facts["kind"] == "data" and self._seen else lambda: None
        try:
            send(site, box, still)
        except Altered:
            receipts.keep(self._home, box.receipt(self._ways.now(), self._outcome.attempts, verified=False))
            boxes.clear(self._home, self._recipient.name)
            raise
        except Spoiled:
            boxes.clear(self._home, self._recipient.name)
            site.discard(box.draft)
            raise
        outcome = self._outcome
        receipts.keep(self._home, box.receipt(self._ways.now(), outcome.attempts))
        if box.facts["kind"] == "data":
            rows.keep_only(self._home, self._recipient.name, {file["sha256"] for file in box.facts["files"]})
        boxes.clear(self._home, self._recipient.name)
        outcome.numbers.append(box.number)
        outcome.files += len(box.sent)
        outcome.bytes += sum(file["sent_bytes"] for file in box.sent)


def last_state(home: Home, recipient: Recipient) -> dict[str, Any] | None:
    """The receipt of what the recipient has where it is served now; None when that is not known to stand there."""
    last = receipts.last_data(home, recipient.name)
    return last if last and last.get("verified", True) and last["transport"] == described(recipient) else None


def said(home: Home) -> tuple:
    """What tells whether other things may be sent: the release that is shown, what landed or was withdrawn, orders."""
    paths = (home.releases / "latest", home.lake / "ledger.parquet", events_file(home))
    return tuple(stamp(path) if path.exists() else None for path in paths)


def _is_same(left: Outbox, state: State, declared: Mapping[str, str], now: dt.datetime) -> bool:
    """Whether what waits is what would be made now, from the same declaration, and is valid still."""
    facts = left.facts
    if facts["kind"] != "data" or dt.datetime.fromisoformat(facts["valid_until"]) <= now:
        return False
    of = {key: left.private.get(key) for key in declared}
    return facts["fingerprint"] == state.fingerprint and of == declared


def prepare(home: Home, planned: Plan, declarations: Declarations, ways: Ways, patient: bool = False) -> State:
    """Make the files of a recipient, while nobody writes into the home; `patient` waits for who does."""
    name = planned.recipient.name
    boxes.clear_work(home, name)
    work = boxes.work_folder(home, name)
    make_folder(work)
    secret = key_secret(home, name) if planned.records else None
    try:
        wait = TRIED.total_seconds() if patient else None
        with locked(home.lock, f"vigie deliver {name}", wait=wait, again=True, reads=True):
            released = read_released(home)
            judge = ways.judge(home, declarations, released)
            before = last_state(home, planned.recipient)
            return make_state(home, planned, declarations, released, work, judge, before, secret)
    finally:
        shutil.rmtree(boxes.spill_folder(home, name), ignore_errors=True)


def rehearse(
    home: Home,
    recipient: Recipient,
    classes: Mapping[str, ClassPolicy],
    declarations: Declarations,
    ways: Ways | None = None,
) -> Outcome:
    """What a delivery would bring now; nothing is sent, and nothing of it is left."""
    ways = ways or Ways()
    with locked(home.routing / "locks" / recipient.name, f"vigie deliver {recipient.name} --dry-run"):
        planned = plan(recipient, classes, declarations, latest_day(home, recipient, ways.now()))
        try:
            state = prepare(home, planned, declarations, ways)
        finally:
            boxes.clear_work(home, recipient.name)
    before = last_state(home, recipient) or {"files": [], "fingerprint": None}
    known = {file["name"]: file["sha256"] for file in before["files"]} if recipient.difference else {}
    due = [made for made in state.files.values() if known.get(made.name) != made.sha256 and made.path]
    return Outcome(
        recipient.name,
        "unchanged" if before["fingerprint"] == state.fingerprint else "due",
        files=len(due),
        bytes=sum(made.bytes for made in due),
        standing=[vars(each) for each in state.outputs if each.status != "ok"],
    )


def look_for_acknowledgements(home: Home, recipient: Recipient, site: Site, now: dt.datetime) -> None:
    """Note what a recipient has acknowledged since."""
    for receipt in receipts.receipts(home, recipient.name, LOOKED_BACK):
        known = receipts.acknowledgement(home, recipient.name, receipt["number"])
        if known and known["is_same"]:
            continue
        said = acknowledged(site, boxes.name_of(receipt["number"]), receipt["manifest_sha256"])
        if said is not None and (known is None or said):
            receipts.note_acknowledgement(home, recipient.name, receipt["number"], said, now)


def note(home: Home, recipient: str, now: dt.datetime, outcome: Outcome) -> None:
    """Note when a recipient was last served, or what has kept it from being served, and since when."""
    path, known = home.routing / "served" / f"{recipient}.json", served(home, recipient)
    at_ = now.isoformat(timespec="seconds")
    trouble = None
    if outcome.state == "failed":
        since = (known.get("trouble") or {}).get("since", at_)
        trouble = {"since": since, "why": outcome.why, "attempts": outcome.attempts}
    facts = {"looked_at": at_, "state": outcome.state, "trouble": trouble}
    write_whole(path, json.dumps(facts, ensure_ascii=False) + "\n", mode=0o600)


def served(home: Home, recipient: str) -> dict[str, Any]:
    """What was last noted of a recipient; empty when nothing was."""
    try:
        return json.loads((home.routing / "served" / f"{recipient}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
