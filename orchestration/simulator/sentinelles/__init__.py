"""The producer of Sentinelles: weekly reports of general practitioners, of which the sums are known beforehand."""

import datetime

from orchestration.simulator.feed import Feed
from orchestration.simulator.made_up import made_up
from orchestration.simulator.sentinelles.rates import RATES

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
    send=made_up(
        "Sentinelles",
        of="reports",
        records_each=1.06,
        why="Sentinelles publishes estimates, of which no reports follow: its truth is builtin alone.",
    ),
    truth={"counts": "select * from truth_counts order by all"},
    counts="select coalesce(sum(reports), 0)::bigint as reports, coalesce(sum(cases), 0)::bigint as cases,"
    " coalesce(sum(positives), 0)::bigint as positives from truth_counts",
)
