"""A new indicator: its SQL, its text and its lines in `_indicators.yml`, as they stand for the others.

What only the analyst can say and has not said yet is marked in the files (`UNWRITTEN`), and told with file and line.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.analyst.project import Project, read_project
from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home

MARTS = PROJECT / "models" / "marts"
DECLARED = MARTS / "_indicators.yml"
#: What stands for a text that is still to be written, in French and in English.
UNWRITTEN = ("À écrire", "To be written")
#: Signs of a line, as sqlfluff has it.
LINE = 120
NAME = re.compile(r"[a-z][a-z0-9_]*")
#: What a shape may be of: a figure, or a sum or difference of several.
SUM = re.compile(r"\s*[A-Za-z_]\w*(\s*[+-]\s*[A-Za-z_]\w*)*\s*")


@dataclass(frozen=True)
class Shape:
    """A shape of `macros/indicator/shapes.sql`: what an indicator of it is, the figures that it has (all: none named),
    the periods on which it stands where they are not those of the theme, its unit and formula where the shape says
    them, and whether it is a part of something or rests on a population. `kinds` are those of the figures that it is
    made of (see `kinds_of` of the macros), each with words; none: all, if only they are of one."""

    says: str
    figures: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    unit: tuple[str, str] | None = None
    formula: tuple[str, str] = UNWRITTEN
    has_whole: bool = False
    population: bool = False
    kinds: Mapping[str, str] = field(default_factory=dict)


EVENTS = {"flow": "events", "days": "days of a level"}
LEVELS = {"stock": "a level at the end of a day"}
TO_DATE = {"to_date": "what there was to date"}
KINDS = EVENTS | LEVELS | TO_DATE
PER_INHABITANTS = ("pour 100 000 habitants", "per 100,000 inhabitants")
SHAPES: Mapping[str, Shape] = {
    "count": Shape("events of a period", figures=("value", "ci_low", "ci_high"), kinds=EVENTS),
    "stock": Shape("a level at the end of a period", figures=("value",), periods=("day", "week"), kinds=LEVELS),
    "share": Shape("a part of a whole, in %", unit=("%", "%"), has_whole=True),
    "rate": Shape("events per 100,000 inhabitants", unit=PER_INHABITANTS, population=True, kinds=EVENTS),
    "prevalence": Shape(
        "a level per 100,000 inhabitants",
        figures=("numerator", "denominator", "value"),
        periods=("day", "week"),
        unit=PER_INHABITANTS,
        population=True,
        kinds=LEVELS | TO_DATE,
    ),
    "cumulative": Shape("a level since the first day", figures=("value",), periods=("cumulative",), kinds=TO_DATE),
    "mean": Shape(
        "a mean over seven days of a level that the theme sums over them",
        figures=("numerator", "denominator", "value"),
        periods=("rolling7", "week"),
        kinds={"days": EVENTS["days"]},
    ),
    "ratio": Shape(
        "how many of one count there are for each of another",
        figures=("numerator", "denominator", "value"),
        has_whole=True,
    ),
}


@dataclass(frozen=True)
class Asked:
    """What the analyst has said of the new indicator; texts are French and English, None where not said. `minimum` is
    the number of a whole, or the variable that holds it, below which no share is given."""

    name: str
    theme: str
    shape: str
    figure: str
    whole: str = ""
    minimum: str = ""
    title: tuple[str, str] | None = None
    unit: tuple[str, str] | None = None
    since: dt.date | None = None


@dataclass(frozen=True)
class Written:
    """The files that were written or changed, and the places where a text is still missing: file and line."""

    files: list[str]
    missing: list[tuple[str, int]]


def themes() -> list[str]:
    """The themes that have indicators or could: those that count something."""
    return sorted(
        path.name
        for path in (PROJECT / "models" / "intermediate").iterdir()
        if _declaration(path.name).exists() and (path / f"int_{path.name}__cube.sql").exists()
    )


def _declaration(theme: str) -> Path:
    return PROJECT / "macros" / theme / f"{theme}.sql"


def figures_of(project: Project, theme: str) -> dict[str, str]:
    """The figures of a theme and what each is, as the theme declares them."""
    return {name: " ".join(text.split()) for name, text in _cube(project, theme)["texts"].items()}


def _cube(project: Project, theme: str) -> Mapping[str, Any]:
    """What the cube of a theme says of its figures."""
    [cube] = [node for node in project.manifest["nodes"].values() if node["name"] == f"int_{theme}__cube"]
    return cube["config"]["meta"]


def variables() -> list[str]:
    """The names of the variables of the project."""
    return list(yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"])


def refuse_name(project: Project, name: str) -> None:
    """Raise VigieError when an indicator cannot have this name: it is none, or a node, a text or a file has it."""
    if not NAME.fullmatch(name):
        raise VigieError(f"'{name}' cannot name an indicator: use a-z, 0-9 and _, such as positive_share.")
    for node in project.manifest["nodes"].values():
        if node["name"] == name and node["resource_type"] in ("model", "seed"):
            raise VigieError(f"There is a {node['resource_type']} '{name}' already: {node['original_file_path']}.")
    stem = name.replace("_", "-")
    published = {part.name: each.name for each in project.declarations.indicators for part in each.slices}
    published |= {each.name: each.name for each in project.declarations.layouts}
    for dataset in (stem, *(f"{stem}-{level}" for level in ("fra", "reg", "dep"))):
        if dataset in published:
            raise VigieError(f"The name '{dataset}' is published already, by {published[dataset]}: choose another.")
    for path in sorted([*MARTS.rglob(f"{name}.sql"), *MARTS.rglob(f"{name}.md")]):
        raise VigieError(f"{path.relative_to(PROJECT)} is there already.")


def refuse_figures(project: Project, asked: Asked) -> None:
    """Raise VigieError when the theme or the shape is unknown, when the theme does not have a figure that is named, or
    when it is not one that the shape can be made of."""
    if asked.theme not in themes():
        raise VigieError(f"There is no theme '{asked.theme}': there are {', '.join(themes())}.")
    if asked.shape not in SHAPES:
        raise VigieError(f"There is no shape '{asked.shape}': there are {', '.join(SHAPES)}.")
    if SHAPES[asked.shape].has_whole != bool(asked.whole):
        needs = "needs a whole (--whole)" if SHAPES[asked.shape].has_whole else "has no whole: leave --whole out"
        raise VigieError(f"A {asked.shape} {needs}.")
    if asked.minimum and asked.shape != "share":
        raise VigieError(f"A {asked.shape} has no whole below which it is not given: leave --minimum out.")
    if asked.minimum and not asked.minimum.isdigit() and asked.minimum not in variables():
        raise VigieError(f"There is no variable '{asked.minimum}' in dbt_project.yml; give a number or add it there.")
    known = figures_of(project, asked.theme)
    names = re.findall(r"[A-Za-z_]\w*", f"{asked.figure} {asked.whole}")
    for name in names:
        if name not in known:
            raise VigieError(f"The theme {asked.theme} has no figure '{name}': it has {', '.join(known)}.")
    for expression in filter(None, (asked.figure, asked.whole)):
        if not SUM.fullmatch(expression):
            raise VigieError(f"'{expression}' is no figure of a theme, nor a sum or difference of some: a + b - c.")
    kinds = _cube(project, asked.theme)["kinds"]
    _refuse_kinds(asked.shape, {name: kinds[name] for name in names})


def _refuse_kinds(shape: str, kinds: Mapping[str, str]) -> None:
    """Raise VigieError when a shape is not one of figures of these kinds."""
    fitting = SHAPES[shape].kinds
    for name, kind in kinds.items() if fitting else ():
        if kind not in fitting:
            others = [other for other, of in SHAPES.items() if kind in of.kinds]
            raise VigieError(
                f"A {shape} is of {' or '.join(fitting.values())}, and '{name}' is {KINDS[kind]}: its shape is "
                f"{' or '.join(others)}."
            )
    if len(set(kinds.values())) > 1 and not set(kinds.values()) <= set(fitting):
        told = ", ".join(f"'{name}' is {KINDS[kind]}" for name, kind in kinds.items())
        raise VigieError(f"A {shape} is of figures of one kind: {told}.")


def begin(home: Home, asked: Asked, today: dt.date) -> Written:
    """Write the files of a new indicator and look whether the project parses with them.

    Raises VigieError, having written nothing, when the name, theme, shape or a figure is not right; when the project
    does not parse with the files, which are then there to be mended, with file and line.
    """
    project = read_project(home)
    refuse_name(project, asked.name)
    refuse_figures(project, asked)
    sql = MARTS / asked.theme / f"{asked.name}.sql"
    sql.parent.mkdir(exist_ok=True)
    sql.write_text(sql_of(asked, today), encoding="utf-8")
    sql.with_suffix(".md").write_text(text_of(asked.name), encoding="utf-8")
    DECLARED.write_text(with_lines(DECLARED.read_text(encoding="utf-8"), asked.name, asked.theme), encoding="utf-8")
    files = [str(path.relative_to(PROJECT)) for path in (sql, sql.with_suffix(".md"), DECLARED)]
    read_project(home).declarations.validate()
    return Written(files, unwritten(files[0]))


def sql_of(asked: Asked, today: dt.date) -> str:
    """The file of an indicator: its declaration in the short form, and the call of its shape."""
    shape = SHAPES[asked.shape]
    lines = [f"{{% set indicator = indicator_of({asked.theme}(), '{asked.name}', {{"]
    for key, text in (
        ("title", asked.title or UNWRITTEN),
        ("unit", asked.unit or shape.unit or UNWRITTEN),
        ("formula", shape.formula),
    ):
        lines.append(f"    '{key}': {{'fr': {_text(text[0])}, 'en': {_text(text[1])}}},")
    lines.append(f"    'definition': '{asked.since or today}',")
    lines += [f"    'figures': [{_names(shape.figures)}],"] if shape.figures else []
    lines += ["    'population': true,"] if shape.population else []
    lines += [f"    'period': [{_names(shape.periods)}],"] if shape.periods else []
    lines += ["}) %}", "{{ declare_indicator(indicator) }}", ""]
    given = [f"{asked.theme}()", "indicator", f"'{asked.name}'", f"'{asked.figure}'"]
    given += [f"'{asked.whole}'"] if asked.whole else []
    if asked.minimum:
        given.append(f"minimum={asked.minimum if asked.minimum.isdigit() else _variable(asked.minimum)}")
    call = [f"    {{{{ {asked.shape}_of({', '.join(given)}) }}}}"]
    if len(call[0]) > LINE:
        call = [f"    {{{{ {asked.shape}_of(", f"        {', '.join(given)}", "    ) }}"]
    lines += [f"with {asked.name} as (", "", *call, "", ")", "", f"select * from {asked.name}", ""]
    return "\n".join(lines)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _variable(name: str) -> str:
    return f"var('{name}')"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def text_of(name: str) -> str:
    """The text of an indicator, still to be written: what it says, what it does not, in French and in English."""
    french, english = UNWRITTEN
    return (
        f"{{% docs {name} %}}\n"
        f"{french} : ce que l'indicateur mesure, de qui, à quel lieu et à quelle date ; ce qu'il ne dit pas.\n\n"
        "--- en ---\n\n"
        f"{english}: what the indicator measures, of whom, at which place and date; what it does not say.\n"
        "{% enddocs %}\n"
    )


def with_lines(declared: str, name: str, theme: str) -> str:
    """`_indicators.yml` with the lines of a new indicator among those of its theme, in the order of names; no other
    line is changed."""
    entry = [
        f"  - name: {name}",
        f"    description: \"{{{{ doc('{name}') }}}}\"",
        "    columns: *contract",
        "    data_tests:",
        f"      - sound_indicator: {{name: {name}_sound, arguments: {{calendar: ref('int_{theme}__calendar')}}}}",
    ]
    lines = declared.rstrip("\n").split("\n")
    ours = {path.stem for path in (MARTS / theme).glob("*.sql")} - {name}
    models = lines.index("models:")
    at = {
        line.removeprefix("  - name: "): n
        for n, line in enumerate(lines)
        if n > models and line.startswith("  - name: ")
    }
    before = [at[other] for other in sorted(ours & set(at)) if other > name]
    if before:
        place = min(before)
    elif mine := [at[other] for other in ours & set(at)]:
        place = next((n for n in range(max(mine) + 1, len(lines)) if not lines[n].startswith("    ")), len(lines))
    else:
        place, entry = len(lines), ["", f"  # {theme}.", *entry]
    return "\n".join([*lines[:place], *entry, *lines[place:], ""])


def unwritten(file: str) -> list[tuple[str, int]]:
    """Where a text is still to be written in the SQL file of an indicator and in the text beside it: file and line."""
    beside = str(Path(file).with_suffix(".md"))
    found = []
    for each in (file, beside):
        path = PROJECT / each
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n") if path.is_file() else [], 1):
            if any(re.search(rf"(^|\"){mark}\b", line) for mark in UNWRITTEN):
                found.append((each, number))
    return found
