"""The producer of SI-DEP: individual results of tests, whose counts are known beforehand."""

import datetime
from pathlib import Path

from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.sidep.population import deliver_population
from orchestration.simulator.sidep.rates import RATES
from orchestration.simulator.sidep.truth import builtin_cells, official_cells, read_official, read_publications

#: Columns of the contract, in the order in which they are sent.
_COLUMNS = (
    "id_resultat",
    "version",
    "nature",
    "id_personne",
    "date_prelevement",
    "date_resultat",
    "id_laboratoire",
    "type_analyse",
    "resultat",
    "sexe",
    "age",
    "commune_residence",
    "iris_residence",
    "departement_residence",
    "departement_prelevement",
    "symptomes",
    "date_debut_symptomes",
    "criblage_a",
    "criblage_b",
    "criblage_c",
    "criblage_d",
    "criblage_variant",
)

#: Person-days that are generated together: bounds memory, whatever the size of the whole.
BATCH = 3_000_000

#: Records sent for each person-day of the truth, with the default rates.
RECORDS_PER_PERSON_DAY = 1.04


def _send(task: Task) -> None:
    if task.is_builtin:
        builtin_cells(task.engine, task.start, task.end, max(1, round(task.size / RECORDS_PER_PERSON_DAY)))
        task.calendar()
        _send_once(task)
    elif Path(task.truth).is_file():
        _send_official(task)
    else:
        _send_publications(task)


def _send_official(task: Task) -> None:
    """The truth is an official file of daily counts, which the right pipeline then gives back exactly."""
    path = Path(task.truth)
    layout = read_official(task.engine, path, task.start, task.end)
    official_cells(task.engine, path)
    if layout.geo_level != "FRA":
        task.engine.run("sidep/unlocated_cells")
    # What a file of counts says was known when it was published: nothing arrives after the last day.
    task.calendar(last_arrival=task.end + datetime.timedelta(days=500))
    _send_once(task)
    if layout.has_population:
        task.deliveries.files.extend(deliver_population(task.engine, task.landing, _stem(path), task.start))


def _send_publications(task: Task) -> None:
    """The truth is a folder of dated publications: each from `start` to ten days after `end` has its deliveries.

    After these (new, late, corrected and deleted records) the right pipeline gives back that publication exactly.
    """
    engine = task.engine
    publications, layout = read_publications(engine, Path(task.truth), task.start, task.end)
    days = [day for day, _ in publications]
    engine.set(imposed_arrival=True, last_receipt=days[-1])
    task.calendar(on=days)
    engine.run("sidep/series", "sidep/piles", "sidep/reinfections")
    for number, day in enumerate(days, 1):
        engine.set(publication=number, published_on=day)
        engine.run("sidep/publication")
        _send_batches(task, "changes", "rank_to - rank_from", "sidep/publication_batch")
        task.tell(f"publication of {day} sent ({number} of {len(days)}; {task.deliveries.rows:,} rows so far)")
    if layout.has_population:
        name = _stem(publications[-1][1])
        task.deliveries.files.extend(deliver_population(engine, task.landing, name, days[0]))


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".csv")


def _send_once(task: Task) -> None:
    task.engine.run("sidep/series", "sidep/reinfections")
    _send_batches(task, "keyed_cells", "t", "sidep/batch")


def _send_batches(task: Task, relation: str, rows: str, query: str) -> None:
    """Send what the query `query` takes from `relation`, so many sampling days at a time that memory is bounded."""
    batches = task.engine.rows(
        f"""
        with days as (select day, sum({rows}) as rows from {relation} group by day),
        running as (select day, floor(sum(rows) over (order by day) / {BATCH}) as batch from days)
        select min(day), max(day) from running group by batch order by batch
        """
    )
    for number, (first, last) in enumerate(batches, 1):
        task.engine.set(batch_from=first, batch_to=last)
        task.engine.run(query, "sidep/core", "beside", "sidep/records", "sidep/accounts")
        task.deliver()
        task.tell(f"tests of {first} to {last} sent ({number} of {len(batches)}; {task.deliveries.rows:,} rows so far)")


SIDEP = Feed(
    name="sidep",
    system="SI-DEP",
    first_day=datetime.date(2020, 1, 1),
    columns=_COLUMNS,
    rates=RATES,
    send=_send,
    truth={
        "cells": "select day, dep, age10, sex, sum(p)::bigint as p, sum(t)::bigint as t from truth_counts"
        " group by all having sum(t) > 0 order by all",
    },
    counts="select coalesce(sum(p), 0)::bigint as positive, coalesce(sum(t), 0)::bigint as tested from truth_counts",
)
