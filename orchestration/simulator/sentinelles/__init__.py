"""The producer of Sentinelles: weekly reports of general practitioners, of which the sums are known beforehand."""

import datetime

from orchestration.errors import VigieError
from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.sentinelles.rates import RATES

#: Records sent for each report, with the default rates.
RECORDS_PER_REPORT = 1.06


def _send(task: Task) -> None:
    if not task.is_builtin:
        raise VigieError("Sentinelles publishes estimates, of which no reports follow: its truth is builtin alone.")
    task.engine.set(reports=max(1, round(task.size / RECORDS_PER_REPORT)))
    task.engine.run("sentinelles/builtin")
    task.calendar()
    task.engine.run("sentinelles/core", "beside", "sentinelles/records", "sentinelles/truth")
    task.deliver()
    task.tell(f"Sentinelles: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


SENTINELLES = Feed(
    name="sentinelles",
    system="Sentinelles",
    first_day=datetime.date(2020, 3, 16),
    columns=(
        "id_releve",
        "version",
        "nature",
        "cabinet",
        "semaine",
        "region",
        "patientele",
        "cas_ira",
        "preleves",
        "positifs",
    ),
    rates=RATES,
    send=_send,
    truth={"counts": "select * from truth_counts order by all"},
    counts="select coalesce(sum(reports), 0)::bigint as reports, coalesce(sum(cases), 0)::bigint as cases,"
    " coalesce(sum(positives), 0)::bigint as positives from truth_counts",
)
