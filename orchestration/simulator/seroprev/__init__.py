"""The producer of the serological survey: samples in waves, of which the sums are known beforehand."""

import datetime

from orchestration.simulator.feed import Feed
from orchestration.simulator.made_up import made_up
from orchestration.simulator.seroprev.rates import RATES

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
    send=made_up(
        "Serological survey",
        of="samples",
        records_each=1.1,
        why="Of the serological survey estimates are published: its truth is builtin alone.",
    ),
    truth={"counts": "select * from truth_counts order by all"},
    counts="select coalesce(sum(samples), 0)::bigint as samples, count(distinct wave)::bigint as waves"
    " from truth_counts",
)
