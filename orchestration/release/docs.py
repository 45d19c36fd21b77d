"""dbt's page of lineage and dictionary as it may be published: without what it says of this machine.

dbt writes where the project and the lake stand into it: paths of files, the text of sources, compiled SQL. The page
holds two JSON documents, the manifest and the catalogue; they are read, cleaned and written back.
"""

import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from orchestration.home import PROJECT, Home

# What dbt says of the machine, of the moment and of the person, and the page does not show.
PRIVATE = frozenset(
    "root_path build_path compiled_path created_at run_started_at generated_at invocation_id invocation_started_at env "
    "user_id project_id send_anonymous_usage_stats".split()
)
DOCUMENTS = re.compile(r'\b(?:manifest|catalog):(?=\{"metadata")')


def made_from(page: Path, home: Home) -> str:
    """Fingerprint of all that the public page follows from: dbt's page, the folders of this machine, and this code."""
    parts = [page.read_bytes(), Path(__file__).read_bytes(), json.dumps(_roots(home)).encode()]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def public_docs(page: Path, home: Home) -> str | None:
    """The page without paths of this machine and without a clock; None when it is not of the form that dbt gives it."""
    text = page.read_text(encoding="utf-8")
    roots = _roots(home)
    parts, end = [], 0
    for match in DOCUMENTS.finditer(text):
        try:
            document, stop = json.JSONDecoder().raw_decode(text, match.end())
        except ValueError:
            return None
        # `</` would end the script that holds it.
        parts += [
            text[end : match.end()],
            json.dumps(_clean(document, roots), ensure_ascii=False).replace("</", "<\\/"),
        ]
        end = stop
    public = "".join([*parts, text[end:]])
    return public if len(parts) == 4 and not any(root in public for root, _ in roots) else None


def _roots(home: Home) -> list[tuple[str, str]]:
    """The folders of this machine that the text may hold, each with what stands for it; longest first."""
    folders = {
        str(home.root): "$VIGIE_HOME",
        os.environ.get("VIGIE_HOME", ""): "$VIGIE_HOME",
        str(PROJECT): "vigie",
        sys.prefix: "python",
        str(Path.home()): "~",
    }
    known = {folder.rstrip("/"): name for folder, name in folders.items() if len(folder.rstrip("/")) > 1}
    return sorted(known.items(), key=lambda pair: -len(pair[0]))


def _clean(value: Any, roots: list[tuple[str, str]]) -> Any:
    if isinstance(value, dict):
        # A column may bear one of these names; then it is described by a dictionary.
        kept = (k for k, v in value.items() if k not in PRIVATE or (k != "env" and isinstance(v, dict)))
        return {_clean(k, roots): _clean(value[k], roots) for k in kept}
    if isinstance(value, list):
        return [_clean(each, roots) for each in value]
    if isinstance(value, str):
        for root, name in roots:
            value = value.replace(root, name)
    return value
