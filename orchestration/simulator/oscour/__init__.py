"""The producer of OSCOUR: visits to emergency departments, whose counts are known beforehand."""

from orchestration.simulator.sursaud import sursaud_feed
from orchestration.simulator.sursaud.truth import Counts

OSCOUR = sursaud_feed(
    "oscour",
    "OSCOUR",
    columns=(
        "id_passage",
        "version",
        "nature",
        "finess",
        "departement",
        "date_entree",
        "sexe",
        "classe_age",
        "diagnostic_principal",
        "diagnostics_associes",
        "orientation",
    ),
    counts=Counts(tot="nbre_pass_tot", corona="nbre_pass_corona", hospit="nbre_hospit_corona"),
    rates={
        "associated": (0.4, "visits for suspected Covid-19 of which that is an associated diagnosis"),
        "unknown_outcome": (0.05, "visits that do not end in hospital of which it is not said how they end"),
    },
)
