"""The producer of SOS Médecins: acts of doctors on call, whose counts are known beforehand."""

from orchestration.simulator.sursaud import sursaud_feed
from orchestration.simulator.sursaud.truth import Counts

SOS_MEDECINS = sursaud_feed(
    "sos_medecins",
    "SOS Médecins",
    columns=(
        "id_acte",
        "version",
        "nature",
        "association",
        "departement",
        "date_acte",
        "sexe",
        "classe_age",
        "diagnostic",
    ),
    counts=Counts(tot="nbre_acte_tot", corona="nbre_acte_corona"),
    rates={},
)
