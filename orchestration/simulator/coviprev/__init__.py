"""The producer of CoviPrev: the answer sheets of a survey in waves, of which the sums are known beforehand."""

import datetime

from orchestration.errors import VigieError
from orchestration.simulator.coviprev.rates import RATES
from orchestration.simulator.feed import Feed, Task

#: Records sent for each respondent, with the default rates.
RECORDS_PER_RESPONDENT = 1.05


def _send(task: Task) -> None:
    if not task.is_builtin:
        raise VigieError("CoviPrev publishes estimates, of which no answers follow: its truth is builtin alone.")
    task.engine.set(respondents=max(1, round(task.size / RECORDS_PER_RESPONDENT)))
    task.engine.run("coviprev/builtin")
    task.calendar()
    task.engine.run("coviprev/core", "beside", "coviprev/records", "coviprev/truth")
    task.deliver()
    task.tell(f"CoviPrev: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


COVIPREV = Feed(
    name="coviprev",
    system="CoviPrev",
    first_day=datetime.date(2020, 3, 23),
    columns=(
        "id_feuille",
        "version",
        "nature",
        "id_repondant",
        "institut",
        "vague",
        "debut_vague",
        "fin_vague",
        "poids",
        "strate",
        "sexe",
        "age",
        "region",
        "had_anxiete",
        "had_depression",
        "pb_sommeil",
        "satisfaction_vie",
        "intention_vaccin",
        "mes_mains",
        "mes_coude",
        "mes_mouchoir",
        "mes_saluer",
        "mes_distance",
        "mes_sorties",
        "mes_rassemblements",
        "mes_masque",
    ),
    rates=RATES,
    send=_send,
    truth={"counts": "select * from truth_counts order by all"},
    counts="select coalesce(sum(respondents), 0)::bigint as respondents, count(distinct wave)::bigint as waves"
    " from truth_counts",
)
