"""What the gate says of one output."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "not_built",
    "stale",
    "model_failed",
    "check_failed",
    "check_not_run",
    "account",
    "group",
    "by_hand",
    "retracted",
    "refused",
    "partial",
    "late",
]


@dataclass(frozen=True)
class Reason:
    """Why an output is held.

    `fr` and `en` are sentences for the public. The names stay in the home: `subject` is that of the model, check or
    feed that it is about, `detail` what is said of it.
    """

    kind: Kind
    subject: str
    fr: str
    en: str
    detail: str = ""


#: What the public is told of each kind of reason, in French and English: the same whatever it is about, since the name
#: of a check or a feed may tell that a person asked to be forgotten.
SENTENCES: Mapping[Kind, tuple[str, str]] = {
    "model_failed": (
        "Un calcul dont ces chiffres dépendent a échoué.",
        "A computation that these figures rest on failed.",
    ),
    "check_failed": ("Un contrôle de ces chiffres a échoué.", "A check of these figures failed."),
    "check_not_run": (
        "Un contrôle de ces chiffres n'a pas été fait sur leur dernier état.",
        "A check of these figures was not run on their present state.",
    ),
    "stale": (
        "Ces chiffres ne tiennent pas encore compte des dernières données reçues ou des dernières règles.",
        "These figures do not hold what was last received, or the last rules, yet.",
    ),
    "not_built": ("Ces chiffres n'ont pas encore été calculés.", "These figures have not been computed yet."),
    "account": ("Le compte des lignes reçues n'est pas établi.", "The account of the rows received does not hold."),
    "group": (
        "Ces chiffres doivent s'accorder avec d'autres qui sont retenus.",
        "These figures must agree with others that are held.",
    ),
    "by_hand": (
        "Ces chiffres sont retenus le temps d'une vérification.",
        "These figures are held while they are being verified.",
    ),
    "retracted": (
        "Ces chiffres ont été retirés : ils ne doivent plus être utilisés.",
        "These figures were retracted: they must not be used any more.",
    ),
    "refused": (
        "Le fichier du jour n'a pas passé les contrôles de publication.",
        "The file of the day did not pass the checks of publication.",
    ),
}


def reason(kind: Kind, subject: str, detail: str = "") -> Reason:
    """A reason in the words of its kind, with the name of what it is about in its detail."""
    fr, en = SENTENCES[kind]
    return Reason(kind, subject, fr, en, ": ".join(filter(None, (subject, detail))))


@dataclass(frozen=True)
class Verdict:
    """Whether the output of a model may be published.

    `node` is the unique id of the model, `fingerprint` the present fingerprint of its data, `feeds` what it is made
    from, `rules` that of its definition and of all that is upstream; an output without `reasons` is open.
    """

    node: str
    fingerprint: str
    feeds: frozenset[str]
    reasons: tuple[Reason, ...] = ()
    rules: str = ""

    @property
    def open(self) -> bool:
        """Whether nothing forbids to publish."""
        return not self.reasons
