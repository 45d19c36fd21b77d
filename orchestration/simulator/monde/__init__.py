"""The producer of the figures of the world: cases and deaths, country by country and day by day."""

import datetime

from orchestration.simulator.reports import reports_feed

MONDE = reports_feed(
    "monde",
    "The world",
    first_day=datetime.date(2019, 12, 31),
    columns=("id_releve", "version", "nature", "pays", "continent", "jour", "cas", "deces"),
    truth="select day, continent, cases, deaths from core order by all",
    counts="select coalesce(sum(cases), 0)::bigint as cases, coalesce(sum(deaths), 0)::bigint as deaths from core",
    rates={"taken_back": (0.01, "reports of a day on which a country takes cases back: fewer than none")},
)
