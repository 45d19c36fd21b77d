"""The producer of the logistics of vaccines: weekly reports of depots, of which the doses are known beforehand."""

import datetime

from orchestration.errors import VigieError
from orchestration.simulator.feed import Feed, Task
from orchestration.simulator.vaccine_logistics.rates import RATES


def _send(task: Task) -> None:
    if not task.is_builtin:
        raise VigieError("No official file is read of the logistics of vaccines: the truth can only be builtin.")
    task.engine.set(reports=task.size)
    task.calendar()
    task.engine.run("vaccine_logistics/core", "beside", "vaccine_logistics/records", "vaccine_logistics/truth")
    task.deliver()
    task.tell(f"Vaccine logistics: {task.start} to {task.end} sent ({task.deliveries.rows:,} rows)")


VACCINE_LOGISTICS = Feed(
    name="vaccine_logistics",
    system="The logistics of vaccines",
    first_day=datetime.date(2020, 12, 27),
    columns=(
        "id_releve",
        "version",
        "nature",
        "depot",
        "departement",
        "vaccin",
        "fin_semaine",
        "doses_livrees",
        "doses_en_stock",
    ),
    rates=RATES,
    send=_send,
    truth={"counts": "select day, dep, vaccine, delivered, in_stock from truth_counts order by all"},
    counts="select coalesce(sum(delivered), 0)::bigint as doses_delivered from truth_counts",
)
