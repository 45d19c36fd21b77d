"""The producer of SUM'Eau: analyses of waste water, of which the ratios are known beforehand."""

import datetime

from orchestration.simulator.feed import Feed
from orchestration.simulator.made_up import made_up
from orchestration.simulator.sumeau.rates import RATES

SUMEAU = Feed(
    name="sumeau",
    system="SUM'Eau",
    first_day=datetime.date(2020, 3, 1),
    columns=(
        "id_analyse",
        "version",
        "nature",
        "laboratoire",
        "station",
        "departement",
        "population_raccordee",
        "date_prelevement",
        "charge_virale",
        "remarque",
        "azote_ammoniacal",
    ),
    rates=RATES,
    send=made_up(
        "SUM'Eau",
        of="analyses",
        records_each=1.1,
        why="SUM'Eau publishes smoothed ratios, of which no analyses follow: its truth is builtin alone.",
    ),
    truth={"analyses": "select * from truth_analyses order by all"},
    counts="select count(*)::bigint as analyses, count(distinct station)::bigint as plants from truth_analyses",
)
