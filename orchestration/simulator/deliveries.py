"""Files of individual results, day of receipt by day of receipt, from the lines of a batch."""

import datetime
import filecmp
import os
import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import VigieError
from orchestration.simulator.engine import Engine, literal

#: Columns of the contract, in the order in which they are sent.
COLUMNS = (
    "id_resultat",
    "version",
    "nature",
    "id_personne",
    "date_prelevement",
    "date_resultat",
    "id_laboratoire",
    "type_analyse",
    "resultat",
    "sexe",
    "age",
    "commune_residence",
    "iris_residence",
    "departement_residence",
    "departement_prelevement",
    "symptomes",
    "date_debut_symptomes",
    "criblage_a",
    "criblage_b",
    "criblage_c",
    "criblage_d",
)

#: Rows of a file at most; a day with more has more files.
ROWS_PER_FILE = 250_000

FORMATS = ("mixed", "csv", "parquet")


def publish(path: Path, write: Callable[[Path], None]) -> Path:
    """Write a file under another name, then give it its own: landing never sees half a file.

    The same bytes again change nothing. Raises VigieError when another file bears that name already.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{path.name}.part"
    try:
        write(draft)
        if path.exists() and not filecmp.cmp(draft, path, shallow=False):
            raise VigieError(
                f"{path} exists with other contents: landing never loses a file. Use another VIGIE_HOME, or other days."
            )
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def publish_text(path: Path, text: str) -> Path:
    """Publish a small text file (UTF-8)."""
    return publish(path, lambda draft: draft.write_text(text, encoding="utf-8", newline="\n"))


@dataclass
class Deliveries:
    """The files written so far in `folder` (`landing/sidep`)."""

    engine: Engine
    folder: Path
    form: str
    rates: dict[str, float]
    seed: int
    files: list[Path] = field(default_factory=list)
    rows: int = 0
    sent_twice: list[tuple[Path, Path]] = field(default_factory=list)
    _last_number: dict[datetime.date, int] = field(default_factory=lambda: defaultdict(int))

    def write_batch(self) -> None:
        """Write the table `lines`: for each day of receipt one file at least, several at random or by size."""
        per_day = self.engine.rows(
            f"""
            select
                received_on,
                count(*),
                greatest(
                    ceil(count(*) / {ROWS_PER_FILE}),
                    case
                        when count(*) > 500
                            then 1 + pick(hash(hash({self.seed}::bigint, received_on)), 'files of the day', 3)
                        else 1
                    end
                )::integer
            from lines
            group by received_on
            order by received_on
            """
        )
        for received_on, rows, files in per_day:
            for slot in range(files):
                self._write_file(received_on, slot, files)
            self.rows += rows

    def _write_file(self, received_on: datetime.date, slot: int, files: int) -> None:
        self._last_number[received_on] += 1
        number = self._last_number[received_on]
        stem = f"sidep_{received_on.isoformat()}_{number:02d}"
        as_parquet, again = self.engine.rows(
            f"""
            select
                {slot} > 0 and occurs(h, 'parquet', {self.rates["parquet"]}),
                occurs(h, 'file_twice', {self.rates["file_twice"]})
            from (select hash(hash({self.seed}::bigint, {literal(stem)})) as h)
            """
        )[0]
        if self.form == "parquet" or (self.form == "mixed" and as_parquet):
            path = self.folder / received_on.isoformat() / f"{stem}.parquet"
            columns = ", ".join(COLUMNS)
            source, options = "typed_rows", "format parquet, compression zstd"
            order = "r, version"
        else:
            path = self.folder / received_on.isoformat() / f"{stem}.csv.gz"
            # One column, whose name is the header and whose delimiter stands in no line: what is written is the line.
            columns = f'line as "{";".join(COLUMNS)}"'
            source, options = "text_rows", r"format csv, header, delimiter '\t', quote '', escape '', compression gzip"
            order = "r, line"
        query = (
            f"select {columns} from {source} where received_on = {literal(received_on)}"
            f" and file_slot(r, bad, {files}) = {slot} order by {order}"
        )
        self.files.append(
            publish(path, lambda draft: self._copy(query, draft, options))
        )
        if again:
            copy = path.with_name(path.name.replace(stem, f"{stem}_bis"))
            self.sent_twice.append((path, publish(copy, lambda draft: shutil.copyfile(path, draft) and None)))
            self.files.append(copy)

    def _copy(self, query: str, draft: Path, options: str) -> None:
        self.engine.connection.execute(f"copy ({query}) to {literal(str(draft))} ({options})")
