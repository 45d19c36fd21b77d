"""The producer of MONIC: clusters, of which the figures are known beforehand."""

import datetime

from orchestration.errors import VigieError
from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.monic.rates import RATES

#: Records sent for each cluster of a made-up epidemic, with the default rates.
RECORDS_PER_CLUSTER = 1.6


def _send(task: Task) -> None:
    if not task.is_builtin:
        raise VigieError("No official file holds what MONIC counts by day: the truth can only be builtin.")
    task.engine.set(clusters=max(1, round(task.size / RECORDS_PER_CLUSTER)))
    task.calendar()
    task.engine.run("monic/core", "beside", "monic/records", "monic/truth")
    task.deliver()
    task.tell(f"MONIC: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


MONIC = Feed(
    name="monic",
    system="MONIC",
    first_day=datetime.date(2020, 5, 9),
    columns=(
        "id_cluster",
        "version",
        "nature",
        "agence",
        "departement",
        "type_collectivite",
        "criticite",
        "statut",
        "nombre_cas",
        "date_signalement",
        "date_cloture",
    ),
    rates=RATES,
    send=_send,
    truth={
        "counts": "select what, day, dep, place_kind, criticality, state, clusters, cases from truth_counts"
        " order by all"
    },
    counts="select coalesce(sum(clusters) filter (what = 'report'), 0)::bigint as clusters,"
    " coalesce(sum(clusters) filter (what = 'closing'), 0)::bigint as closed from truth_counts",
)
