"""The producer of SurvESMS: reports of care homes, of which the counts are known beforehand."""

import datetime
from pathlib import Path

from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.survesms.rates import RATES
from orchestration.simulator.survesms.truth import read_official

#: Records sent for each episode of a made-up epidemic, with the default rates.
RECORDS_PER_EPISODE = 5.0

TOLD = (
    "episodes",
    "residents_confirmed",
    "residents_possible",
    "staff_confirmed",
    "staff_possible",
    "deaths_home",
    "deaths_hospital",
)


def _send(task: Task) -> None:
    engine = task.engine
    if task.is_builtin:
        engine.set(episodes=max(1, round(task.size / RECORDS_PER_EPISODE)))
        engine.run("survesms/builtin")
        task.calendar()
    else:
        read_official(engine, Path(task.truth), task.start, task.end)
        # What the file says was known when it was published: nothing arrives after the last day.
        task.calendar(last_arrival=task.end + datetime.timedelta(days=60))
    engine.run("survesms/core", "beside", "survesms/records", "survesms/truth")
    task.deliver()
    task.tell(f"SurvESMS: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


SURVESMS = Feed(
    name="survesms",
    system="SurvESMS",
    first_day=datetime.date(2020, 3, 1),
    columns=(
        "id_bilan",
        "version",
        "nature",
        "id_signalement",
        "id_etablissement",
        "type_etablissement",
        "departement",
        "date_premiers_signes",
        "date_bilan",
        "etape",
        "residents",
        "personnel",
        "cas_confirmes_residents",
        "cas_possibles_residents",
        "cas_confirmes_personnel",
        "cas_possibles_personnel",
        "deces_etablissement",
        "deces_hopital",
    ),
    rates=RATES,
    send=_send,
    truth={"counts": f"select day, dep, establishment_kind, {', '.join(TOLD)} from truth_counts order by all"},
    counts="select coalesce(sum(episodes), 0)::bigint as episodes, coalesce(sum(residents_confirmed), 0)::bigint as"
    " residents_confirmed, coalesce(sum(deaths_home), 0)::bigint as deaths_home from truth_counts",
)
