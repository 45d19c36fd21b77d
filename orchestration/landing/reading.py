"""Opening a delivered file: what cannot be read is refused whole, with a reason its sender understands.

A CSV file is read block by block, each block a number of whole lines, so that its size does not matter and
every row keeps the exact number of its line: the header is line 1, blank lines count but are no rows, nor are
lines of separators only. One row is one line: a line with a quote out of place is a malformed row and swallows
nothing after it. A Parquet file is read by row groups; its line 1 is its first row. A GeoJSON file is a collection of
features, each of which is a row, and its number the line.

A path is data: it is opened, and never handed to an engine that would read patterns, keys or options in it. A
reason quotes positions, counts and the names of columns of the contract, never what the file holds.
"""

import codecs
import csv
import gzip
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from orchestration.landing.arrivals import Arrival
from orchestration.landing.checking import holds
from orchestration.landing.contract import Contract
from orchestration.landing.features import BrokenError, members, properties_of, told_of

_BLOCK = 16 * 2**20
_BATCH = 122_880
_LONGEST_LINE = 2**20
#: A compressed file that expands beyond both is no table of records, but something made to fill a memory.
_EXPANDED, _EXPANSION = 256 * 2**20, 200
#: A collection of features is one value, of which the text is held in memory.
_COLLECTION = 512 * 2**20
#: Features that are checked at once: some have outlines of many thousand points.
_FEATURES = 2_000
#: How a collection of before RFC 7946 says that its coordinates are longitude and latitude.
_WGS84 = re.compile(r"urn:ogc:def:crs:(OGC:[\d.]*:CRS84|EPSG:[\d.]*:4326)|EPSG:4326")
_BOM = codecs.BOM_UTF8
_OTHER_BOMS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)
_SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe"}


class Refusal(Exception):
    """The file is refused whole; the message is the reason that goes into the ledger.

    It `may_pass` when it is not about the file itself, so that the file is worth another try as it is.
    """

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        """Say the reason."""
        super().__init__(reason)
        self.may_pass = may_pass


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
    """A readable CSV file: its header holds every column of the contract.

    `extra_columns` is the number of those that the contract does not know, `rows_blank` that of the lines of
    separators only that were met so far.
    """

    path: Path
    contract: Contract
    header: list[str] = field(default_factory=list)
    extra_columns: int = 0
    rows_blank: int = 0

    def batches(self) -> Iterator[tuple[pa.Table, list[Malformed]]]:
        """The rows in the order of the file: contract columns as text and `line` (int32), and the malformed.

        Raises Refusal, before or between batches, when the rest of the file cannot be read.
        """
        for block in _blocks(self.path, self.contract):
            lines, text, blank = _rows_of(block, self.contract.table.delimiter.encode(), len(self.header))
            self.rows_blank += blank
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
        misshapen = _misshapen(text, self.contract.table.delimiter.encode())
        if not misshapen:
            return self._parse_shaped(text)
        parts = text.split(b"\n")[:-1]
        kept = b"".join(part + b"\n" for position, part in enumerate(parts) if position not in misshapen)
        fields, malformed = self._parse_shaped(kept)
        others = np.delete(np.arange(rows), list(misshapen))
        malformed = [(int(others[position]), fault) for position, fault in malformed]
        return fields, sorted(malformed + list(misshapen.items()))

    def _parse_shaped(self, text: bytes) -> tuple[pa.Table, list[tuple[int, str]]]:
        """The fields of lines that are one row each, but for those that have not as many fields as the header."""
        malformed: list[tuple[int, str]] = []
        if not text:
            return pa.table({name: pa.array([], pa.string()) for name in self.contract.names}), malformed

        def note(row: pyarrow.csv.InvalidRow) -> str:
            malformed.append((row.number - 1, f"{row.actual_columns} fields, {row.expected_columns} expected"))
            return "skip"

        fields = pyarrow.csv.read_csv(
            pa.py_buffer(text),
            read_options=pyarrow.csv.ReadOptions(use_threads=False, column_names=self.header, block_size=len(text) + 1),
            parse_options=pyarrow.csv.ParseOptions(delimiter=self.contract.table.delimiter, invalid_row_handler=note),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False,
                include_columns=self.contract.names,
                include_missing_columns=True,
                column_types={name: pa.string() for name in self.contract.names},
            ),
        )
        return fields, malformed


