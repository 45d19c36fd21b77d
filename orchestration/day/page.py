"""The page `status.html` of the home: all that the officer on duty looks at in the evening, in French."""

import datetime as dt

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from orchestration.clock import ZONE
from orchestration.day.evening import evening
from orchestration.home import Home
from orchestration.release import words
from orchestration.status import not_ok
from orchestration.storage import write_whole

OUTCOMES = {
    "correct": "Tout est publié et juste",
    "waiting": "La publication n'est pas encore due",
    "partial": "Publié en partie, et dit",
    "held": "Retenu en partie : les derniers fichiers sûrs restent",
    "nothing": "Rien n'est sorti",
}
STATES = {
    "arrived": "arrivé",
    "due": "attendu",
    "late": "en retard",
    "not_today": "rien d'attendu aujourd'hui",
    "never": "jamais livré",
}


def write_status_page(home: Home) -> None:
    """Write `status.html` of the home anew; it names files and senders, and stays in the house."""
    environment = Environment(
        loader=PackageLoader("orchestration.day"),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: words.number(value, "fr")
    environment.filters["share"] = lambda value: f"{words.number(100 * value, 'fr', 1)}{words.NARROW}%"
    environment.filters["day"] = lambda value: words.date(value, "fr")
    environment.filters["moment"] = lambda value: f"{words.date(value.date(), 'fr')} à {value.astimezone(ZONE):%H h %M}"
    environment.filters["made"] = lambda value: environment.filters["moment"](dt.datetime.fromisoformat(value))
    stands = evening(home, language="fr")
    standing = not_ok(stands["release"]["standing"], "fr") if stands["release"] else []
    template = environment.get_template("status.html.j2")
    page = template.render(**stands, outcomes=OUTCOMES, states=STATES, standing=standing)
    write_whole(home.root / "status.html", page, mode=0o600)
