"""The producer of EMERGEN: sequences of Flash surveys, of which the counts are known beforehand."""

import datetime

from orchestration.errors import VigieError
from orchestration.simulator.emergen.rates import RATES
from orchestration.simulator.feed import Feed, Task

#: Records sent for each sequence, with the default rates.
RECORDS_PER_SEQUENCE = 1.07


def _send(task: Task) -> None:
    engine = task.engine
    if not task.is_builtin:
        raise VigieError("Sequences are made up alone (builtin): no official file gives their counts by lineage.")
    engine.set(sequences=max(1, round(task.size / RECORDS_PER_SEQUENCE)))
    engine.run("emergen/builtin")
    task.calendar()
    engine.run("emergen/core", "beside", "emergen/records", "emergen/truth")
    task.deliver()
    task.tell(f"EMERGEN: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


EMERGEN = Feed(
    name="emergen",
    system="EMERGEN",
    first_day=datetime.date(2021, 1, 4),
    columns=(
        "id_sequence",
        "version",
        "nature",
        "plateforme",
        "debut_enquete",
        "region",
        "date_prelevement",
        "interpretable",
        "lignee",
    ),
    rates=RATES,
    send=_send,
    truth={"counts": "select survey, region, lineage, sequences from truth_counts order by all"},
    counts="select coalesce(sum(sequences), 0)::bigint as sequences,"
    " coalesce(sum(sequences) filter (lineage is not null), 0)::bigint as interpretable from truth_counts",
)
