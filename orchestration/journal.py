"""The journal of a run: what it took in, what it checked, what it released or why it did not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.home import Home
from orchestration.storage import write_whole


@dataclass
class Journal:
    """What a run did, kept as `runs/<started>_<run id>.json`; `vigie status` reads nothing else of a run."""

    folder: Path
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The file of the journal."""
        return self.folder / f"{self.facts['started'][:19].replace(':', '')}_{self.facts['run_id'][:8]}.json"

    def note(self, **facts: Any) -> None:
        """Add facts, and write the journal at once: a run that is killed leaves what it knew."""
        self.facts.update(facts)
        write_whole(self.path, json.dumps(self.facts, indent=1, default=str, ensure_ascii=False) + "\n")


def journals(home: Home) -> list[Mapping[str, Any]]:
    """The journals of the home, last run first; two of one second too, which the names of the files do not tell."""
    found = []
    for path in home.runs.glob("*.json"):
        try:
            found.append(json.loads(path.read_text()))
        except ValueError:
            continue
    return sorted(found, key=lambda facts: facts["started"], reverse=True)
