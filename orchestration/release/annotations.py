"""What happened to figures, beside the figures: changes that the declarations tell of, and incidents made public.

`open_data/events.csv` lists them, the plots of the pages have a line at each, and the cells that an incident touches
bear the status `incident` as long as it stands.
"""

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.gate import Verdict
from orchestration.incidents.public import PublicIncident
from orchestration.release.declarations import Declarations
from orchestration.release.open_data import Dataset

NAME = "events"
COLUMNS = {
    "since": "First day that it concerns.",
    "until": "Last day that it concerns; of a change the same.",
    "kind": "change (of a definition, or of what is published) or incident.",
    "output": "Output concerned: an indicator, or a file in an official layout.",
    "fr": "What happened, in French.",
    "en": "What happened, in English.",
}
KINDS = ("change", "incident")


@dataclass(frozen=True)
class Annotation:
    """Something that happened to the figures of an output on some days."""

    since: dt.date
    until: dt.date
    kind: str
    output: str
    fr: str
    en: str


def touch(found: Sequence[Dataset], verdicts: Mapping[str, Verdict], incidents: Sequence[PublicIncident]) -> None:
    """Tell each dataset which of its days incidents touch that stand."""
    for dataset in found:
        days = [(each.since, each.until) for each in incidents if each.stands and _concerns(each, dataset, verdicts)]
        dataset.touched = tuple(sorted(set(days)))


def _concerns(incident: PublicIncident, dataset: Dataset, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether an incident touches a dataset: by its output where outputs are named, else by its feed."""
    if incident.outputs:
        return dataset.owner.name in incident.outputs
    verdict = verdicts.get(dataset.node)
    return verdict is not None and incident.feed in verdict.feeds


def annotations(
    declarations: Declarations,
    found: Sequence[Dataset],
    verdicts: Mapping[str, Verdict],
    incidents: Sequence[PublicIncident],
) -> list[Annotation]:
    """All that is to be told, by day and output."""
    told = {
        Annotation(change.date, change.date, "change", output.name, change.fr, change.en)
        for output in [*declarations.indicators, *declarations.layouts]
        for change in output.changes
    }
    told |= {
        Annotation(each.since, each.until, "incident", dataset.owner.name, each.fr, each.en)
        for each in incidents
        for dataset in found
        if _concerns(each, dataset, verdicts)
    }
    return sorted(told, key=lambda each: (each.since, each.until, each.output, each.kind, each.fr))


def write_events(folder: Path, told: Sequence[Annotation]) -> None:
    """Write `events.csv` into the folder of the open data."""
    with open(folder / f"{NAME}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([each.since, each.until, each.kind, each.output, each.fr, each.en] for each in told)
