"""What the policy decides about: the findings of a comparison, each about one dataset, output or check."""

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
) -> list[Finding]:
    """The findings of what was compared (`told`); `before` and `after` are the datasets as both versions declare them,
    `guarded` what the guards of the base refuse of the change, `gone` the outputs declared to be published no longer.
    """
    found = [
        Finding("refused", name or "the declarations", f"the guards of the base refuse it: {why}")
        for name, why in guarded.items()
    ]
    for output in told["outputs"]:
        declared = tells(before, after, output["output"])
        for dataset in output["datasets"]:
            found += _of_dataset(dataset, output["output"], declared, set(gone))
    for lost in told["sums"]:
        text = f"{lost['cells']:,} of {lost['of']:,} totals are no longer the sum of their {lost['axis']}"
        found.append(Finding("sums", lost["output"], text, tells(before, after, lost["output"])))
    return [*found, *(_of_check(check) for check in told["checks"] if newly_fails(check))]


def _of_dataset(dataset: Mapping[str, Any], output: str, declared: bool, gone: set[str]) -> Iterator[Finding]:
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
    if dataset["figures"]:
        yield Finding("figures", name, f"{dataset['changed']:,} cells change, {dataset['removed']:,} go", declared)
    if dataset["schema"]:
        yield Finding("schema", name, "; ".join(dataset["schema"]), declared)


def newly_fails(check: Mapping[str, Any]) -> bool:
    """Whether a check that stops figures fails, and did not."""
    failed = check["after"] is not None and check["after"] not in SETTLED
    return failed and check["blocking"] and check["before"] in (None, *SETTLED)


def _of_check(check: Mapping[str, Any]) -> Finding:
    rows = f" ({check['rows']:,} rows)" if check["rows"] else ""
    text = f"{check['after']}{rows}, it was {check['before'] or 'not there'}"
    return Finding("checks", check["name"], f"{text}. {check['says']}".strip())


def tells(before: Mapping[str, Mapping], after: Mapping[str, Mapping], output: str) -> bool:
    """Whether `changes` in the declaration of an output has an entry of a date that it had not, or one more of it."""
    known, now = (
        # All datasets of an output have one declaration.
        Counter(change["date"] for each in [*of_output(datasets, output)][:1] for change in each["changes"])
        for datasets in (before, after)
    )
    return bool(now - known)


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
