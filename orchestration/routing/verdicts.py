"""Whether what is read in the warehouse for recipients may go out, and is still what was released."""

import datetime as dt
from collections.abc import Mapping

from orchestration.gate import Gate, Reason, Verdict, open_gate
from orchestration.home import Home
from orchestration.incidents.public import public_incidents
from orchestration.release import account
from orchestration.release.annotations import touch
from orchestration.release.declarations import Declarations, is_feed
from orchestration.release.open_data import Dataset, datasets, signature
from orchestration.release.standing import STATUSES
from orchestration.routing.state import Judge, Released, Standing

MOVED_ON = Reason(
    "stale",
    "",
    "Ces chiffres ont changé depuis la dernière publication et partiront avec la prochaine.",
    "These figures have changed since the last release and go out with the next one.",
)


def judge_by_gate(home: Home, declarations: Declarations, released: Released) -> Judge:
    """What the gate says of models, which is asked only when something is read in the warehouse."""

    def judge(nodes: set[str]) -> Mapping[str, Standing]:
        gate, found = open_gate(home), datasets(declarations)
        touch(found, gate.verdicts, public_incidents(home))
        return {node: _standing(home, gate, declarations, released, node, found) for node in nodes}

    return judge


def _standing(
    home: Home, gate: Gate, declarations: Declarations, released: Released, node: str, found: list[Dataset]
) -> Standing:
    verdict = gate.verdicts.get(node) or gate.judge(node)
    reasons = verdict.reasons
    parts = [dataset for dataset in found if dataset.node == node]
    if not reasons and not _is_as_released(home, declarations, released, verdict, parts):
        reasons = (MOVED_ON,)
    name = node.split(".")[-1]
    if reasons:
        # What was taken back is not left with recipients either.
        status = "retracted" if any(reason.kind == "retracted" for reason in reasons) else "held"
        return Standing(
            name,
            status,
            None,
            " ".join(dict.fromkeys(reason.fr for reason in reasons)),
            " ".join(dict.fromkeys(reason.en for reason in reasons)),
        )
    facts = [released.datasets[dataset.name] for dataset in parts if dataset.name in released.datasets]
    worst = min(facts, key=lambda each: STATUSES.index(each["status"]), default=None)
    if worst is None or worst["status"] == "ok":
        return Standing(name)
    reason = worst.get("reason") or {"fr": "", "en": ""}
    return Standing(name, worst["status"], worst.get("since"), reason["fr"], reason["en"])


def _is_as_released(
    home: Home, declarations: Declarations, released: Released, verdict: Verdict, parts: list[Dataset]
) -> bool:
    """Whether what stands in the warehouse is what the release was made from: by the signature of what is published of
    it, or for a model of which nothing is, by the deliveries of its feeds."""
    signed = [dataset for dataset in parts if dataset.name in released.signatures]
    if signed:
        return all(released.signatures[dataset.name] == signature(dataset, verdict) for dataset in signed)
    sources = (declarations.manifest.get("sources", {}).get(each) for each in declarations.upstream(verdict.node))
    feeds = {source["source_name"] for source in sources if source and is_feed(source)}
    seen = account.deliveries(home.lake / "ledger.parquet", dt.date.max)
    now = {each["delivery"] for each in seen if each["verdict"] == "accepted" and each["feed"] in feeds}
    return now == {each["delivery"] for each in released.deliveries if each["feed"] in feeds}
