"""The SQL files that are checked for style: `python -m tests.written_sql` prints them.

sqlfluff reads what dbt makes of a file. Most models say nothing themselves but hand a declaration to a macro, and what
the same macro makes reads alike in every theme: of the models that only call the same macro, one is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = ("models", "tests/singular")

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|--[^\n]*", re.S)
ONLY_A_CALL = re.compile(r"(with \w+ as \( ?\) ?)?(select \* from \w+)?")
CALLED = re.compile(r"\{\{-?\s*(?!config\b|declare_indicator\b)(\w+)\(")


def written(files: Iterable[Path]) -> list[Path]:
    """The files that have SQL of their own and, of those that only call the same macros, the first."""
    chosen, seen = [], set()
    for path in sorted(files):
        text = path.read_text(encoding="utf-8")
        if ONLY_A_CALL.fullmatch(" ".join(JINJA.sub(" ", text).split())):
            called = tuple(CALLED.findall(text))
            if called in seen:
                continue
            seen.add(called)
        chosen.append(path)
    return chosen


if __name__ == "__main__":
    every = (path for folder in FOLDERS for path in (REPOSITORY / folder).rglob("*.sql"))
    print(*(path.relative_to(REPOSITORY) for path in written(every)))
