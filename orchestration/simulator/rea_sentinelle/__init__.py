"""The producer of sentinel intensive care: forms of severe cases, of which the counts are known beforehand."""

import datetime

from orchestration.simulator.feed import Feed
from orchestration.simulator.made_up import made_up
from orchestration.simulator.rea_sentinelle.rates import RATES

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
    send=made_up(
        "Sentinel intensive care",
        of="cases",
        records_each=1.2,
        why="No file of cases in sentinel intensive care is published: its truth is builtin alone.",
    ),
    truth={"counts": "select * from truth_counts order by all"},
    counts="select coalesce(sum(cases), 0)::bigint as cases,"
    " coalesce(sum(cases) filter (comorbidity = 'O'), 0)::bigint as with_comorbidity from truth_counts",
)
