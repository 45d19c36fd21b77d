"""The producer of CoviPrev: the answer sheets of a survey in waves, of which the sums are known beforehand."""

import datetime

from orchestration.simulator.coviprev.rates import RATES
from orchestration.simulator.feed import Feed
from orchestration.simulator.made_up import made_up

COVIPREV = Feed(
    name="coviprev",
    system="CoviPrev",
    first_day=datetime.date(2020, 3, 23),
    columns=(
        "id_feuille",
        "version",
        "nature",
        "id_repondant",
        "institut",
        "vague",
        "debut_vague",
        "fin_vague",
        "poids",
        "strate",
        "sexe",
        "age",
        "region",
        "had_anxiete",
        "had_depression",
        "pb_sommeil",
        "satisfaction_vie",
        "intention_vaccin",
        "mes_mains",
        "mes_coude",
        "mes_mouchoir",
        "mes_saluer",
        "mes_distance",
        "mes_sorties",
        "mes_rassemblements",
        "mes_masque",
    ),
    rates=RATES,
    send=made_up(
        "CoviPrev",
        of="respondents",
        records_each=1.05,
        why="CoviPrev publishes estimates, of which no answers follow: its truth is builtin alone.",
    ),
    truth={"counts": "select * from truth_counts order by all"},
    counts="select coalesce(sum(respondents), 0)::bigint as respondents, count(distinct wave)::bigint as waves"
    " from truth_counts",
)
