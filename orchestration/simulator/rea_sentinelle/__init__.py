"""The producer of sentinel intensive care: forms of severe cases, of which the counts are known beforehand."""

import datetime

from orchestration.errors import VigieError
from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.rea_sentinelle.rates import RATES

#: Records sent for each case, with the default rates.
RECORDS_PER_CASE = 1.2


def _send(task: Task) -> None:
    if not task.is_builtin:
        raise VigieError("No file of cases in sentinel intensive care is published: its truth is builtin alone.")
    task.engine.set(cases=max(1, round(task.size / RECORDS_PER_CASE)))
    task.engine.run("rea_sentinelle/builtin")
    task.calendar()
    task.engine.run("rea_sentinelle/core", "beside", "rea_sentinelle/records", "rea_sentinelle/truth")
    task.deliver()
    task.tell(f"Sentinel intensive care: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


REA_SENTINELLE = Feed(
    name="rea_sentinelle",
    system="Sentinel intensive care",
    first_day=datetime.date(2020, 3, 16),
    columns=(
        "id_fiche",
        "version",
        "nature",
        "service",
        "departement",
        "date_admission",
        "sexe",
        "age",
        "sdra",
        "comorbidite",
    ),
    rates=RATES,
    send=_send,
    truth={"counts": "select * from truth_counts order by all"},
    counts="select coalesce(sum(cases), 0)::bigint as cases,"
    " coalesce(sum(cases) filter (comorbidity = 'O'), 0)::bigint as with_comorbidity from truth_counts",
)
