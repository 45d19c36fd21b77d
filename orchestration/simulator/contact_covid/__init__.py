"""The producer of Contact Covid: index cases and their contacts, of which the figures are known beforehand."""

import datetime

from orchestration.simulator.contact_covid.rates import RATES
from orchestration.simulator.feed import Feed
from orchestration.simulator.made_up import made_up

TOLD = (
    "index_cases",
    "index_cases_reached",
    "index_cases_without_contact",
    "contacts_named",
    "index_cases_told",
    "index_cases_known",
    "contacts",
    "contacts_called_within_24h",
    "contacts_became_cases",
)


CONTACT_COVID = Feed(
    name="contact_covid",
    system="Contact Covid",
    first_day=datetime.date(2020, 5, 13),
    columns=(
        "id_fiche",
        "version",
        "nature",
        "objet",
        "id_personne",
        "id_plateforme",
        "id_cas",
        "date_confirmation",
        "date_debut_symptomes",
        "date_identification",
        "date_appel",
        "joint",
        "deja_contact",
        "lien",
        "date_devenu_cas",
        "sexe",
        "age",
        "departement_residence",
    ),
    rates=RATES,
    send=made_up(
        "Contact Covid",
        of="cases",
        records_each=4.9,
        why="No official file holds what Contact Covid counts by day: the truth can only be builtin.",
        records="contact_covid/records",
    ),
    truth={"counts": f"select day, dep, age10, sex, setting, {', '.join(TOLD)} from truth_counts order by all"},
    counts="select coalesce(sum(index_cases), 0)::bigint as index_cases, coalesce(sum(contacts), 0)::bigint as contacts"
    " from truth_counts",
)
