"""Where everything that Vigie writes lives: one folder, `var/` in the repository or `$VIGIE_HOME`."""

import datetime as dt
import os
import stat
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.errors import VigieError

PROJECT = Path(__file__).resolve().parent.parent

#: Signs that the path of a home may hold beside letters and digits. Each of the others means something to one of the
#: engines that are given the path in a text: a quote, a pattern, a key of a partition, the end of an address.
SIGNS = "/ ._-+,@()~"

#: The folders of a home that only its user may look into; what else is under it is not ours to close.
_PRIVATE = (
    *("landing", "lake", "truth", "warehouse", "dbt", "dagster", "runs", "bench", "private", "archive", "as_of"),
    *("difference", "incidents", "bulletins", "intake", "routing", "outgoing"),
)


@dataclass(frozen=True)
class Home:
    """The folders of one installation. `edge` is where the warehouse and the releases stand: `root`, or a folder of
    its own when the past is asked for (`as_of`), so that looking back changes nothing of the present."""

    root: Path
    edge: Path | None = None

    def __post_init__(self) -> None:
        """Raise VigieError when the path of the home is one that cannot work."""
        # L, M, N: letters of any script with the marks that may belong to them, and digits.
        unfit = sorted({c for c in str(self.root) if unicodedata.category(c)[0] not in "LMN" and c not in SIGNS})
        if unfit:
            shown = " ".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in unfit)
            raise VigieError(
                f"The path of a home holds letters, digits, spaces and {' '.join(SIGNS.replace(' ', ''))} only; this"
                f" one holds {shown}. Name another folder in VIGIE_HOME."
            )

    @classmethod
    def from_env(cls) -> "Home":
        """The home that `$VIGIE_HOME` names, by default `var/` in the repository."""
        return cls(Path(os.environ.get("VIGIE_HOME") or PROJECT / "var").expanduser().resolve())

    def as_of(self, day: dt.date) -> "Home":
        """The same landing and lake, with a warehouse and releases apart: what was known on the evening of `day`."""
        return Home(self.root, self.root / "as_of" / day.isoformat())

    def keep_private(self) -> None:
        """Make the home its user's own: what is under it can be read by nobody else, but for `releases/`.

        The folder of deliveries stays open to the group that may write into it: a producer's, who leaves files there.
        Raises VigieError when the home cannot be made.
        """
        os.umask(0o077)
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.releases.mkdir(parents=True, exist_ok=True)
            # One who reads releases passes through, and sees no names.
            _allow(self.root, 0o711)
            for path in (self.root / name for name in _PRIVATE):
                # A folder that was linked in from elsewhere has its own rules.
                if path.is_dir() and not path.is_symlink():
                    shared = path == self.landing and path.stat().st_mode & stat.S_IWGRP
                    _allow(path, 0o770 if shared else 0o700)
            _allow(self.root / "releases", 0o755)
        except OSError as error:
            raise VigieError(
                f"The home {self.root} cannot be used: {error.strerror} ({error.filename}). Make it a folder of yours,"
                " or name another in VIGIE_HOME."
            ) from error

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
    def private(self) -> Path:
        """What is nobody else's: the secret that the keys of persons rest on."""
        return self.root / "private"

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
    def bulletins(self) -> Path:
        """Where a person puts a comment on the bulletin of a week: `<week>.md`, such as `2026-W47.md`."""
        return self.root / "bulletins"

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
    def incidents(self) -> Path:
        """What was found wrong and what officers did about it: the events, and the register that follows from them."""
        return self.root / "incidents"

    @property
    def intake(self) -> Path:
        """What the door for senders keeps: the receipt of each delivery, and what is being received."""
        return self.root / "intake"

    @property
    def routing(self) -> Path:
        """What was sent to whom: a receipt for each delivery, and what waits to be sent."""
        return self.root / "routing"

    @property
    def difference(self) -> Path:
        """What `vigie diff` writes: its last report, and what is kept of the commits that it compared with."""
        return self.root / "difference"

    @property
    def comparison(self) -> Path:
        """Where a comparison works, as long as it does: it holds a copy of the warehouse."""
        return self.difference / "work"

    @property
    def bench(self) -> Path:
        """Results of `make bench`."""
        return self.root / "bench"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes."""
        return self.root / ".lock"


def _allow(folder: Path, mode: int) -> None:
    """Give a folder of ours these permissions, whatever else it may be marked with."""
    status = folder.stat()
    wanted = stat.S_IMODE(status.st_mode) & ~0o777 | mode
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) != wanted:
        folder.chmod(wanted)
