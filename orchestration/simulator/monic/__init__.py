"""The producer of MONIC: clusters, of which the figures are known beforehand."""

import datetime

from orchestration.simulator.feed import Feed
from orchestration.simulator.made_up import made_up
from orchestration.simulator.monic.rates import RATES

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
    send=made_up(
        "MONIC",
        of="clusters",
        records_each=1.6,
        why="No official file holds what MONIC counts by day: the truth can only be builtin.",
        records="monic/records",
    ),
    truth={
        "counts": "select what, day, dep, place_kind, criticality, state, clusters, cases from truth_counts"
        " order by all"
    },
    counts="select coalesce(sum(clusters) filter (what = 'report'), 0)::bigint as clusters,"
    " coalesce(sum(clusters) filter (what = 'closing'), 0)::bigint as closed from truth_counts",
)
