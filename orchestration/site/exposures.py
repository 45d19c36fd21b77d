"""What is published, as exposures of the dbt project, so that lineage does not stop at the marts.

An exposure for each output (its files, and of an indicator its pages) and for the pages that many of them meet on. The
file is written from the declarations; a test holds it current.

    python -m orchestration.site.exposures    # after an indicator or a file came or went
"""

import os
from pathlib import Path

import yaml

from orchestration.home import PROJECT, Home
from orchestration.release.declarations import Declarations, Indicator, Layout, read_declarations
from orchestration.site.bulletins import declared
from orchestration.site.shown import THEMES

EXPOSURES = PROJECT / "models" / "marts" / "_exposures.yml"
HEAD = "# What is published, by what it is made from. Written by `python -m orchestration.site.exposures`.\n"
OWNER = {"name": "Vigie"}


def exposures(declarations: Declarations) -> str:
    """The text of the file of exposures."""
    themes = yaml.safe_load(THEMES.read_text(encoding="utf-8"))
    names = {indicator.name for indicator in declarations.indicators}
    by_theme: dict[str, list[str]] = {}
    for indicator in declarations.indicators:
        by_theme.setdefault(declarations.theme(indicator), []).append(indicator.name)
    shown = [each for theme in themes.values() for each in theme["key"]]
    mapped = [i.name for i in declarations.indicators if any({"REG", "DEP"} & set(s.geo) for s in i.slices)]
    report = declared()["report"]
    bulletins = [*declared()["table"], *report["departements"], *report["maps"], *shown]
    found = [_of_output(declarations, output) for output in (*declarations.indicators, *declarations.layouts)]
    found += [
        _page("page_dashboard", "dashboard", "The front page: key figures by theme.", names & set(shown)),
        _page("page_observatory", "dashboard", "The map observatory.", set(mapped)),
        _page("page_territories", "dashboard", "The sheets of régions and départements.", set(mapped)),
        _page(
            "page_bulletins", "analysis", "The daily note and report, and the weekly bulletins.", names & set(bulletins)
        ),
        *(_page(f"page_theme_{t}", "dashboard", "A theme and its curves.", set(of)) for t, of in by_theme.items() if t),
    ]
    text = yaml.dump(
        {"exposures": sorted(found, key=lambda each: each["name"])},
        Dumper=_Plain,
        sort_keys=False,
        allow_unicode=True,
        width=10_000,
    )
    return HEAD + text


def _of_output(declarations: Declarations, output: Indicator | Layout) -> dict:
    files = [part.name for part in output.slices] if isinstance(output, Indicator) else [output.name]
    model = declarations.node(output.node)["name"]
    text = f"{output.title.en}. Files: {', '.join(files) or 'none'}."
    return {
        "name": f"open_data_{model}",
        "type": "application",
        "description": text,
        "owner": OWNER,
        "depends_on": [f"ref('{model}')"],
    }


def _page(name: str, kind: str, text: str, models: set[str]) -> dict:
    depends_on = [f"ref('{model}')" for model in sorted(models)]
    return {"name": name, "type": kind, "description": text, "owner": OWNER, "depends_on": depends_on}


class _Plain(yaml.SafeDumper):
    """Writes what stands twice twice."""

    def ignore_aliases(self, data: object) -> bool:
        """True of everything."""
        return True


def main() -> None:
    """Write the file from the manifest of the home."""
    target = Path(os.environ.get("DBT_TARGET_PATH") or Home.from_env().root / "dbt" / "target")
    EXPOSURES.write_text(exposures(read_declarations(target / "manifest.json")), encoding="utf-8")


if __name__ == "__main__":
    main()
