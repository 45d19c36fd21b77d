"""The producer of the civil registry: deaths, whose counts are known beforehand."""

import datetime
from pathlib import Path

from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.insee_deces.rates import RATES
from orchestration.simulator.insee_deces.truth import read_official

#: Records sent for each death of the span of a made-up epidemic, with the default rates; its history comes besides.
RECORDS_PER_DEATH = 1.03

#: Years before the first day of which a made-up epidemic delivers the deaths.
YEARS_OF_HISTORY = 5

KEYS = ("day", "dep", "age", "sex", "is_electronic", "is_history")


def _send(task: Task) -> None:
    engine = task.engine
    if task.is_builtin:
        begins = datetime.date(task.start.year - YEARS_OF_HISTORY, 1, 1)
        engine.set(deaths=max(1, round(task.size / RECORDS_PER_DEATH)), history_from=begins)
        engine.run("insee_deces/builtin")
        task.calendar()
    else:
        read_official(engine, Path(task.truth), task.start, task.end)
        # What the file says was known when it was published: nothing arrives after the last day.
        task.calendar(last_arrival=task.end + datetime.timedelta(days=120))
    engine.run("insee_deces/core", "beside", "insee_deces/records", "insee_deces/truth")
    task.deliver()
    task.tell(f"Civil registry: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


INSEE_DECES = Feed(
    name="insee_deces",
    system="The civil registry",
    first_day=datetime.date(2015, 1, 1),
    columns=(
        "id_deces",
        "version",
        "nature",
        "commune",
        "envoi_depuis",
        "date_deces",
        "date_transmission",
        "sexe",
        "age",
        "reprise",
    ),
    rates=RATES,
    send=_send,
    truth={"counts": f"select {', '.join(KEYS)}, deaths from truth_counts order by all"},
    counts="select coalesce(sum(deaths) filter (not is_history), 0)::bigint as deaths,"
    " coalesce(sum(deaths) filter (is_history), 0)::bigint as past_deaths from truth_counts",
)
