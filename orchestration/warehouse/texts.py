"""The texts that stand once: of columns of the models of the engine in the declaration of their theme, of data tests on
top of their files.

A macro of the engine leaves them in `config.meta` of the model, since dbt reads descriptions in YAML alone: `texts` are
those of columns, `texts_of` names a `model` of which it has columns: all, or the `columns` {name: name there}.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: The comment that a file begins with, in Jinja or in SQL.
ON_TOP = re.compile(r"\A\s*(?:\{#(.*?)#\}|((?:--[^\n]*\n)+))", re.DOTALL)
#: What is asked of a column by the tests that dbt brings, with its name and the arguments of the test.
OF_DBT = {
    "not_null": "No row is without {column_name}.",
    "unique": "No {column_name} stands twice.",
    "accepted_values": "Every {column_name} is one of: {values}.",
    "relationships": "Every {column_name} is a {field} of {to}.",
}
#: Where the page of dbt's docs holds the manifest.
MANIFEST = re.compile(r'\bmanifest:(?=\{"metadata")')


def tell_columns(manifest: dict[str, Any]) -> None:
    """Describe in a manifest the columns of which the text stands elsewhere; what YAML says of a column stays."""
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    for node in models.values():
        meta = node["config"].get("meta") or {}
        texts = _texts_of(models, **meta["texts_of"]) if "texts_of" in meta else {}
        for name, text in (texts | meta.get("texts", {})).items():
            told = {"name": name, "description": text, "data_type": None, "meta": {}, "tags": []}
            node["columns"].setdefault(name, told)


def _texts_of(models: Mapping[str, Any], model: str, columns: Mapping[str, str] | None = None) -> dict[str, str]:
    texts = {name: column["description"] for name, column in models[model]["columns"].items()}
    return texts if columns is None else {name: texts[read] for name, read in columns.items() if read in texts}


def check_text(test: Mapping[str, Any], manifest: Mapping[str, Any], project: Path) -> str:
    """What a data test asks, for a person: the first sentence of the comment on top of its file, of a generic one with
    its arguments; empty when there is none. `project` is the folder of the dbt project."""
    called = test.get("test_metadata") or {}
    arguments = {name: _in_words(value) for name, value in (called.get("kwargs") or {}).items() if name != "model"}
    if called.get("name") in OF_DBT:
        return OF_DBT[called["name"]].format(**arguments)
    macro = manifest["macros"].get(f"macro.{test['package_name']}.test_{called['name']}") if called else None
    found = ON_TOP.match((project / (macro or test)["original_file_path"]).read_text(encoding="utf-8"))
    text = " ".join((found[1] or found[2].replace("--", "")).split()) if found else ""
    sentence = re.split(r"(?<=\.)\s", text)[0]
    if not called or not sentence:
        return sentence
    told = "; ".join(f"{name}: {value}" for name, value in arguments.items())
    return f"There must be none of these. {sentence}{f' ({told})' if told else ''}"


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    found = re.fullmatch(r"ref\('(\w+)'\)", str(value).strip("{} "))
    return found[1] if found else str(value)


def tell_page(text: str) -> str:
    """The same in the page of dbt's docs; as it is when it is not of the form that dbt gives it."""
    match = MANIFEST.search(text)
    if match is None:
        return text
    manifest, end = json.JSONDecoder().raw_decode(text, match.end())
    tell_columns(manifest)
    # `</` would end the script that holds it.
    return text[: match.end()] + json.dumps(manifest, ensure_ascii=False).replace("</", "<\\/") + text[end:]
