"""What comes in the body of a request, into a file, and never more of it than the limit."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from orchestration.intake.words import Refused

#: Bytes that the parts of a multipart body may have around the file.
ENVELOPE = 16 * 1024
#: Bytes of the answers to a form, all together, and how many of them there may be.
ANSWERS, FIELDS = 64 * 1024, 200
#: Seconds until a body must have come: the proxy hands it over whole.
PATIENCE = 300

#: The formats of a body that has no name, by its type.
TYPES = {
    "text/csv": "csv",
    "application/gzip": "csv.gz",
    "application/x-gzip": "csv.gz",
    "application/vnd.apache.parquet": "parquet",
}
FORMATS = ("csv.gz", "csv", "parquet")


@dataclass(frozen=True)
class Name:
    """The name of a file as it may stand on a disk: what is left of the sender's, and the format it ends in."""

    stem: str
    extension: str


def name_of(sent: str) -> Name:
    """A name without folders and signs; the format is empty when it ends in none that any feed has."""
    last = re.split(r"[/\\]", sent)[-1]
    extension = next((each for each in FORMATS if last.lower().endswith(f".{each}")), "")
    stem = last[: len(last) - len(extension) - 1] if extension else last
    return Name(re.sub(r"[^A-Za-z0-9]+", "-", stem)[:40].strip("-") or "file", extension)


async def receive(request: Request, target: Path, limit: int, name: str = "") -> Name:
    """Write the file that a request brings to `target`, of `limit` bytes at most, and give its name.

    It is the file of a multipart form, or the body itself: then the name is `name`, or one of the type of the body.
    Raises Refused when it is too large, broken, no file at all, or has not come in time.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    with target.open("wb") as file:
        if kind == b"multipart/form-data":
            parts = _Parts(options.get(b"boundary", b""), file, limit)
            await _stream(request, limit + ENVELOPE, parts.write)
            return name_of(parts.close())
        extension = TYPES.get(kind.decode("latin-1"))
        if not name and extension is None:
            raise Refused(415, "type")
        await _stream(request, limit, file.write)
        if not file.tell():
            raise Refused(400, "empty")
    return name_of(name) if name else Name("file", extension or "")


async def answers(request: Request) -> dict[str, str]:
    """The fields of a form, by name; raises Refused when it is too large or none."""
    if parse_options_header(request.headers.get("content-type"))[0] != b"application/x-www-form-urlencoded":
        raise Refused(415, "type")
    body = bytearray()
    await _stream(request, ANSWERS, body.extend)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict"))
    except ValueError as error:
        raise Refused(400, "broken") from error


async def _stream(request: Request, limit: int, take: Callable[[bytes], object]) -> None:
    announced = request.headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit() or int(announced) > limit:
        raise Refused(413, "large")
    size = 0
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise Refused(413, "large")
                take(chunk)
    except TimeoutError as error:
        raise Refused(408, "slow") from error


class _Parts:
    """The parts of a multipart body: that with a file name goes to the file, the others nowhere."""

    def __init__(self, boundary: bytes, file: BinaryIO, limit: int) -> None:
        self._file, self._limit = file, limit
        self._field, self._value, self._disposition = b"", b"", b""
        self._names: list[str] = []
        self._is_file = self._ended = False
        callbacks = {
            "on_part_begin": self._begin,
            "on_header_field": self._add_field,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._add_data,
            "on_end": self._end,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks)
        except (FormParserError, ValueError) as error:
            raise Refused(400, "broken") from error

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Refused(400, "broken") from error

    def close(self) -> str:
        """The name of the one file; raises Refused when there is none, or the body has no end."""
        if not self._ended:
            raise Refused(400, "broken")
        if not self._file.tell() or not self._names:
            raise Refused(400, "empty")
        return self._names[0]

    def _begin(self) -> None:
        self._disposition, self._is_file = b"", False

    def _add_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _end_headers(self) -> None:
        name = parse_options_header(self._disposition)[1].get(b"filename")
        self._is_file = name is not None
        if name is not None:
            self._names.append(name.decode("utf-8", "replace"))
        if len(self._names) > 1:
            raise Refused(400, "several")

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._file.write(data[start:end])
            if self._file.tell() > self._limit:
                raise Refused(413, "large")

    def _end(self) -> None:
        self._ended = True
