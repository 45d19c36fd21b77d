"""What the policy decides about: the findings of a comparison, each about one dataset, output or check."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from orchestration.cost import Meter
from orchestration.difference.policy import Finding, Policy
from orchestration.gate.plan import SETTLED

#: Kinds of findings after which a reader of the figures sees the same ones.
OF_NO_FIGURE = ("checks", "schema", "sums")


def findings(
    told: Mapping[str, Any],
    before: Mapping[str, Mapping],
    after: Mapping[str, Mapping],
    guarded: Mapping[str, str],
    gone: Iterable[str],
    today: dt.date,
) -> list[Finding]:
    """The findings of what was compared (`told`); `before` and `after` are the datasets as both versions declare them,
    `guarded` what the guards of the base refuse of the change, `gone` the outputs declared to be published no longer,
    `today` the day on which the change is looked at.
    """
    found = [
        Finding("refused", name or "the declarations", f"the guards of the base refuse it: {why}")
        for name, why in guarded.items()
    ]
    for output in told["outputs"]:
        entries = tells(before, after, output["output"], today)
        for dataset in output["datasets"]:
            found += _of_dataset(dataset, output["output"], entries, set(gone))
    for lost in told["sums"]:
        text = f"{lost['cells']:,} of {lost['of']:,} totals are no longer the sum of their {lost['axis']}"
        entries = tells(before, after, lost["output"], today)
        found.append(Finding("sums", lost["output"], text, bool(entries), entries))
    return [*found, *(_of_check(check) for check in told["checks"] if newly_fails(check))]


def _of_dataset(dataset: Mapping[str, Any], output: str, entries: tuple[str, ...], gone: set[str]) -> Iterator[Finding]:
    name, status = dataset["name"], dataset["status"]
    if dataset["is"] == "gone":
        # It may be told of by the name of the output, or by that of its file.
        yield Finding("removed", name, "is no longer published", bool(gone & {name, output}))
        return
    if status["after"] == "held" and status["before"] != "held":
        why = " ".join(reason["text"] for reason in dataset["reasons"])
        kinds = {reason["kind"] for reason in dataset["reasons"]}
        yield Finding("refused" if "refused" in kinds else "held", name, why)
    if dataset["added"]:
        yield Finding("added", name, f"{dataset['added']:,} new cells")
    if dataset["figures"] or dataset["csv"]:
        cells = [f"{dataset['changed']:,} cells change, {dataset['removed']:,} go"] if dataset["figures"] else []
        yield Finding("figures", name, "; ".join([*cells, *dataset["csv"]]), bool(entries), entries)
    if dataset["schema"]:
        yield Finding("schema", name, "; ".join(dataset["schema"]), bool(entries), entries)


def newly_fails(check: Mapping[str, Any]) -> bool:
    """Whether a check that stops figures fails, and did not."""
    failed = check["after"] is not None and check["after"] not in SETTLED
    return failed and check["blocking"] and check["before"] in (None, *SETTLED)


def _of_check(check: Mapping[str, Any]) -> Finding:
    rows = f" ({check['rows']:,} rows)" if check["rows"] else ""
    text = f"{check['after']}{rows}, it was {check['before'] or 'not there'}"
    return Finding("checks", check["name"], f"{text}. {check['says']}".strip())


def tells(before: Mapping[str, Mapping], after: Mapping[str, Mapping], output: str, today: dt.date) -> tuple[str, ...]:
    """The entries of `changes` in the declaration of an output that tell of this change, in words: of a date that it
    did not have, or one more of it, from the day of its last entry until tomorrow. Another day says nothing of what
    changes now, and would go on letting pass whatever comes."""
    known, now = (
        # All datasets of an output have one declaration.
        [change for each in [*of_output(datasets, output)][:1] for change in each["changes"]]
        for datasets in (before, after)
    )
    since = max((change["date"] for change in known), default="")
    until = (today + dt.timedelta(1)).isoformat()
    more = Counter(change["date"] for change in now) - Counter(change["date"] for change in known)
    entries = (change for change in now if more[change["date"]] and since <= change["date"] <= until)
    new = [change for change in entries if change not in known]
    return tuple(f"{change['date']}: {change['fr']} / {change['en']}" for change in new)


def of_output(datasets: Mapping[str, Mapping], output: str) -> Iterator[Mapping[str, Any]]:
    """The datasets of an output."""
    return (each for each in datasets.values() if each["output"] == output)


def concluded(told: Mapping[str, Any], found: list[Finding], policy: Policy, meter: Meter) -> dict[str, Any]:
    """What was compared, with its findings, the verdict of a policy, and what the comparison has cost."""
    return {
        **told,
        "verdict": "pass" if policy.passes(found) else "fail",
        "figures_change": any(finding.kind not in OF_NO_FIGURE for finding in found),
        "findings": [asdict(finding) | {"passes": policy.allows(finding)} for finding in found],
        "comparison": asdict(meter.read()),
    }
