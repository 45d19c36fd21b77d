"""The commands of an analyst: `vigie new indicator` and `vigie preview`, told line by line."""

import datetime as dt
import locale
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from orchestration import clock
from orchestration.analyst import figures, new, preview, terminal
from orchestration.analyst.project import Project, read_project
from orchestration.analyst.scratch import Scratch, scratch
from orchestration.cost import Meter, in_words
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.release.declarations import Indicator, Layout
from orchestration.storage import locked


def begun(
    home: Home,
    name: str,
    given: Mapping[str, Any],
    since: dt.date | None,
    may_ask: bool,
    tell: Callable[[str], None] = print,
) -> None:
    """Begin an indicator from what is `given` (theme, shape, figure, whole, title, unit); what is not is asked for
    where somebody is there to answer (`may_ask`).

    Raises VigieError when something is missing or not right.
    """
    project = read_project(home)
    new.refuse_name(project, name)
    said = _asked(project, name, given, tell) if may_ask else {key: value for key, value in given.items() if value}
    if missing := [f"--{key}" for key in ("theme", "shape", "figure") if key not in said]:
        raise VigieError(
            f"Say {', '.join(missing)}: nobody is at a terminal to be asked. See vigie new indicator --help."
        )
    written = new.begin(home, new.Asked(name, since=since, **said), clock.today())
    for file in written.files:
        tell(f"Written    {file}")
    for file, line in written.missing:
        tell(f"To write   {file}:{line}")
    tell(f"Next: vigie preview {name}")


def _asked(project: Project, name: str, given: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    """What is given, and what is asked at the terminal for the rest. Raises VigieError as soon as an answer is not
    right."""
    said = {key: value for key, value in given.items() if value}
    said["theme"] = said.get("theme") or click.prompt("Theme", type=click.Choice(new.themes()))
    if "shape" not in said:
        for shape, of in new.SHAPES.items():
            tell(f"  {shape:<11}{of.says}")
        said["shape"] = click.prompt("Shape", type=click.Choice(list(new.SHAPES)))
    shape = new.SHAPES.get(said["shape"])
    wanted = {"figure": "Figure", **({"whole": "Part of"} if shape and shape.has_whole else {})}
    if wanted.keys() - said.keys() and said["theme"] in new.themes():
        for figure, says in new.figures_of(project, said["theme"]).items():
            tell(f"  {figure}: {says}")
    for key, question in wanted.items():
        said[key] = said.get(key) or click.prompt(question)
    new.refuse_figures(project, new.Asked(name, **said))
    for key in ("title", *(["unit"] if shape and not shape.unit else [])):
        if key not in said:
            texts = [
                click.prompt(f"{key.capitalize()} in {of}", default="", show_default=False)
                for of in ("French", "English")
            ]
            said |= {key: tuple(texts)} if all(texts) else {}
    return said


def previewed(
    home: Home,
    names: Sequence[str],
    asked: Mapping[str, Any],
    *,
    sql: bool = False,
    opened: bool = False,
    tell: Callable[[str], None] = print,
) -> bool:
    """Preview the outputs of these names, or without one all that differ from what the home has built or that are
    declared otherwise than the last release has them; one is shown whole (`asked` are arguments of
    `figures.view_of`), several in a line each. Gives whether no check holds one.

    Raises VigieError with file and line when something does not parse, compile or run.
    """
    meter = Meter()
    if not home.database.is_file():
        raise VigieError("There is no warehouse to preview on yet. Run `vigie run` first.")
    home.keep_private()
    project = read_project(home)
    declarations = project.declarations
    owners = preview.chosen(project, names)
    if names:
        compiled = project.compiled([each.node for each in owners])
    else:
        by_node = {each.node: each for each in [*declarations.layouts, *declarations.indicators]}
        compiled = project.compiled(by_node)
        with locked(home.lock, "vigie preview", reads=True):
            built, declared = preview.changed(compiled, home), preview.declared_otherwise(declarations, home)
        owners = [by_node[i] for i in dict.fromkeys([*built, *declared])]
        if not owners:
            tell("All indicators and official files are what was built, and declared as the last release has them.")
            return True
        if built:
            tell(f"Other than what was built: {', '.join(by_node[i].name for i in built)}")
        if declared:
            named = (f"{by_node[i].name} ({', '.join(keys)})" for i, keys in declared.items())
            tell(f"Declared otherwise than released: {', '.join(named)}")
    sound = True
    with scratch(home, compiled, [each.node for each in owners]) as made:
        for each in owners:
            whole = len(owners) == 1
            sound = (_whole(made, each, asked, sql, tell) if whole else _line(made, each, tell)) and sound
        if made.computed:
            tell(f"Computed   by rules that are not those of the warehouse: {', '.join(made.computed)}")
        if opened:
            _open(made, owners, tell)
    cost = meter.read()
    tell(f"Took       {in_words(cost.seconds)}, {cost.cpu_seconds:.1f} CPU s")
    return sound


def _whole(made: Scratch, owner: Indicator | Layout, asked: Mapping[str, Any], sql: bool, tell) -> bool:
    file = made.compiled.manifest["nodes"][owner.node]["original_file_path"]
    tell(terminal.heading(owner, file))
    tell("")
    if sql:
        marked = made.compiled.project.marked_sql(owner.node)
        for line in [*terminal.sql_shown(file, marked, made.with_watermarks), ""]:
            tell(line)
    if isinstance(owner, Indicator):
        for line in [*terminal.figures_shown(owner, figures.view_of(made, owner, **asked)), ""]:
            tell(line)
    cells, (checks, _) = preview.cells_of(made, owner), preview.checks_of(made, owner)
    for line in [*terminal.cells_shown(cells), *terminal.checks_shown(checks)]:
        tell(line)
    return not preview.wrong_ones(checks)


def _line(made: Scratch, owner: Indicator | Layout, tell) -> bool:
    cells, (checks, _) = preview.cells_of(made, owner), preview.checks_of(made, owner)
    tell(terminal.one_line(owner.name, cells, checks))
    return not preview.wrong_ones(checks)


def _open(made: Scratch, owners: Sequence[Indicator | Layout], tell) -> None:
    language = "fr" if (locale.getlocale()[0] or "").startswith("fr") else "en"
    for owner in owners:
        if isinstance(owner, Indicator):
            page = preview.write_page(made, owner, language)
            tell(f"Page       {page}")
            webbrowser.open(page.as_uri())
