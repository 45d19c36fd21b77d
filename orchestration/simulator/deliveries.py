"""Files of individual records, day of receipt by day of receipt, from the lines of a batch."""

import datetime
import filecmp
import gzip
import shutil
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from orchestration import storage
from orchestration.errors import VigieError
from orchestration.simulator.engine import Engine, literal

#: Rows of a file at most; a day with more has more files.
ROWS_PER_FILE = 400_000

FORMATS = ("mixed", "csv", "parquet")


def publish(path: Path, write: Callable[[Path], object]) -> Path:
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
        storage.publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def publish_text(path: Path, text: str) -> Path:
    """Publish a small text file (UTF-8)."""
    return publish(path, lambda draft: draft.write_text(text, encoding="utf-8", newline="\n"))


def compress(source: Path, target: Path) -> None:
    """Gzip a file at the fastest level, without name or time: the same text gives the same bytes."""
    with source.open("rb") as text, target.open("wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=raw, mtime=0) as packed:
            shutil.copyfileobj(text, packed, 1 << 20)


@dataclass
class Deliveries:
    """The files of a feed written so far in `folder` (`landing/<feed>`), with these columns."""

    engine: Engine
    folder: Path
    columns: tuple[str, ...]
    form: str
    files: list[Path] = field(default_factory=list)
    rows: int = 0
    sent_twice: list[tuple[Path, Path]] = field(default_factory=list)
    _batches: int = 0
    _last_number: dict[datetime.date, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def feed(self) -> str:
        """The feed, by its folder."""
        return self.folder.name

    def write_batch(self) -> None:
        """Write the view `lines`, all of its files, each published when it is complete."""
        self._batches += 1
        self.engine.set(batch=self._batches, rows_per_file=ROWS_PER_FILE, form=self.form)
        self.engine.run("files", "placed", f"{self.feed}/shaped", f"{self.feed}/spoiled", "typed_rows")
        self.engine.run(f"{self.feed}/as_text")
        self._make_lines()
        self.engine.run("contents")
        files = self.engine.rows("select file, received_on, is_parquet, is_sent_twice from files order by file")
        # DuckDB writes the next file while this one is compressed.
        with ThreadPoolExecutor(1) as compressor:
            published = [compressor.submit(self._publish, *self._draft(*file)) for file in files]
            for task in published:
                self.files.extend(task.result())
        self.rows += self.engine.rows("select count(*) from lines")[0][0]

    def _make_lines(self) -> None:
        """Make the view `text_rows`: the rows of `as_text` as lines, their fields in the order of the contract."""
        fields = {column: f"coalesce({column}::varchar, '')" for column in self.columns}
        fields["version"] = "version_text(bad, version)"
        *first, last = fields.values()
        self.engine.connection.execute(
            "create or replace view text_rows as select file, r, version, is_parquet,"
            f" text_line(bad, concat_ws(';', {', '.join(first)}), {last}) as line from as_text"
        )

    def _draft(
        self, file: int, received_on: datetime.date, is_parquet: bool, is_sent_twice: bool
    ) -> tuple[Path, Path, bool]:
        """Write one file uncompressed beside its place; return the draft, its final path, whether to send it twice."""
        self._last_number[received_on] += 1
        stem = f"{self.feed}_{received_on.isoformat()}_{self._last_number[received_on]:02d}"
        folder = self.folder / received_on.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{stem}{'.parquet' if is_parquet else '.csv.gz'}"
        draft = folder / f".{path.name}.draft"
        if is_parquet:
            source, options = f"select {', '.join(self.columns)} from typed_file", "format parquet, compression zstd"
        else:
            # One column, whose name is the header and whose delimiter stands in no line: what is written is the line.
            source = f'select line as "{";".join(self.columns)}" from text_file'
            options = r"format csv, header, delimiter '\t', quote '', escape ''"
        self.engine.connection.execute(f"copy ({source} where file = {file}) to {literal(str(draft))} ({options})")
        return draft, path, is_sent_twice

    def _publish(self, draft: Path, path: Path, is_sent_twice: bool) -> list[Path]:
        files = [publish(path, lambda to: draft.rename(to) if path.suffix == ".parquet" else compress(draft, to))]
        draft.unlink(missing_ok=True)
        if is_sent_twice:
            name, dot, ending = path.name.partition(".")
            copy = path.with_name(f"{name}_bis{dot}{ending}")
            files.append(publish(copy, lambda to: shutil.copyfile(path, to)))
            self.sent_twice.append((path, copy))
        return files
