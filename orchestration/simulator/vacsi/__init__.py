"""The producer of VAC-SI: injections, of which the people vaccinated are known beforehand."""

import datetime
from pathlib import Path

from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.vacsi.rates import RATES
from orchestration.simulator.vacsi.truth import read_official

#: Records sent for each person of a made-up campaign, with the default rates.
RECORDS_PER_PERSON = 1.55

KEYS = ("day", "dep", "age", "sex", "vaccine", "target_group")
TOLD = ("doses", "dose1", "dose2", "dose3", "dose4", "complete", "booster1", "booster2", "bivalent", "booster3")


def _send(task: Task) -> None:
    engine = task.engine
    if task.is_builtin:
        engine.set(people=max(1, round(task.size / RECORDS_PER_PERSON)))
        engine.run("vacsi/builtin")
        task.calendar()
    else:
        read_official(engine, Path(task.truth), task.start, task.end)
        # What the file says was known when it was published: nothing arrives after the last day.
        task.calendar(last_arrival=task.end + datetime.timedelta(days=60))
    engine.run("vacsi/core", "beside", "vacsi/records", "vacsi/truth")
    task.deliver()
    task.tell(f"VAC-SI: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


VACSI = Feed(
    name="vacsi",
    system="VAC-SI",
    first_day=datetime.date(2020, 12, 27),
    columns=(
        "id_injection",
        "version",
        "nature",
        "id_personne",
        "id_centre",
        "date_injection",
        "rang",
        "vaccin",
        "schema_complet",
        "rappel",
        "sexe",
        "age",
        "commune_residence",
        "departement_residence",
        "departement_injection",
        "public",
    ),
    rates=RATES,
    send=_send,
    truth={
        "counts": f"select day, dep, age, sex, vaccine, target_group, {', '.join(TOLD)} from truth_counts order by all"
    },
    counts="select coalesce(sum(doses), 0)::bigint as injections, coalesce(sum(dose1), 0)::bigint as first_doses,"
    " coalesce(sum(complete), 0)::bigint as complete_schemes from truth_counts",
)
