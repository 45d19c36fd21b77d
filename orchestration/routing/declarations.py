"""What is declared of recipients: `recipients/*.yml`, one file each, and `classes.yml`, what their classes may have."""

import csv
import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from orchestration.day.calendar import HOUR
from orchestration.errors import VigieError
from orchestration.home import PROJECT, Home
from orchestration.landing.contract import WEEKDAYS
from orchestration.release.declarations import Breakdown

FOLDER = Path(__file__).parent / "recipients"
CLASSES = Path(__file__).with_name("classes.yml")
NAME = r"^[a-z0-9][a-z0-9_-]*$"
#: A number of the national register of establishments.
FINESS = r"^[0-9][0-9AB][0-9]{7}$"
#: Levels below the département, of which two would tell each other's parts.
LOCAL = ("METRO", "EPCI", "COM", "IRIS")


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordPolicy(_Declared):
    """Of a model, what a class may have of its rows: `fields` and `keys`, by `day` and `place` (a département).

    `row` is the key that names a row; with a `hospital` (a FINESS number) it may have those of its own hospitals alone.
    """

    fields: tuple[str, ...]
    keys: tuple[str, ...]
    day: str
    place: str
    row: str = ""
    hospital: str = ""


class CountPolicy(_Declared):
    """Of a model, which numbers of persons (`measures`) a class may have of its own hospitals, by week (`day`, its last
    one) and `place` (a département)."""

    measures: tuple[str, ...]
    hospital: str
    day: str
    place: str


class ClassPolicy(_Declared):
    """What a class may have beyond what is published; see `classes.yml`."""

    levels: tuple[str, ...]
    periods: tuple[str, ...]
    threshold: int = Field(ge=2)
    country: bool
    records: Mapping[str, RecordPolicy] = {}
    counts: Mapping[str, CountPolicy] = {}


class Basis(_Declared):
    """Why a recipient may have data: a text, the day on which that ends (nothing is sent any more), and of rows of
    persons the authorisation."""

    text: str = Field(min_length=1)
    ends: dt.date
    records: str = ""


class Selection(_Declared):
    """Datasets as they are published, by name or pattern; the last `days` of them, by default all."""

    name: str = Field(min_length=1)
    days: int | None = Field(default=None, ge=1)

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for all that are called so, rather than for one."""
        return any(sign in self.name for sign in "*?[")

    def takes(self, name: str) -> bool:
        """Whether a dataset is one of them."""
        return fnmatchcase(name, self.name)


class Figures(Breakdown):
    """A part of an indicator, published or not, of the last `days`, as a dataset of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=NAME)
    indicator: str
    days: int = Field(ge=1)

    @model_validator(mode="after")
    def _something(self) -> "Figures":
        if empty := [axis for axis in ("geo", "period", "sex", "age", "strata") if not getattr(self, axis)]:
            raise ValueError(f"{', '.join(empty)}: it names nothing")
        return self


class Counts(_Declared):
    """Numbers of the recipient's own hospitals by week: `measures` of a model, of the last `days`."""

    name: str = Field(pattern=NAME)
    model: str
    measures: tuple[str, ...] = Field(min_length=1)
    days: int = Field(ge=1)


class Records(_Declared):
    """Rows of a model: the fields, one by one, of the last `days`."""

    name: str = Field(pattern=NAME)
    model: str
    fields: tuple[str, ...] = Field(min_length=1)
    days: int = Field(ge=1)


def _within(path: str) -> str:
    parts = PurePosixPath(path).parts
    if ".." in parts or "~" in parts:
        raise ValueError("a path without '..' or '~'")
    return path


class FolderTransport(_Declared):
    """A folder of this machine, or one mounted into it; `path` is absolute, or below `outgoing/` of the home."""

    kind: Literal["folder"]
    path: Annotated[str, Field(min_length=1)]

    _path = field_validator("path")(_within)

    @field_validator("path")
    @classmethod
    def _outside(cls, path: str) -> str:
        # What lies elsewhere in the home is kept there, or published.
        if not path.startswith("/") and PurePosixPath(path).parts[:1] != ("outgoing",):
            raise ValueError("a path of the home begins with outgoing/")
        return path


