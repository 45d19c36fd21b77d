"""What the door says, in French: to what is asked of it, and what is wrong with a row. Never what was sent."""

from orchestration.landing import Contract
from orchestration.landing.contract import Column
from orchestration.landing.lake import FIELD_COUNT
from orchestration.release import words

#: Why a request is not answered as it was meant, by code; the code is what programs read.
WHY = {
    "token": "Le jeton est inconnu, ou la session est terminée : donnez votre jeton.",
    "feed": "Votre déclaration ne permet pas d'envoyer ce flux.",
    "form": "Ce flux n'a pas de formulaire : envoyez un fichier.",
    "elsewhere": "La demande vient d'un autre site. Revenez à la page d'accueil et recommencez.",
    "large": "L'envoi dépasse la taille permise : coupez le fichier en plusieurs.",
    "slow": "L'envoi n'est pas arrivé en entier à temps : recommencez.",
    "empty": "Aucun fichier, ou un fichier vide, n'est arrivé.",
    "several": "Un envoi porte un fichier : envoyez les autres à part.",
    "broken": "L'envoi ne peut pas être lu jusqu'au bout : recommencez.",
    "type": "Le type de l'envoi n'est pas connu : donnez au fichier un nom en .csv, .csv.gz ou .parquet.",
    "missing": "Cette page ou cette livraison n'existe pas.",
    "method": "Cette adresse ne se demande pas ainsi.",
    "busy": "Le fichier n'a pas pu être vérifié : réessayez dans quelques minutes.",
    "room": "Il n'y a plus de place ici : réessayez plus tard. Rien n'a été gardé de cet envoi.",
    "fault": "Une erreur de notre côté : réessayez dans quelques minutes.",
}


class Refused(Exception):
    """A request is not answered as it was meant: with the status of HTTP and a code of `WHY`."""

    def __init__(self, status: int, code: str) -> None:
        """Say why."""
        super().__init__(code)
        self.status, self.code = status, code


_TYPES = {
    "integer": "Écrivez un nombre entier, en chiffres seulement.",
    "decimal": "Écrivez un nombre, avec un point pour les décimales.",
    "date": "Écrivez une date qui existe, par exemple 2021-03-10.",
    "timestamp": "Écrivez une date et une heure, par exemple 2021-03-10T17:00.",
}


def rule_in_words(contract: Contract, rule: str, name: str) -> str:
    """What a rule of the contract expects of a column."""
    column = next((each for each in contract.columns if each.name == name), None)
    declared = next((each for each in contract.table.every_rule if each.name == rule), None)
    if rule == FIELD_COUNT:
        return "La ligne n'a pas les champs de l'en-tête, ou ses guillemets sont mal placés."
    if declared:
        return declared.fr or f"La règle {rule} du contrat n'est pas respectée."
    return _of_column(column, rule) if column else rule


def _of_column(column: Column, rule: str) -> str:
    terms = column.contract
    match rule:
        case "required":
            return "Cette valeur est obligatoire."
        case "type":
            return _TYPES.get(terms.type, "La valeur n'est pas du type attendu.")
        case "values":
            return "Choisissez l'un des codes prévus."
        case "dated_values":
            return "Ce code n'était pas en usage à cette date."
        case "pattern":
            return f"La forme attendue : {column.form.hint if column.form and column.form.hint else terms.pattern}"
        case "min" | "max" if terms.type in ("date", "timestamp"):
            bound = terms.min if rule == "min" else terms.max
            return (
                f"Pas {'avant' if rule == 'min' else 'après'} le {words.date(str(bound)[:10], 'fr')}."
                if bound
                else ("Cette date est hors du calendrier.")
            )
        case "min":
            return f"Au moins {terms.min}."
        case "max":
            return f"Au plus {terms.max}."
    return rule