@dataclass
class ParquetDelivery:
    """A Parquet file whose columns can hold those of the contract; `types` are the DuckDB types of these columns.

    It is read by the names of the contract alone: whatever other columns it has, they are not even opened.
    """

    path: Path
    contract: Contract
    rows: int
    types: dict[str, str]
    extra_columns: int
    rows_blank: int = 0

    def batches(self) -> Iterator[tuple[pa.Table, list[Malformed]]]:
        """The rows in the order of the file: contract columns as delivered and `line` (int32); none is malformed.

        Raises Refusal, before or between batches, when the rest of the file cannot be read.
        """
        line = 1
        try:
            with self.path.open("rb") as stream, pyarrow.parquet.ParquetFile(stream) as file:
                there = [name for name in self.contract.names if name in file.schema_arrow.names]
                for batch in file.iter_batches(batch_size=_BATCH, columns=there, use_threads=False):
                    batch.validate(full=True)
                    absent = pa.nulls(batch.num_rows, pa.string())
                    columns = {n: _plain(batch.column(n)) if n in there else absent for n in self.contract.names}
                    lines = pa.array(np.arange(line, line + batch.num_rows), type=pa.int32())
                    yield pa.table({**columns, "line": lines}), []
                    line += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise Refusal(f"unreadable as Parquet after row {line - 1}; expected a complete file") from error
        if line - 1 != self.rows:
            raise Refusal(f"{line - 1} rows, but its footer says {self.rows}; expected a complete Parquet file")


@dataclass
class GeoJsonDelivery:
    """A readable GeoJSON file: a collection of features, in longitude and latitude.

    A column is what the collection says of all its features, else a property of each (see `told_of`). `collection` are
    the members beside the features, `extra_columns` the number of properties that the contract does not know.
    """

    path: Path
    contract: Contract
    collection: dict[str, Any]
    extra_columns: int
    rows_blank: int = 0

    def batches(self) -> Iterator[tuple[pa.Table, list[Malformed]]]:
        """The features in the order of the file: contract columns as text and `line` (int32), the number of the
        feature; what is no feature is a row without values."""
        names = self.contract.names
        found = (value for name, value in members(_collection_text(self.path, self.contract)) if name == "features")
        rows: list[list[str | None]] = []
        line = 1
        for feature in found:
            rows.append(told_of(feature, self.collection, names))
            if len(rows) == _FEATURES:
                yield self._table(rows, line), []
                rows, line = [], line + len(rows)
        if rows:
            yield self._table(rows, line), []

    def _table(self, rows: list[list[str | None]], line: int) -> pa.Table:
        columns = zip(self.contract.names, zip(*rows, strict=True), strict=True)
        lines = pa.array(np.arange(line, line + len(rows)), type=pa.int32())
        return pa.table({name: pa.array(values, pa.string()) for name, values in columns} | {"line": lines})


#: A file that can be read, by its form; what its name ends in says which, the longer ending first.
Delivered = CsvDelivery | ParquetDelivery | GeoJsonDelivery
EXTENSIONS = ("csv.gz", "csv", "parquet", "geojson.gz", "geojson")


@dataclass(frozen=True)
class Announced:
    """What a control file says of its file: the number of its rows, and its SHA-256 in hexadecimal."""

    rows: int
    sha256: str

    def demand_content(self, sha256: str) -> None:
        """Raise Refusal unless the file has the SHA-256 announced."""
        if sha256 != self.sha256:
            raise Refusal("its SHA-256 is not the one in its control file; expected the file announced", may_pass=True)

    def demand_rows(self, rows: int) -> None:
        """Raise Refusal unless the file has the rows announced."""
        if rows != self.rows:
            raise Refusal(f"{rows} rows; expected {self.rows}, as its control file says", may_pass=True)


