"""Which output a name means."""

from difflib import get_close_matches
from typing import NamedTuple

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.release.declarations import Declarations, read_declarations
from orchestration.release.open_data import datasets
from orchestration.warehouse.project import manifest_path


class Output(NamedTuple):
    """An output: the name of its model, and of its datasets."""

    output: str
    datasets: list[str]


def output_of(home: Home, name: str) -> Output:
    """The output that is called so: by its own name, that of its model, or of one of its datasets. Raises VigieError,
    with what is nearest, when there is none."""
    return find_output(read_declarations(manifest_path(Home(home.root))), name)


def find_output(declarations: Declarations, name: str) -> Output:
    """The same, of what the manifest declares."""
    models: dict[str, str] = {}
    of_model: dict[str, list[str]] = {}
    for output in [*declarations.indicators, *declarations.layouts]:
        model = declarations.node(output.node)["name"]
        of_model[model] = []
        models |= {output.name: model, model: model}
    for dataset in datasets(declarations):
        model = models[dataset.owner.name]
        of_model[model].append(dataset.name)
        models[dataset.name] = model
    if name not in models:
        near = ", ".join(get_close_matches(name, models, 3))
        raise VigieError(f"There is no output '{name}'{f'; is it one of {near}?' if near else '.'}")
    return Output(models[name], of_model[models[name]])
