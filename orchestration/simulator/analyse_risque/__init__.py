"""The producer of the analysis of risk: the opinion of experts on each département, week by week."""

import datetime

from orchestration.simulator.reports import reports_feed

ANALYSE_RISQUE = reports_feed(
    "analyse_risque",
    "The analysis of risk",
    first_day=datetime.date(2020, 5, 11),
    columns=("departement", "fin_semaine", "version", "nature", "vulnerabilite", "zone_circulation_active"),
    truth="select day, dep, level, is_zone from core order by all",
    counts="select count(*) as opinions, count(*) filter (is_zone) as zones from core",
    # One opinion holds for a département and a week: it is replaced, and never one too many.
    rates={"deletion": (0.0, "no opinion is deleted: another one takes its place")},
)
