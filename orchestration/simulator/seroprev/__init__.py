"""The producer of the serological survey: samples in waves, of which the sums are known beforehand."""

import datetime

from orchestration.errors import VigieError
from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.seroprev.rates import RATES

#: Records sent for each sample, with the default rates.
RECORDS_PER_SAMPLE = 1.1


def _send(task: Task) -> None:
    if not task.is_builtin:
        raise VigieError("Of the serological survey estimates are published: its truth is builtin alone.")
    task.engine.set(samples=max(1, round(task.size / RECORDS_PER_SAMPLE)))
    task.engine.run("seroprev/builtin")
    task.calendar()
    task.engine.run("seroprev/core", "beside", "seroprev/records", "seroprev/truth")
    task.deliver()
    task.tell(f"Serological survey: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


SEROPREV = Feed(
    name="seroprev",
    system="The serological survey",
    first_day=datetime.date(2020, 3, 9),
    columns=(
        "id_echantillon",
        "version",
        "nature",
        "id_personne",
        "laboratoire",
        "vague",
        "debut_vague",
        "fin_vague",
        "poids",
        "strate",
        "sexe",
        "age",
        "region",
        "resultat",
    ),
    rates=RATES,
    send=_send,
    truth={"counts": "select * from truth_counts order by all"},
    counts="select coalesce(sum(samples), 0)::bigint as samples, count(distinct wave)::bigint as waves"
    " from truth_counts",
)
