"""Where everything that Vigie writes lives: one folder, `var/` in the repository or `$VIGIE_HOME`."""

import datetime as dt
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """The folders of one installation. `edge` is where the warehouse and the releases stand: `root`, or a folder of
    its own when the past is asked for (`as_of`), so that looking back changes nothing of the present."""

    root: Path
    edge: Path | None = None

    @classmethod
    def from_env(cls) -> "Home":
        """The home that `$VIGIE_HOME` names, by default `var/` in the repository."""
        return cls(Path(os.environ.get("VIGIE_HOME") or PROJECT / "var").expanduser().resolve())

    def as_of(self, day: dt.date) -> "Home":
        """The same landing and lake, with a warehouse and releases apart: what was known on the evening of `day`."""
        return Home(self.root, self.root / "as_of" / day.isoformat())

    def environment(self) -> dict[str, str]:
        """The environment variables that the dbt project reads."""
        return {"VIGIE_HOME": str(self.root), "VIGIE_WAREHOUSE": str(self.warehouse)}

    @cached_property
    def _edge(self) -> Path:
        return self.edge or self.root

    @property
    def landing(self) -> Path:
        """Files as the producers sent them: `<feed>/<day of receipt>/<file>`."""
        return self.root / "landing"

    @property
    def lake(self) -> Path:
        """Typed rows (`raw/`), rejected rows (`quarantine/`) and the ledger."""
        return self.root / "lake"

    @property
    def truth(self) -> Path:
        """What the simulator keeps aside; nothing of the product reads it."""
        return self.root / "truth"

    @property
    def warehouse(self) -> Path:
        """Folder of the warehouse and of what it spills to disk."""
        return self._edge / "warehouse"

    @property
    def database(self) -> Path:
        """The DuckDB file; one writer at a time."""
        return self.warehouse / "vigie.duckdb"

    @property
    def releases(self) -> Path:
        """Complete releases, and `latest`, a link to one of them."""
        return self._edge / "releases"

    @property
    def archive(self) -> Path:
        """What stays here of each release, `<id>/release.json`: the deliveries it was made from, each file's
        account."""
        return self._edge / "archive"

    @property
    def dbt(self) -> Path:
        """What dbt writes: `target/` and `logs/`."""
        return self._edge / "dbt"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: history of runs, of assets and of checks."""
        return self.root / "dagster"

    @property
    def runs(self) -> Path:
        """One JSON per run: what it took in, what it checked, what it released or why it did not."""
        return self.root / "runs"

    @property
    def bench(self) -> Path:
        """Results of `make bench`."""
        return self.root / "bench"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes."""
        return self.root / ".lock"
