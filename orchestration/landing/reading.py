"""Opening a delivered file: what cannot be read is refused whole, with a reason its sender understands.

A CSV file is read block by block, each block a number of whole lines, so that its size does not matter and
every row keeps the exact number of its line: the header is line 1, blank lines count but are no rows. One
row is one line: a line whose quotes do not balance is a malformed row and swallows nothing after it.
A Parquet file is only looked at here, DuckDB then reads it; its line 1 is its first row.
"""

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from orchestration.landing.checking import holds, literal
from orchestration.landing.contract import Contract

_BLOCK = 16 * 2**20
_LONGEST_LINE = 2**20
_BOM = codecs.BOM_UTF8
_OTHER_BOMS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)
_SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe"}


class Refusal(Exception):
    """The file is refused whole; the message is the reason that goes into the ledger."""


@dataclass(frozen=True)
class Malformed:
    """A line that is not a row: its number in the file and what is wrong with it."""

    line: int
    fault: str


@dataclass(frozen=True)
class _Block:
    """Whole lines of a file, as UTF-8 text that ends in a line feed.

    `line` is the number of the first of its `lines`; `ended` is false when the last had no line end of its own.
    """

    text: bytes
    line: int
    lines: int
    ended: bool


@dataclass
class CsvDelivery:
    """A readable CSV file: its header holds every column of the contract."""

    path: Path
    contract: Contract
    header: list[str] = field(default_factory=list)

    @property
    def extra_columns(self) -> list[str]:
        """The columns that the contract does not know, in the order of the file."""
        return [name for name in self.header if name not in set(self.contract.names)]

    def batches(self) -> Iterator[tuple[pa.Table, list[Malformed]]]:
        """The rows in the order of the file: contract columns as text and `line` (int32), and the malformed.

        Raises Refusal, before or between batches, when the rest of the file cannot be read.
        """
        for block in _blocks(self.path, self.contract):
            lines, text = _rows_of(block)
            fields, malformed = self._parse(text, len(lines))
            if not block.ended and malformed and malformed[-1][0] == len(lines) - 1:
                raise Refusal(
                    f"the file stops in the middle of line {lines[-1]} ({malformed[-1][1]}): it is truncated;"
                    " expected its last line to be complete"
                )
            bad = np.array([position for position, _ in malformed], dtype=np.int64)
            table = fields.append_column("line", pa.array(np.delete(lines, bad), type=pa.int32()))
            yield table, [Malformed(int(lines[position]), fault) for position, fault in malformed]

    def _parse(self, text: bytes, rows: int) -> tuple[pa.Table, list[tuple[int, str]]]:
        """The fields of `rows` lines, and the malformed among them as (position, fault), in order."""
        misshapen = _misshapen(text)
        if not misshapen:
            return self._parse_shaped(text, rows)
        parts = text.split(b"\n")[:-1]
        kept = b"".join(part + b"\n" for position, part in enumerate(parts) if position not in misshapen)
        fields, malformed = self._parse_shaped(kept, rows - len(misshapen))
        others = np.delete(np.arange(rows), list(misshapen))
        malformed = [(int(others[position]), fault) for position, fault in malformed]
        return fields, sorted(malformed + list(misshapen.items()))

    def _parse_shaped(self, text: bytes, rows: int) -> tuple[pa.Table, list[tuple[int, str]]]:
        # A last line of our own tells whether a quote left open has swallowed the end of the text.
        guard = b"x" + self.contract.table.delimiter.encode() * (len(self.header) - 1) + b"\n"
        malformed: list[tuple[int, str]] = []

        def note(row: pyarrow.csv.InvalidRow) -> str:
            malformed.append((row.number - 1, f"{row.actual_columns} fields, {row.expected_columns} expected"))
            return "skip"

        fields = pyarrow.csv.read_csv(
            pa.py_buffer(text + guard),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, column_names=self.header, block_size=len(text) + len(guard) + 1
            ),
            parse_options=pyarrow.csv.ParseOptions(delimiter=self.contract.table.delimiter, invalid_row_handler=note),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False,
                include_columns=self.contract.names,
                column_types={name: pa.string() for name in self.contract.names},
            ),
        )
        if fields.num_rows - 1 + len(malformed) == rows:
            return fields.slice(0, fields.num_rows - 1), malformed
        if rows == 1:
            return fields.slice(0, 0), [(0, "misplaced quote")]
        cut = text.find(b"\n", len(text) // 2, len(text) - 1) + 1 or text.rfind(b"\n", 0, len(text) - 1) + 1
        head = text[:cut].count(b"\n")
        above, above_bad = self._parse_shaped(text[:cut], head)
        below, below_bad = self._parse_shaped(text[cut:], rows - head)
        return pa.concat_tables([above, below]), above_bad + [(head + p, fault) for p, fault in below_bad]


@dataclass(frozen=True)
class ParquetDelivery:
    """A Parquet file whose columns can hold those of the contract.

    `relation` is SQL: its contract columns and `line`; `types` the DuckDB types it delivers them in.
    """

    path: Path
    rows: int
    relation: str
    types: dict[str, str]
    extra_columns: list[str]

    def diagnose(self) -> None:
        """Read the whole file by other means than DuckDB; raises Refusal when it is the file that is bad."""
        try:
            with pyarrow.parquet.ParquetFile(self.path) as file:
                for batch in file.iter_batches():
                    batch.validate(full=True)
        except (pa.ArrowException, OSError) as error:
            raise Refusal(f"unreadable as Parquet: {_first_line(error)}; expected a complete file") from error


def open_delivery(path: Path, contract: Contract, con: duckdb.DuckDBPyConnection) -> CsvDelivery | ParquetDelivery:
    """Open a delivered file, as its name and the contract say; raises Refusal with the reason."""
    formats = contract.table.formats
    name = path.name.lower()
    extension = next((e for e in ("csv.gz", "csv", "parquet") if name.endswith(f".{e}")), None)
    if extension not in formats:
        raise Refusal(f"the name does not end in a format of the feed; expected {_any_of(formats)}")
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        raise Refusal(f"the file is empty; expected {extension} with {len(contract.columns)} columns")
    if _MARKUP.match(start.removeprefix(_BOM)):
        raise Refusal(f"the file is a web page (HTML or XML), not data; expected {extension}")
    if extension == "parquet":
        return _open_parquet(path, contract, con)
    if extension == "csv" and start[:2] == b"\x1f\x8b":
        raise Refusal(
            "the file is compressed (gzip) but its name ends in .csv; expected plain text or the name .csv.gz"
        )
    if start[:4] == b"PAR1":
        raise Refusal(f"the file is Parquet but its name ends in .{extension}; expected the name .parquet")
    delivery = CsvDelivery(path, contract)
    delivery.header = _read_header(path, contract)
    return delivery


def _open_parquet(path: Path, contract: Contract, con: duckdb.DuckDBPyConnection) -> ParquetDelivery:
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
        described = con.execute(f"describe select * from read_parquet({_one_file(path)})").fetchall()
    except (pa.ArrowException, OSError, duckdb.Error) as error:
        raise Refusal(f"unreadable as Parquet: {_first_line(error)}; expected a complete file") from error
    types = {name: data_type for name, data_type, *_ in described}
    _demand_columns(schema.names, contract)
    for column in contract.columns:
        if pa.types.is_null(schema.field(column.name).type):
            types[column.name] = "VARCHAR"
        elif not holds(column, types[column.name]):
            raise Refusal(
                f"column {column.name} is of type {types[column.name]}; expected text, or a type that holds"
                f" a {column.contract.type} without a change"
            )
    columns = ", ".join(
        f'"{name}"::varchar as "{name}"' if types[name] == "VARCHAR" else f'"{name}"' for name in contract.names
    )
    return ParquetDelivery(
        path=path,
        rows=rows,
        relation=(
            f"(select {columns}, file_row_number + 1 as line"
            f" from read_parquet({_one_file(path)}, file_row_number = true))"
        ),
        types={name: types[name] for name in contract.names},
        extra_columns=[name for name in schema.names if name not in set(contract.names)],
    )


def _one_file(path: Path) -> str:
    """The SQL literal that makes DuckDB read this file only: the path is a pattern to it."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))


def _read_header(path: Path, contract: Contract) -> list[str]:
    with _opened(path) as stream:
        start = _read(stream, _LONGEST_LINE, path)
    if not start.strip():
        raise Refusal(f"the file is empty; expected a header with {', '.join(contract.names)}")
    if _MARKUP.match(start.removeprefix(_BOM)):
        raise Refusal("the file is a web page (HTML or XML), not data; expected CSV")
    line, end, _ = start.partition(b"\n")
    if not end and len(start) == _LONGEST_LINE:
        raise Refusal(f"no end of line in the first {_LONGEST_LINE} bytes; expected CSV with a header line")
    text = _as_utf8(line.rstrip(b"\r"), contract, 1).removeprefix(_BOM).decode()
    try:
        header = next(csv.reader([text], delimiter=contract.table.delimiter), [])
    except csv.Error as error:
        raise Refusal(f"the header is not CSV ({error}); expected {', '.join(contract.names)}") from error
    _demand_separator(text, header, contract)
    _demand_columns(header, contract)
    return header


def _demand_separator(text: str, header: list[str], contract: Contract) -> None:
    expected = contract.table.delimiter
    for separator, name in _SEPARATORS.items():
        if separator != expected and len(header) < 2:
            found = next(csv.reader([text], delimiter=separator), [])
            if len(found) > 1 and set(found) & set(contract.names):
                raise Refusal(
                    f"the columns are separated by a {name}; expected a {_SEPARATORS.get(expected, repr(expected))}"
                )


def _demand_columns(header: list[str], contract: Contract) -> None:
    missing = [name for name in contract.names if name not in header]
    if missing:
        seen = ", ".join(header)
        raise Refusal(
            f"missing in the header: {_any_of(missing, 'and')}; expected the columns {', '.join(contract.names)}"
            f" in any order, found {seen[:300]}"
        )
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Refusal(f"more than once in the header: {', '.join(twice)}; expected every column once")


def _blocks(path: Path, contract: Contract) -> Iterator[_Block]:
    """The file after its header, in blocks of whole lines."""
    with _opened(path) as stream:
        rest, line = b"", 1
        while chunk := _read(stream, _BLOCK, path):
            cut = chunk.rfind(b"\n") + 1
            if not cut:
                rest += chunk
                if len(rest) > _BLOCK:
                    raise Refusal(f"line {line} has more than {_BLOCK} bytes; expected lines that end")
                continue
            text, rest = rest + chunk[:cut], chunk[cut:]
            if line == 1:
                text, line = text[text.find(b"\n") + 1 :], 2
            block = _Block(_as_utf8(text, contract, line), line, text.count(b"\n"), ended=True)
            yield block
            line += block.lines
        if rest and line > 1:
            yield _Block(_as_utf8(rest, contract, line) + b"\n", line, 1, ended=False)


def _opened(path: Path) -> BinaryIO:
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def _read(stream: BinaryIO, size: int, path: Path) -> bytes:
    try:
        return stream.read(size)
    except EOFError as error:
        raise Refusal("the compressed file is truncated; expected a complete gzip file, send it again") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refusal(f"not readable as gzip ({error}); expected a complete gzip file") from error


def _as_utf8(block: bytes, contract: Contract, line: int) -> bytes:
    """The block in UTF-8; raises Refusal when it is not in the encoding of the contract."""
    expected = contract.table.encoding
    for bom, found in _OTHER_BOMS.items():
        if line == 1 and block.startswith(bom):
            raise Refusal(f"the file is encoded in {found}; expected {expected}")
    at = block.find(b"\0")
    if at >= 0:
        number = line + block.count(b"\n", 0, at)
        raise Refusal(f"line {number} holds NUL bytes; expected text in {expected}")
    if block.isascii():
        return block
    utf8 = codecs.lookup(expected).name == "utf-8"
    try:
        text = block.decode(expected)
    except UnicodeDecodeError as error:
        number = line + block.count(b"\n", 0, error.start)
        raise Refusal(
            f"line {number} is not in {expected} (byte 0x{block[error.start]:02X}); expected the encoding {expected}"
        ) from error
    if utf8:
        return block
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return text.encode()
    # Text in an 8-bit encoding is practically never valid UTF-8 by chance.
    raise Refusal(f"the file is encoded in utf-8; expected {expected}")


def _rows_of(block: _Block) -> tuple[np.ndarray, bytes]:
    """The numbers of the lines of a block that are not blank, and its text without the blank ones."""
    text, line = block.text, block.line
    if b"\n\n" not in text and b"\n\r\n" not in text and not text.startswith((b"\r", b"\n")):
        return np.arange(line, line + block.lines), text
    parts = text.split(b"\n")[:-1]
    kept = [number for number, part in enumerate(parts) if part.rstrip(b"\r")]
    return np.array(kept, dtype=np.int64) + line, b"".join(parts[number] + b"\n" for number in kept)


def _misshapen(text: bytes) -> dict[int, str]:
    """The positions of the lines that a CSV parser would not take for one row, with what is wrong with them.

    These are the lines with an odd number of quotes, and those with a carriage return in their middle.
    """
    if b'"' not in text and text.count(b"\r") == text.count(b"\r\n"):
        return {}
    characters = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    quotes = np.bincount(np.searchsorted(ends, np.flatnonzero(characters == ord('"'))), minlength=len(ends))
    returns = np.flatnonzero(characters == ord("\r"))
    returns = returns[characters[returns + 1] != ord("\n")]
    misshapen = dict.fromkeys(np.searchsorted(ends, returns).tolist(), "carriage return within the line")
    return misshapen | dict.fromkeys(np.flatnonzero(quotes % 2).tolist(), "unbalanced quotes")


def _any_of(names: tuple[str, ...] | list[str], last: str = "or") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
