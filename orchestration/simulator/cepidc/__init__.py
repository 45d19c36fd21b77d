"""The producer of CépiDc: electronic certificates of death, whose mentions are known beforehand."""

import datetime

from orchestration.simulator.cepidc.rates import RATES
from orchestration.simulator.feed import Feed
from orchestration.simulator.made_up import made_up

KEYS = ("day", "dep", "age", "sex", "place_kind")
TOLD = ("certificates", "covid", "covid_comorbid")


CEPIDC = Feed(
    name="cepidc",
    system="CépiDc",
    first_day=datetime.date(2020, 1, 1),
    columns=(
        "id_certificat",
        "version",
        "nature",
        "etablissement",
        "departement",
        "lieu",
        "date_deces",
        "sexe",
        "age",
        "causes",
    ),
    rates=RATES,
    send=made_up(
        "CépiDc",
        of="certificates",
        records_each=1.18,
        why="There are no official counts of certificates that the simulator can read: use builtin.",
    ),
    truth={"counts": f"select {', '.join(KEYS)}, {', '.join(TOLD)} from truth_counts order by all"},
    counts="select " + ", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in TOLD) + " from truth_counts",
)
