"""The producer of the health reserve: reservists in mission, day by day and région by région."""

import datetime

from orchestration.simulator.reports import reports_feed

RESERVE_SANITAIRE = reports_feed(
    "reserve_sanitaire",
    "The health reserve",
    first_day=datetime.date(2020, 1, 1),
    columns=("id_releve", "version", "nature", "cellule", "region", "jour", "reservistes"),
    truth="select day, reg, reservists from core order by all",
    counts="select coalesce(sum(reservists), 0)::bigint as person_days from core",
)