def read_control(arrival: Arrival) -> Announced:
    """What the control file of an arrival says; raises Refusal when it is not one line `name;rows;sha256` of it."""
    with arrival.control.open("rb") as file:
        fields = file.read(_LONGEST_LINE).removeprefix(_BOM).strip().split(b";")
    line = [field.strip() for field in fields]
    shaped = len(line) == 3 and re.fullmatch(rb"[0-9]{1,18}", line[1]) and re.fullmatch(rb"[0-9a-fA-F]{64}", line[2])
    if not shaped or line[0] != os.fsencode(arrival.path.name):
        raise Refusal("its control file is not that of this file; expected one line name;rows;sha256", may_pass=True)
    return Announced(int(line[1]), line[2].decode().lower())


def open_delivery(path: Path, contract: Contract, con: duckdb.DuckDBPyConnection) -> Delivered:
    """Open a delivered file, as its name and the contract say; raises Refusal with the reason."""
    formats = contract.table.formats
    name = path.name.lower()
    extension = next((e for e in EXTENSIONS if name.endswith(f".{e}")), None)
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
    if extension in ("csv", "geojson") and start[:2] == b"\x1f\x8b":
        raise Refusal(
            f"the file is compressed (gzip) but its name ends in .{extension}; expected plain text or the name"
            f" .{extension}.gz"
        )
    if start[:4] == b"PAR1":
        raise Refusal(f"the file is Parquet but its name ends in .{extension}; expected the name .parquet")
    if extension in ("geojson", "geojson.gz"):
        return _open_collection(path, contract)
    header, extra_columns = _read_header(path, contract)
    return CsvDelivery(path, contract, header, extra_columns)


def _open_collection(path: Path, contract: Contract) -> GeoJsonDelivery:
    collection, names, features = {}, set(), 0
    try:
        for name, value in members(_collection_text(path, contract)):
            if name == "features":
                features, names = features + 1, names | properties_of(value)
            else:
                collection[name] = value
    except BrokenError as error:
        raise Refusal(f"not readable as GeoJSON: {error}; expected a complete collection of features") from error
    if collection.get("type") != "FeatureCollection":
        raise Refusal("the file is JSON, but no FeatureCollection; expected GeoJSON (RFC 7946)")
    system = collection.get("crs")
    named = (system.get("properties") or {}).get("name") if isinstance(system, dict) else system
    if named is not None and not _WGS84.fullmatch(str(named)):
        raise Refusal("its coordinates are in another system; expected longitude and latitude (WGS 84)")
    return GeoJsonDelivery(path, contract, collection, len(names - set(contract.names)))


def _collection_text(path: Path, contract: Contract) -> str:
    with _opened(path) as stream:
        text = _read(stream, _COLLECTION + 1)
    if len(text) > _COLLECTION:
        raise Refusal(f"the collection has more than {_COLLECTION} bytes; expected it in parts, such as départements")
    return _as_utf8(text, contract, 1).removeprefix(_BOM).decode()


def _open_parquet(path: Path, contract: Contract, con: duckdb.DuckDBPyConnection) -> ParquetDelivery:
    try:
        with path.open("rb") as stream, pyarrow.parquet.ParquetFile(stream) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise Refusal("unreadable as Parquet; expected a complete file") from error
    extra_columns = _demand_columns(schema.names, contract)
    types = {}
    for column in contract.columns:
        absent = column.name not in schema.names
        types[column.name] = "VARCHAR" if absent else _duckdb_type(schema.field(column.name).type, con)
        if not holds(column, types[column.name]):
            # Of a nested type only the word: the rest are names of the sender's.
            word = re.split(r"[(\[]", types[column.name])[0]
            said = f"a list of {word}" if types[column.name].endswith("]") else word
            raise Refusal(
                f"column {column.name} is of type {said}; expected text, or a type that holds"
                f" a {column.contract.type} without a change"
            )
    return ParquetDelivery(path, contract, rows, types, extra_columns)


