"""The producer of CépiDc: electronic certificates of death, whose mentions are known beforehand."""

import datetime

from orchestration.errors import VigieError
from orchestration.simulator.cepidc.rates import RATES
from orchestration.simulator.feed import Feed, Task

#: Records sent for each certificate, with the default rates.
RECORDS_PER_CERTIFICATE = 1.18

KEYS = ("day", "dep", "age", "sex", "place_kind")
TOLD = ("certificates", "covid", "covid_comorbid")


def _send(task: Task) -> None:
    if not task.is_builtin:
        raise VigieError("There are no official counts of certificates that the simulator can read: use builtin.")
    engine = task.engine
    engine.set(certificates=max(1, round(task.size / RECORDS_PER_CERTIFICATE)))
    engine.run("cepidc/builtin")
    task.calendar()
    engine.run("cepidc/core", "beside", "cepidc/records", "cepidc/truth")
    task.deliver()
    task.tell(f"CépiDc: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


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
    send=_send,
    truth={"counts": f"select {', '.join(KEYS)}, {', '.join(TOLD)} from truth_counts order by all"},
    counts="select " + ", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in TOLD) + " from truth_counts",
)
