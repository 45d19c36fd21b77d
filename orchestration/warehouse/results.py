"""What a build says of its checks, for the journal and for a person."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from orchestration.gate import SETTLED, Gate


@dataclass(frozen=True)
class Failure:
    """A node that did not go well: a test on a model, or the model itself. `rows` is the number of failing rows."""

    name: str
    model: str
    kind: str
    message: str
    rows: int | None
    description: str = ""


def checks_of(gate: Gate, models: int) -> dict[str, Any]:
    """The state of all checks as it stands in the journal, those that this build did not have to run included; `models`
    is the number of seeds and models that it made."""
    results = {test: result for test, result in gate.checks.items() if result}
    failed = [test for test, result in results.items() if result.status not in SETTLED]
    warned = [test for test, result in results.items() if result.status == "warn"]
    blocking = [test for test in failed if gate.graph.nodes[test].severity == "error"]
    models_failed = [i for i in gate.graph.built if gate.failure(i)]
    return {
        "models": models,
        "passed": len(results) - len(failed) - len(warned),
        "failed": len(blocking),
        "warned": len(warned) + len(failed) - len(blocking),
        "skipped": len(gate.checks) - len(results),
        "blocking_failures": [asdict(failure_of(gate, i)) for i in [*models_failed, *blocking]],
        "warnings": [asdict(failure_of(gate, test)) for test in [*warned, *failed] if test not in blocking],
    }


def gate_of(gate: Gate) -> dict[str, Any]:
    """The verdicts as they stand in the journal: how many outputs are open, and why the others are held."""
    held = [verdict for verdict in gate.verdicts.values() if not verdict.open]
    return {
        "open": len(gate.verdicts) - len(held),
        "held": [
            {"output": gate.graph.nodes[verdict.node].name, "reasons": [asdict(each) for each in verdict.reasons]}
            for verdict in sorted(held, key=lambda verdict: verdict.node)
        ],
    }


def failure_of(gate: Gate, node: str) -> Failure:
    """What is said of a test that did not pass, or of a model that could not be made."""
    found = gate.graph.nodes[node]
    result = gate.results[node]
    about = gate.graph.nodes[found.tested[0]].name if found.tested else found.name
    return Failure(
        name=found.name,
        model=about,
        kind="test" if found.kind == "test" else "seed" if found.kind == "seed" else "model",
        message=result.message,
        rows=result.failures or None,
        description=gate.descriptions.get(node, "") if found.kind == "test" else "",
    )


def held_in_words(facts: Mapping[str, Any]) -> list[str]:
    """What holds outputs, for a person: a line for each cause, with the number of outputs that it holds."""
    causes: dict[tuple[str, str, str], int] = {}
    for each in facts["held"]:
        for reason in each["reasons"]:
            if reason["kind"] != "group":
                key = (reason["kind"], reason["en"], reason["detail"])
                causes[key] = causes.get(key, 0) + 1
    return [
        f"{en}{' ' + detail if detail else ''} {count} output(s) held."
        for (_, en, detail), count in sorted(causes.items(), key=lambda cause: -cause[1])
    ]
