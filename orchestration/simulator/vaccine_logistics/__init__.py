"""The producer of the logistics of vaccines: weekly reports of depots, of which the doses are known beforehand."""

import datetime

from orchestration.simulator.reports import reports_feed

VACCINE_LOGISTICS = reports_feed(
    "vaccine_logistics",
    "The logistics of vaccines",
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
    truth=(
        "select day, dep, coalesce(product, 'unknown') as vaccine, coalesce(sum(delivered), 0)::bigint as delivered,"
        " coalesce(sum(in_stock), 0)::bigint as in_stock from core group by all order by all"
    ),
    counts="select coalesce(sum(delivered), 0)::bigint as doses_delivered from core",
    rates={"unknown_product": (0.01, "reports of which the product is not said")},
)