def _duckdb_type(data_type: pa.DataType, con: duckdb.DuckDBPyConnection) -> str:
    """The type in which DuckDB takes up an Arrow column once it is `_plain`."""
    try:
        [found] = con.from_arrow(pa.table({"c": _plain(pa.array([], data_type))})).types
    except (pa.ArrowException, duckdb.Error):
        return "UNKNOWN"
    return str(found)


def _plain(column: pa.Array) -> pa.Array:
    """The column with its values themselves: a dictionary is looked up, and what is only NULL is text."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.string())
    return column


def _read_header(path: Path, contract: Contract) -> tuple[list[str], int]:
    """The names of the columns, and how many of them the contract does not know."""
    with _opened(path) as stream:
        start = _read(stream, _LONGEST_LINE)
    if not start.strip():
        raise Refusal(f"the file is empty; expected a header with {', '.join(contract.names)}")
    if _MARKUP.match(start.removeprefix(_BOM)):
        raise Refusal("the file is a web page (HTML or XML), not data; expected CSV")
    line, end, _ = start.partition(b"\n")
    if not end and len(start) == _LONGEST_LINE:
        raise Refusal(f"no end of line in the first {_LONGEST_LINE} bytes; expected CSV with a header line")
    text = _as_utf8(line.rstrip(b"\r"), contract, 1).removeprefix(_BOM).decode()
    try:
        header = next(csv.reader([text], delimiter=contract.table.delimiter, strict=True), [])
    except csv.Error as error:
        raise Refusal(f"the header is not CSV; expected {', '.join(contract.names)}") from error
    _demand_separator(text, header, contract)
    extra_columns = _demand_columns(header, contract)
    if not end and not contract.table.unterminated:
        raise Refusal(_cut(1))
    return header, extra_columns


def _demand_separator(text: str, header: list[str], contract: Contract) -> None:
    expected = contract.table.delimiter
    for separator, name in _SEPARATORS.items():
        if separator != expected and len(header) < 2:
            found = next(csv.reader([text], delimiter=separator), [])
            if len(found) > 1 and set(found) & set(contract.names):
                raise Refusal(
                    f"the columns are separated by a {name}; expected a {_SEPARATORS.get(expected, repr(expected))}"
                )


def _demand_columns(header: list[str], contract: Contract) -> int:
    """Raise Refusal unless each column of the contract stands in the header once, but for those that files of before do
    not have; the number of the other columns."""
    missing = [each.name for each in contract.columns if each.name not in header and not each.contract.since]
    there = sum(name in header for name in contract.names)
    if missing:
        raise Refusal(
            f"missing in the header: {_any_of(missing, 'and')}; expected the columns {', '.join(contract.names)}"
            f" in any order, found {there} of them and"
            f" {sum(name not in contract.names for name in header)} unknown ones"
        )
    twice = [name for name in contract.names if header.count(name) > 1]
    if twice:
        raise Refusal(f"more than once in the header: {', '.join(twice)}; expected every column once")
    return len(header) - there


def _blocks(path: Path, contract: Contract) -> Iterator[_Block]:
    """The file after its header, in blocks of whole lines; raises Refusal when the last line has no end."""
    with _opened(path) as stream:
        rest, line, expanded = b"", 1, 0
        while chunk := _read(stream, _BLOCK):
            expanded += len(chunk)
            if expanded > max(_EXPANDED, _EXPANSION * path.stat().st_size):
                raise Refusal(f"the compressed file expands to more than {_EXPANSION} times its size; expected records")
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
            text = _as_utf8(rest, contract, line)
            if not contract.table.unterminated:
                raise Refusal(_cut(line))
            yield _Block(text + b"\n", line, 1, ended=False)


def _cut(line: int) -> str:
    return (
        f"the last line ({line}) has no line end: the file may be truncated; expected one after every line, or"
        " `unterminated: true` in the contract of a producer that writes none"
    )


def _opened(path: Path) -> BinaryIO:
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def _read(stream: BinaryIO, size: int) -> bytes:
    try:
        return stream.read(size)
    except EOFError as error:
        raise Refusal("the compressed file is truncated; expected a complete gzip file, send it again") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refusal("not readable as gzip, or not to its end; expected a complete gzip file") from error


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
        byte = error.start - block.rfind(b"\n", 0, error.start)
        raise Refusal(f"line {number} is not in {expected} (byte {byte}); expected the encoding {expected}") from error
    if utf8:
        return block
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return text.encode()
    # Text in an 8-bit encoding is practically never valid UTF-8 by chance.
    raise Refusal(f"the file is encoded in utf-8; expected {expected}")


def _rows_of(block: _Block, delimiter: bytes, columns: int) -> tuple[np.ndarray, bytes, int]:
    """The numbers of the lines of a block that are rows, its text without the others, and how many are separators only.

    Blank lines are no rows and are not counted; a line of separators, with or without quotes and spaces, is counted.
    """
    text, line = block.text, block.line
    characters = np.frombuffer(text, dtype=np.uint8)
    starts = np.concatenate(([0], np.flatnonzero(characters == ord("\n")) + 1))
    lengths, starts = np.diff(starts), starts[:-1]
    # A row seldom begins like a line of separators, and is longer: only such lines are looked at one by one.
    hollow = np.frombuffer(delimiter + b'" \t\r\n', dtype=np.uint8)
    shallow = np.isin(characters[starts], hollow) & (lengths <= 5 * columns + 2)
    field = rb' *(?:"")? *' if delimiter == b"\t" else rb'[ \t]*(?:"")?[ \t]*'
    empty = re.compile(rb"%b(?:%b%b)*\r?\n" % (field, re.escape(delimiter), field))
    skipped = {}
    for position in np.flatnonzero(shallow).tolist():
        part = text[starts[position] : starts[position] + lengths[position]]
        if empty.fullmatch(part):
            skipped[position] = delimiter in part or b'"' in part
    if not skipped:
        return np.arange(line, line + block.lines), text, 0
    parts = text.split(b"\n")[:-1]
    kept = [number for number in range(len(parts)) if number not in skipped]
    rows = b"".join(parts[number] + b"\n" for number in kept)
    return np.array(kept, dtype=np.int64) + line, rows, sum(skipped.values())


def _misshapen(text: bytes, delimiter: bytes) -> dict[int, str]:
    """The positions of the lines that a CSV parser would not take for one row, with what is wrong with them.

    These are the lines with an odd number of quotes, those with a quote that neither begins nor ends a field nor is
    doubled within one, and those with a carriage return in their middle.
    """
    if b'"' not in text and text.count(b"\r") == text.count(b"\r\n"):
        return {}
    characters = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    returns = np.flatnonzero(characters == ord("\r"))
    returns = returns[characters[returns + 1] != ord("\n")]
    misshapen = dict.fromkeys(np.searchsorted(ends, returns).tolist(), "carriage return within the line")
    quotes = np.flatnonzero(characters == ord('"'))
    lines = np.searchsorted(ends, quotes)
    in_line = np.bincount(lines, minlength=len(ends))
    # The first, third ... quote of a line opens a field or goes on after a doubled one; the others close or double.
    opens = (np.arange(len(quotes)) - (np.cumsum(in_line) - in_line)[lines]) % 2 == 0
    before = np.where(quotes > 0, characters[quotes - 1], ord("\n"))
    edges = np.frombuffer(delimiter + b'"\n', dtype=np.uint8)
    misplaced = np.where(
        opens,
        ~np.isin(before, edges),
        ~np.isin(characters[quotes + 1], np.append(edges, ord("\r"))),
    )
    misshapen |= dict.fromkeys(np.unique(lines[misplaced]).tolist(), "misplaced quote")
    return misshapen | dict.fromkeys(np.flatnonzero(in_line % 2).tolist(), "unbalanced quotes")


def _any_of(names: tuple[str, ...] | list[str], last: str = "or") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
