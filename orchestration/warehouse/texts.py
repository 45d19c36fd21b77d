"""The texts of columns that stand once: those of the models of the engine come from the declaration of their theme.

A macro of the engine leaves them in `config.meta` of the model, since dbt reads descriptions in YAML alone: `texts` are
those of columns, `texts_of` names a `model` of which it has columns: all, or the `columns` {name: name there}.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

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


def tell_page(text: str) -> str:
    """The same in the page of dbt's docs; as it is when it is not of the form that dbt gives it."""
    match = MANIFEST.search(text)
    if match is None:
        return text
    manifest, end = json.JSONDecoder().raw_decode(text, match.end())
    tell_columns(manifest)
    # `</` would end the script that holds it.
    return text[: match.end()] + json.dumps(manifest, ensure_ascii=False).replace("</", "<\\/") + text[end:]
