"""The producer of SUM'Eau: analyses of waste water, of which the ratios are known beforehand."""

import datetime

from orchestration.errors import VigieError
from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.sumeau.rates import RATES

#: Records sent for each analysis, with the default rates.
RECORDS_PER_ANALYSIS = 1.1


def _send(task: Task) -> None:
    if not task.is_builtin:
        raise VigieError("SUM'Eau publishes smoothed ratios, of which no analyses follow: its truth is builtin alone.")
    task.engine.set(analyses=max(1, round(task.size / RECORDS_PER_ANALYSIS)))
    task.engine.run("sumeau/builtin")
    task.calendar()
    task.engine.run("sumeau/core", "beside", "sumeau/records", "sumeau/truth")
    task.deliver()
    task.tell(f"SUM'Eau: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


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
    send=_send,
    truth={"analyses": "select * from truth_analyses order by all"},
    counts="select count(*)::bigint as analyses, count(distinct station)::bigint as plants from truth_analyses",
)