class SftpTransport(_Declared):
    """An SFTP server. `host_key` is the line of its public key, as `ssh-keyscan` gives it and its owner confirms: no
    other is trusted. Our own key is the secret `ssh_key`."""

    kind: Literal["sftp"]
    host: str = Field(min_length=1)
    port: int = Field(default=22, ge=1, le=65535)
    user: str = Field(min_length=1)
    path: str = Field(min_length=1)
    host_key: str = Field(pattern=r"^(ssh-|ecdsa-)\S+ \S+$")

    _path = field_validator("path")(_within)


class BucketTransport(_Declared):
    """A bucket of an S3-compatible storage; the secrets are `access_key` and `secret_key`."""

    kind: Literal["s3"]
    bucket: str = Field(min_length=3)
    prefix: str = ""
    endpoint: str | None = Field(default=None, pattern=r"^https?://")
    region: str = "eu-west-3"

    _prefix = field_validator("prefix")(_within)


Transport = Annotated[FolderTransport | SftpTransport | BucketTransport, Field(discriminator="kind")]


class Recipient(_Declared):
    """Who gets what, by which right, in which shape, where and when.

    `regions` is the part of the country that it gets, all of it when empty; `hospitals` (FINESS numbers) are those of
    which it gets rows and counts. With `difference` only the files that have changed are sent (`rows`: of these the
    rows that have), otherwise always the whole. `hour` and `cut_off` (HH:MM, Paris), on its `weekdays`: from when on it
    is due, until when it is tried. `encryption` names the certificate (PEM, beside the declaration) for which files are
    encrypted (CMS); `acknowledged_within` are the hours after which a recipient that has not acknowledged is followed
    up. An `example` is served by hand alone.
    """

    name: str = Field(pattern=NAME)
    title: str = Field(min_length=1)
    contact: str = Field(pattern=r"^\S+@\S+$")
    policy: str = Field(alias="class")
    basis: Basis
    regions: tuple[str, ...] = ()
    hospitals: tuple[Annotated[str, Field(pattern=FINESS)], ...] = ()
    datasets: tuple[Selection, ...] = ()
    figures: tuple[Figures, ...] = ()
    counts: tuple[Counts, ...] = ()
    records: tuple[Records, ...] = ()
    form: Literal["parquet", "csv"] = "parquet"
    archive: bool = False
    difference: bool | Literal["rows"] = True
    transport: Transport
    hour: str = Field(pattern=HOUR)
    cut_off: str = Field(pattern=HOUR)
    weekdays: tuple[Literal[WEEKDAYS], ...] = Field(default=WEEKDAYS, min_length=1)
    encryption: str | None = Field(default=None, pattern=r"^[\w.-]+\.pem$")
    acknowledged_within: int | None = Field(default=None, ge=1)
    example: bool = False

    @model_validator(mode="after")
    def _whole(self) -> "Recipient":
        if not self.hour < self.cut_off:
            raise ValueError("the cut-off comes after the hour")
        if not self.parts:
            raise ValueError("datasets, figures, counts or records: it gets nothing")
        if self.archive and self.difference == "rows":
            raise ValueError("difference: an archive has no rows")
        if unknown := sorted(set(self.regions) - regions().keys()):
            raise ValueError(f"regions: there is none of the code {', '.join(unknown)}")
        names = [each.name for each in self.parts]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)}: named twice")
        return self

    @property
    def parts(self) -> tuple[Selection | Figures | Counts | Records, ...]:
        """All that is declared to be sent."""
        return (*self.datasets, *self.figures, *self.counts, *self.records)

    def ended(self, today: dt.date) -> bool:
        """Whether the agreement has ended: on that day nothing is sent any more."""
        return self.basis.ends <= today

    def is_due(self, day: dt.date) -> bool:
        """Whether it is due on a day."""
        return WEEKDAYS[day.weekday()] in self.weekdays

    def last_due(self, day: dt.date) -> dt.date:
        """The last day, until this one, on which it is due."""
        return next(each for each in (day - dt.timedelta(n) for n in range(7)) if self.is_due(each))

    def next_due(self, day: dt.date) -> dt.date:
        """The first day, from this one on, on which it is due."""
        return next(each for each in (day + dt.timedelta(n) for n in range(7)) if self.is_due(each))


