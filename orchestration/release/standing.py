"""How each published dataset stands: as it should be, late, partial, or held with its last good files.

The public reads it in `open_data/status.csv`, in the data package, in the catalogue and on the pages, always the same
words; the details (which check, which rows) stay in the home.
"""

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from orchestration.gate import Reason, Verdict
from orchestration.release import words
from orchestration.release.account import REQUESTS
from orchestration.release.files import FOLDER
from orchestration.release.open_data import Dataset

# From what weighs most: a dataset that is held is not also called late.
STATUSES = ("held", "partial", "late", "ok")
NAME = "status"
COLUMNS = {
    "name": "Name of the dataset.",
    "status": "ok, late (older than promised), partial (made from incomplete deliveries) or held (last good figures).",
    "since": "Day from which it has been so, without a break; empty when ok.",
    "reason_fr": "Why, in French; empty when ok.",
    "reason_en": "Why, in English; empty when ok.",
    "last_period": "Last day that the figures cover.",
    "csv": "Path of the file; empty when there is none yet.",
}


class PartialFeed(Protocol):
    """A feed of which too large a share of rows was rejected, in sentences for the public."""

    fr: str
    en: str


def settle(
    found: Sequence[Dataset],
    verdicts: Mapping[str, Verdict],
    partial: Mapping[str, PartialFeed],
    before: Mapping[str, Mapping],
    today: dt.date,
) -> None:
    """Give each dataset its status, with the reasons and the day since when; held ones are known already.

    That a request of a person cannot be read is nobody's business, and no figure is the less whole for it. `partial`
    holds, by feed, why its figures are incomplete; `before` the facts of the release before, by dataset.
    """
    for dataset in found:
        if not dataset.held:
            reasons = _incomplete(verdicts[dataset.node], partial)
            if reasons:
                dataset.status, dataset.reasons = "partial", reasons
            elif dataset.late(today):
                dataset.status, dataset.reasons = "late", (_late(dataset),)
        known = before.get(dataset.name, {})
        if dataset.status != "ok":
            dataset.since = known["since"] if known.get("status") == dataset.status else today.isoformat()


def _incomplete(verdict: Verdict, partial: Mapping[str, PartialFeed]) -> tuple[Reason, ...]:
    feeds = sorted(verdict.feeds & partial.keys() - {REQUESTS})
    return tuple(Reason("partial", feed, partial[feed].fr, partial[feed].en) for feed in feeds)


def _late(dataset: Dataset) -> Reason:
    if dataset.last_period is None:
        return Reason("late", dataset.name, "Aucune donnée n'est encore arrivée.", "No data have come yet.")
    return Reason(
        "late",
        dataset.name,
        f"Les données s'arrêtent au {words.date(dataset.last_period, 'fr')}, plus tôt que prévu.",
        f"The data end on {words.date(dataset.last_period, 'en')}, earlier than expected.",
    )


def public_facts(dataset: Dataset) -> dict:
    """What is said in public of how a dataset stands: `status`, `since`, and `reason` in both languages."""
    reason = {language: sentence(dataset, language) for language in ("fr", "en")} if dataset.reasons else None
    return {"status": dataset.status, "since": dataset.since, "reason": reason}


def sentence(dataset: Dataset, language: str) -> str:
    """The reasons of a dataset as one text; each once."""
    return " ".join(dict.fromkeys(reason.fr if language == "fr" else reason.en for reason in dataset.reasons))


def outputs_not_ok(found: Sequence[Dataset]) -> list[dict]:
    """The outputs that are not as they should be, with every reason and its detail, for the home: one entry an output
    and status, its datasets together."""
    grouped: dict[tuple, list[Dataset]] = {}
    for dataset in found:
        if dataset.status != "ok":
            reasons = dataset.reasons if dataset.status != "late" else ()
            grouped.setdefault((dataset.node, dataset.status, dataset.since, reasons), []).append(dataset)
    return [
        {
            "output": parts[0].owner.name,
            "model": parts[0].node.split(".")[-1],
            "status": status,
            "since": since,
            "datasets": [part.name for part in parts],
            "published": any(part.files for part in parts),
            "reasons": [asdict(reason) for reason in parts[0].reasons],
        }
        for (_, status, since, _), parts in grouped.items()
    ]


def write_status(folder: Path, found: Sequence[Dataset]) -> None:
    """Write `status.csv` into the folder of the open data: one row per dataset, also of those without a file."""
    with open(folder / f"{NAME}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        for dataset in found:
            writer.writerow(
                [
                    dataset.name,
                    dataset.status,
                    dataset.since,
                    sentence(dataset, "fr"),
                    sentence(dataset, "en"),
                    dataset.last_period,
                    next((f"{FOLDER}/{file}" for file in dataset.paths("csv")), None),
                ]
            )
