"""The producer of infected professionals: weekly reports of establishments, whose figures are known."""

import datetime

from orchestration.simulator.reports import reports_feed

SOIGNANTS_INFECTES = reports_feed(
    "soignants_infectes",
    "Infected professionals",
    first_day=datetime.date(2020, 3, 1),
    columns=("id_releve", "version", "nature", "etablissement", "region", "fin_semaine", "professionnels_infectes"),
    truth="select day, reg, infected from core order by all",
    counts="select coalesce(sum(infected), 0)::bigint as infected from core",
)