@cache
def regions() -> dict[str, str]:
    """The régions by code with their names; collectivities overseas, of three digits, are none."""
    with (PROJECT / "seeds" / "referential" / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["reg"]: row["reg_name"] for row in csv.DictReader(file) if len(row["reg"]) == 2}


def read_classes(path: Path = CLASSES) -> dict[str, ClassPolicy]:
    """What classes of recipients may have, by name. Raises VigieError naming the file and the key."""
    found = {}
    for name, declared in (_read(path) or {}).items():
        found[name] = _validated(ClassPolicy, declared, f"{path.name}, {name}")
    return found


def read_recipients(folder: Path = FOLDER) -> dict[str, Recipient]:
    """The declared recipients by name; one with `each: region` is as many as there are régions.

    Raises VigieError naming the file and the key when a declaration does not hold, or a name is given twice.
    """
    found: dict[str, Recipient] = {}
    for path in sorted(folder.glob("*.yml")):
        for name, declared in _each(path):
            if name in found:
                raise VigieError(f"{path.name}: there is another recipient called {name}; rename one of the files.")
            found[name] = _validated(Recipient, {"name": name, **declared}, path.name)
    _refuse_shared_places(found.values())
    words = sorted((name.replace("-", "_"), name) for name in found)
    for (word, name), (other_word, other) in pairwise(words):
        # Their secrets would be looked for under one name.
        if word == other_word:
            raise VigieError(f"{other}: it is called as {name} but for the hyphens; rename one of the files.")
    return found


def _refuse_shared_places(recipients: Iterable[Recipient]) -> None:
    """Raise VigieError when the place of a recipient is that of another one, or lies in it."""
    places = sorted((*_place(each), each.name) for each in recipients)
    for (where, path, name), (other_where, other_path, other) in pairwise(places):
        if where == other_where and other_path[: len(path)] == path:
            raise VigieError(f"{other}: its files would lie at the place of {name}; each has one of its own.")


def _place(recipient: Recipient) -> tuple[str, tuple[str, ...]]:
    """Where files go to: the server or storage, and the parts of the path, however it is written."""
    to = recipient.transport
    if isinstance(to, BucketTransport):
        endpoint = (to.endpoint or f"https://s3.{to.region}.amazonaws.com").rstrip("/").lower()
        return f"{endpoint} {to.bucket}", PurePosixPath(to.prefix.strip("/")).parts
    if isinstance(to, SftpTransport):
        return f"{to.host.lower()}:{to.port}", PurePosixPath(to.path).parts
    return "", PurePosixPath(os.path.realpath(Home.from_env().root / to.path)).parts


def _each(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The declarations of a file, with their names."""
    declared = _read(path)
    if not isinstance(declared, dict):
        raise VigieError(f"{path.name}: a declaration is keys and values.")
    if "name" in declared:
        raise VigieError(f"{path.name}: name: a recipient is called as its file.")
    each = declared.pop("each", None)
    if each is None:
        yield path.stem, declared
        return
    if each != "region" or "regions" in declared:
        raise VigieError(f"{path.name}: each: 'region' is what there may be one of each of, without `regions`.")
    for code, place in regions().items():
        yield f"{path.stem}-{code}", {**_filled(declared, code, place), "regions": [code]}


def _filled(value: Any, code: str, place: str) -> Any:
    """A declaration with the code and the name of a région in all its texts."""
    if isinstance(value, str):
        return value.replace("{code}", code).replace("{place}", place)
    if isinstance(value, dict):
        return {key: _filled(each, code, place) for key, each in value.items()}
    return [_filled(each, code, place) for each in value] if isinstance(value, list) else value


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise VigieError(f"{path.name}{f', line {mark.line + 1}' if mark else ''}: not readable as YAML.") from error


def _validated(model: type[BaseModel], declared: Any, where: str) -> Any:
    try:
        return model.model_validate(declared)
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, each['loc'])) or 'declaration'}: {each['msg']}" for each in error.errors())
        raise VigieError(f"{where}: {'; '.join(problems)}") from error
