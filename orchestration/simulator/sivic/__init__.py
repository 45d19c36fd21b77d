"""The producer of SI-VIC: events of hospital stays, whose official figures are known beforehand.

What each figure counts is said in the dictionary, `models/staging/sivic/_sivic__figures.md`. A stay is made of days of
declaration, on which the figures rest; when it happened is drawn backwards from there.
"""

import datetime
from pathlib import Path

from orchestration.errors import VigieError
from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.sivic.rates import RATES
from orchestration.simulator.sivic.truth import read_official

_COLUMNS = (
    "id_evenement",
    "version",
    "nature",
    "id_patient",
    "id_sejour",
    "finess",
    "departement_hopital",
    "type_evenement",
    "unite",
    "date_evenement",
    "date_declaration",
    "sexe",
    "age",
    "departement_residence",
    "commune_residence",
    "motif",
)

#: Records sent for each stay of a made-up epidemic, with the default rates.
RECORDS_PER_STAY = 2.5


def _send(task: Task) -> None:
    engine = task.engine
    published: list[datetime.date] = []
    if task.is_builtin:
        engine.set(stays=max(1, round(task.size / RECORDS_PER_STAY)))
        engine.run("sivic/builtin", "sivic/builtin_stays")
    else:
        if not Path(task.truth).is_dir():
            raise VigieError(
                f"{task.truth} is not a folder: the truth of sivic is a folder with a stock file and a flow file."
            )
        published = read_official(engine, Path(task.truth), task.start, task.end)
        engine.run("sivic/allotted", "sivic/moves", "sivic/passages", "sivic/present_stays", "sivic/past_stays")
        engine.run("sivic/removed_stays", "sivic/patients")
    if published:
        # Each publication is to be found again: what it tells is there on its day, right, and nothing of it changes.
        engine.set(imposed_arrival=True, last_receipt=published[-1])
        task.calendar(on=published)
    else:
        # What was declared by the last day is received by then: the figures of each day are those of its declarations.
        task.calendar(last_arrival=task.end + datetime.timedelta(days=40))
    engine.run("sivic/core", "beside", "sivic/records", "sivic/truth_stocks", "sivic/truth_flows", "sivic/accounts")
    task.deliver()
    task.tell(f"stays of {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


SIVIC = Feed(
    name="sivic",
    system="SI-VIC",
    first_day=datetime.date(2020, 3, 1),
    columns=_COLUMNS,
    rates=RATES,
    send=_send,
    truth={
        "stocks": "select * from truth_stocks order by all",
        "flows": "select * from truth_flows order by all",
    },
    counts="select coalesce(sum(incid_hosp), 0)::bigint as admitted, coalesce(sum(incid_rea), 0)::bigint as critical,"
    " coalesce(sum(incid_rad), 0)::bigint as home, coalesce(sum(incid_dc), 0)::bigint as dead from truth_flows",
)
