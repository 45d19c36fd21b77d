"""What may leave the house: the disclosure policy on every dataset, and on every file of a release before it is shown.

Below the département only classes of a week are published, the métropoles excepted; no laboratory, hospital,
professional or person is named; nothing says where the files of this machine are or what a delivery was called. The
models are made so (`int_testing__local_publishable`); here it is enforced on what they gave, whatever they are. A
message names dataset or file, column and rule, never content.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from orchestration.errors import VigieError
from orchestration.home import PROJECT
from orchestration.landing.checking import literal, quoted
from orchestration.release.declarations import Declarations, relation_of
from orchestration.release.policy import disclosure_policy
from orchestration.storage import fingerprint

LOCAL_COLUMN = re.compile(r"(epci|com|commune|iris)(\d{4})?")
# A commune (five characters) or an EPCI or IRIS (nine).
LOCAL_CODE = "(2[AB]|[0-9]{2})[0-9]{3}([0-9]{4})?"
NUMERIC = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*|BIGNUM)")
CLASS_COLUMN = re.compile(r"(?P<rate>ti|td|tp)_classe?")
AGE_COLUMN = re.compile(r"(cl)?age\w*|cage\d*")
AGE = "all|unknown|[0-9]{1,2}"
PERIOD_COLUMN = re.compile(r"jour|date|semaine(_glissante)?|week|period(_start|_end)?")
PERIOD = "[0-9]{4}-(S[0-9]{2}|[0-9]{2}-[0-9]{2}(-[0-9]{4}-[0-9]{2}-[0-9]{2})?)"
# Columns that tell who: a word of the name. What is counted of them bears another name.
NAMES_SOMEONE = re.compile(
    r"(^|_)(id|ids|key|keys|nir|rpps|adeli|finess|siret"
    r"|labo|laborator(y|ies)|laboratoires?|hospital|hospitals|hopital|hopitaux|etablissements?"
    r"|professionals?|professionnels?|persons?|personnes?|patients?|pseudonym(e?s?)"
    r"|deliver(y|ies)|livraisons?|files?|fichiers?|paths?|chemins?)(_|$)"
)
# A pseudonym, a key or a hash.
TOKEN = "[0-9a-fA-F]{16,}"
# A number with decimals, as charts are full of: its digits are no token.
DECIMAL = re.compile(r"\d*\.\d{1,17}(?:[eE][-+]?\d+)?")
# What a release holds beside the resources of its data package: pages, lists, texts about them, and the site.
PAGES = re.compile(
    r"((index|status|release|observatory|bulletins|data|users)(\.en)?\.html|(methods|themes|places|data)/[\w-]+\.(fr|en)\.html"
    r"|methods/[\w-]+\.html|docs/index\.html|(release|datapackage|catalogue)\.json|catalogue\.(csv|jsonld)|feed\.atom"
    r"|assets/(vega-[\w.]+\.js|site\.js|observatory\.js|outlines\.json)|observatory/((choices|known|places-[\dAB]+)\.json|[\w-]+\.csv\.gz)"
    r"|observatory/known/[a-z0-9_-]+/\d{4}-\d{2}\.csv\.gz"
    r"|bulletins/(\d{4}-W\d{2}/)?[\w-]+\.(fr|en)\.(html|pdf)|bulletins/\d{4}-W\d{2}/comment\.md"
    r"|open_data/[a-z0-9_-]+\.retracted\.txt)"
)
# dbt's page is of code: it holds the checksums of models and its own program; so is the library that draws.
OF_CODE = re.compile(r"docs/index\.html|assets/vega-[\w.]+\.js")
# The hashes that a release tells of itself: of its files, of the code, of an image of a chart.
OWN_TOKENS = re.compile(r'"(?:sha256|hash|commit)": "(?:sha256:)?([0-9a-f]{40,64})"')
# What names are told apart by: runs of ASCII letters, digits, `_` and `-`; any other byte ends one.
NOT_OF_A_RUN = bytes(b if chr(b) == "-" or (b < 128 and re.match(r"\w", chr(b))) else 32 for b in range(256))
# The name of a file, by its ending.
FILE_NAME = re.compile(r"\.[a-zA-Z]\w*$")
# The code that writes pages.
OF_THE_RELEASE = (".py", ".j2", ".css", ".js", ".yml", ".typ")
LADDERS = "int_referential__class_ladders"
POPULATION = "int_referential__population"


def refuse_dataset(connection: duckdb.DuckDBPyConnection, declarations: Declarations, dataset) -> None:
    """Raise VigieError when the table `temp.file`, about to be written as `dataset`, may not be published."""
    columns = dict(dataset.columns)
    for name in columns:
        if NAMES_SOMEONE.search(name.lower()):
            raise _refused(dataset, f"column '{name}'", "nothing tells of one laboratory, hospital, person or delivery")
    local = [name for name in columns if LOCAL_COLUMN.fullmatch(name.lower())]
    # What a slice selects is what its declaration says.
    selected = ("geo_level", "period", "sex", "age_scheme", "stratum_scheme", "stratum") if dataset.slice else ()
    for name in (name for name, kind in columns.items() if kind == "VARCHAR" and name not in selected):
        # Few values, many rows.
        [(is_token, is_place)] = _all(
            connection,
            f"select coalesce(bool_or(regexp_matches(value, '{TOKEN}')), false), "
            f"coalesce(bool_or(regexp_full_match(value, '{LOCAL_CODE}')), false) "
            f"from (select distinct {quoted(name)} as value from temp.file)",
        )
        if is_token:
            raise _refused(dataset, f"column '{name}'", "no token that could be a pseudonym, a key or a hash")
        if is_place and name not in local:
            local.append(name)
    if dataset.slice is not None:
        _refuse_slice(connection, dataset, local)
    elif local:
        _refuse_local(connection, declarations, dataset, local)


def _refuse_slice(connection, dataset, local: list[str]) -> None:
    places = [name for name in local if name != "geo_code"]
    if places or ("geo_code" in local and _any(connection, f"geo_level <> 'METRO' and {_is_local_code('geo_code')}")):
        raise _refused(
            dataset, f"column '{(places or ['geo_code'])[0]}'", "no place below the département beside a number"
        )


def _refuse_local(connection, declarations: Declarations, dataset, local: list[str]) -> None:
    """Classes alone, of whole weeks, beside a place below the département; numbers of métropoles alone."""
    place = local[0]
    others = [name for name in local[1:] if name in dict(dataset.columns)]
    if _only_metropoles(connection, declarations, place) and not others:
        return
    for name in local:
        if _any(connection, f"not regexp_full_match({quoted(name)}::varchar, '{LOCAL_CODE}')"):
            raise _refused(
                dataset, f"column '{name}'", "a column of places below the département holds their codes alone"
            )
    columns = [(name, kind) for name, kind in dataset.columns if name not in local]
    for name, kind in columns:
        if NUMERIC.fullmatch(kind) and not _marks(connection, declarations, place, name):
            raise _refused(
                dataset,
                f"column '{name}'",
                f"no number by {place} but for métropoles alone: publish the class of the rate",
            )
    for name, kind in columns:
        column = f"column '{name}'"
        if NUMERIC.fullmatch(kind) or kind in ("DATE", "BOOLEAN"):
            continue
        if kind != "VARCHAR":
            raise _refused(dataset, column, "below the département only classes are published")
        if rate := CLASS_COLUMN.fullmatch(name.lower()):
            _refuse_labels(connection, declarations, dataset, place, name, rate["rate"])
        elif AGE_COLUMN.fullmatch(name.lower()):
            if _any(connection, f"not regexp_full_match({quoted(name)}, '{AGE}')"):
                raise _refused(dataset, column, "a column of ages holds classes of age")
        elif PERIOD_COLUMN.fullmatch(name.lower()):
            _refuse_period(connection, dataset, name)
        elif _any(connection, f"regexp_matches({quoted(name)}, '[0-9]')"):
            raise _refused(dataset, column, "no number in a text beside a place below the département")


def _refuse_labels(connection, declarations: Declarations, dataset, place: str, name: str, rate: str) -> None:
    """A class is one that the ladder has for a place of that size, or several that are neighbours there, as one."""
    ladders, population = declarations.model(LADDERS), declarations.model(POPULATION)
    if not ladders:
        raise _refused(dataset, f"column '{name}'", f"the classes that may be published ({LADDERS}) are not known")
    label = quoted(name)
    classes = f"""(
        select least.size_from, least.size_to,
            split_part(least.label, ';', 1) || ';' || split_part(most.label, ';', 2) as label
        from {relation_of(ladders)} as least
        inner join {relation_of(ladders)} as most
            on least.rate = most.rate and least.size_from = most.size_from and least.lower <= most.lower
        where least.rate = '{rate}'
    )"""
    if _any(connection, f"{label} is not null and {label} not in (select label from {classes})"):
        raise _refused(dataset, f"column '{name}'", "not the label of a class that may be published")
    age = next((n for n, _ in dataset.columns if AGE_COLUMN.fullmatch(n.lower())), None)
    if rate == "tp" or not population or not age:
        return  # the classes of positivity go by the people tested, who are not published
    # An IRIS that is a whole commune is told as that commune.
    too_narrow = f"""
        with rows as (
            select distinct {quoted(place)} as place, {quoted(place)}[:5] as commune, {label} as label,
                case {quoted(age)} when '0' then 'all' else {quoted(age)} end as age
            from temp.file where {label} is not null
        ), fits as (
            select people.geo_code, people.age_class, classes.label
            from {relation_of(population)} as people
            inner join {classes} as classes
                on people.population >= classes.size_from and people.population < classes.size_to
            where people.geo_code in (select place from rows union select commune from rows)
        )
        select 1 from rows
        anti join fits as own on rows.place = own.geo_code and rows.age = own.age_class and rows.label = own.label
        anti join fits as whole
            on rows.commune = whole.geo_code and rows.age = whole.age_class and rows.label = whole.label
        limit 1
    """
    if _all(connection, too_narrow):
        raise _refused(dataset, f"column '{name}'", "a class too narrow for the population of the place")


def _refuse_period(connection, dataset, name: str) -> None:
    column = quoted(name)
    if _any(connection, f"not regexp_full_match({column}, '{PERIOD}')"):
        raise _refused(dataset, f"column '{name}'", "a column of periods holds periods")
    if _any(connection, f"{column} not like '%S%' and isodow(try_cast({column}[-10:] as date)) <> 7"):
        raise _refused(dataset, f"column '{name}'", "below the département only whole weeks are published")


def _only_metropoles(connection, declarations: Declarations, place: str) -> bool:
    known = declarations.model("metropoles")
    return (
        "METRO" in disclosure_policy().exact
        and known is not None
        and not _any(
            connection,
            f"{quoted(place)} is null or {quoted(place)} not in (select epci::varchar from {relation_of(known)})",
        )
    )


def _marks(connection, declarations: Declarations, place: str, column: str) -> bool:
    """Whether a numeric column only marks IRIS that are made up, as the referential does."""
    known = declarations.model("int_referential__places")
    return known is not None and not _any(
        connection,
        f"not exists (select 1 from {relation_of(known)} as places "
        f"where places.iris = {quoted(place)} and places.is_synthetic::integer = {quoted(column)})",
    )


def has_classes(columns: Iterable[str]) -> bool:
    """Whether some columns are of classes of rates, which are told by week."""
    return any(CLASS_COLUMN.fullmatch(column.lower()) for column in columns)


def keep_told(
    connection: duckdb.DuckDBPyConnection,
    declarations: Declarations,
    dataset,
    published: Path | None,
    told_on: str | None,
) -> None:
    """A class below the département is told once: a row of `temp.file` of a period that was published stays as it was.

    Late results move a class now and then, and with the published count of the département beside it that would tell on
    which side of its bound a count stood. `published` is the Parquet file of the release before, `told_on` what its
    classes rested on: after a rebuild, or when a delivery was withdrawn, all is told anew. Sets `dataset.told_on`.
    """
    columns = [name for name, _ in dataset.columns]
    period = next((name for name in columns if PERIOD_COLUMN.fullmatch(name.lower())), None)
    local = any(LOCAL_COLUMN.fullmatch(name.lower()) for name in columns)
    if dataset.slice is not None or not period or not local or not has_classes(columns):
        return
    dataset.told_on = _rests_on(connection, declarations, dataset)
    if published is None or told_on != dataset.told_on:
        return
    before = f"read_parquet({literal(published)})"
    if [row[:2] for row in connection.execute(f"describe select * from {before}").fetchall()] != dataset.columns:
        return
    order = ", ".join(quoted(column) for column in dataset.key)
    connection.execute(
        f"""
        create or replace temp table file as
        select * from (
            select * from temp.file where {quoted(period)} not in (select {quoted(period)} from {before})
            union all
            select * from {before} where {quoted(period)} in (select {quoted(period)} from temp.file)
        ) order by {order}
        """
    )


def _rests_on(connection, declarations: Declarations, dataset) -> str:
    """What makes classes be told anew: another policy, a rebuild, a delivery taken back."""
    parts: list[object] = [disclosure_policy().model_dump_json()]
    for unique_id in sorted(declarations.upstream(dataset.node)):
        name = unique_id.split(".")[-1]
        if name.startswith("int_") and name.endswith("__batches"):
            parts.append(_all(connection, f"select max(generation) from {declarations.relation(unique_id)}"))
        elif name.startswith("stg_") and name.endswith("__deliveries"):
            relation = declarations.relation(unique_id)
            parts.append(_all(connection, f"select delivery from {relation} where verdict = 'withdrawal' order by all"))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def examine(
    staging: Path,
    package: Mapping,
    deliveries: Iterable[Mapping],
    roots: Iterable[str] = (),
    manifest: Mapping | None = None,
) -> None:
    """Raise VigieError when a file of a finished release may not be shown, before anyone can see it.

    Every file is one that a declaration knows: a resource of the data `package`, or a page or list of the release
    itself. No text names a folder of this machine (`roots` beside the usual ones) or one of the `deliveries` (rows of
    the ledger: file and hash), and no token stands in it that could be a pseudonym, a key or a hash, but for the hashes
    of the published files themselves.

    A producer may call a file as he likes, `status.csv` too: what the code (and the `manifest` of the project) says
    whatever was delivered, and the release's own names and hashes, are no delivery's.
    """
    known = {path for resource in package["resources"] for path in _paths(resource)}
    folders = _folders(roots)
    files = sorted(p for p in staging.rglob("*") if not p.is_dir())
    names, tellings = _of_deliveries(deliveries)
    known_words = {flag: _by_run(names if flag else names | tellings) for flag in (True, False)}
    tokens = set(_tokens(json.dumps(package)))
    own = _Own(staging, files, manifest or {})
    for path in files:
        name = str(path.relative_to(staging))
        if path.is_symlink() or not (name in known or PAGES.fullmatch(name)):
            raise VigieError(
                f"The release would show the file {name}, which no declaration knows; it is not published."
            )
        if name in known and not name.endswith((".html", ".json", ".geojson")):
            continue  # refused or let through as a dataset
        if name.endswith(".pdf"):
            if not path.with_suffix(".html").is_file():
                raise _hidden(name, "what no page beside it says")
            continue  # made of what its page says, which is examined
        text = gzip.decompress(path.read_bytes()).decode("utf-8") if name.endswith(".gz") else path.read_text("utf-8")
        if folders.search(text):
            raise _hidden(name, "the name of a folder of this machine")
        # The name of a file alone may be any word of a page of code.
        looked_for = _possible(known_words[bool(OF_CODE.fullmatch(name))], text)
        if any(_stands_in(word, text) and word not in own for word in looked_for):
            raise _hidden(name, "the name or the hash of a delivery")
        if not OF_CODE.fullmatch(name) and not set(_tokens(text)) <= tokens | set(OWN_TOKENS.findall(text)):
            raise _hidden(name, "a token that could be a pseudonym, a key or a hash")


def _paths(resource: Mapping) -> list[str]:
    """The files of a resource: one, or several that are one table."""
    path = resource["path"]
    return [path] if isinstance(path, str) else path


def _of_deliveries(deliveries: Iterable[Mapping]) -> tuple[set[str], set[str]]:
    """The words that tell of a delivery: file below its day and hash, and its name where that looks like one of a
    file. A word, a date or a number may stand anywhere."""
    rows = list(deliveries)
    names = {word for row in rows for word in (row["file"], row["sha256"]) if word}
    return names, {name for row in rows if FILE_NAME.search(name := Path(row["file"]).name)}


class _Own:
    """What a release says whatever was delivered; read when a word of a delivery stands in it, which is rare."""

    def __init__(self, staging: Path, files: list[Path], manifest: Mapping) -> None:
        self._staging, self._files, self._manifest = staging, files, manifest

    def __contains__(self, word: str) -> bool:
        return _stands_in(word, self._text) or word in self._hashes

    @cached_property
    def _text(self) -> str:
        folders = (Path(__file__).parent, Path(__file__).parent.with_name("site"))
        code = (p.read_text("utf-8") for each in folders for p in each.rglob("*") if p.suffix in OF_THE_RELEASE)
        names = (str(path.relative_to(self._staging)) for path in self._files)
        return "\n".join([*code, *names, json.dumps(self._manifest, ensure_ascii=False)])

    @cached_property
    def _hashes(self) -> set[str]:
        return {fingerprint(path) for path in self._files if path.is_file()}


@dataclass(frozen=True)
class _Folders:
    """Finds names of folders of this machine: those it is told of, and what lies below the usual ones."""

    own: tuple[str, ...]
    usual: tuple[str, ...] = ("home", "root", "tmp", "Users", "private", "mnt", "srv", "opt", "var")

    def search(self, text: str) -> bool:
        """Whether a text names one."""
        if any(root in text for root in self.own):
            return True
        # To find a part of a text costs a hundredth of finding a pattern in it.
        there = [name for name in self.usual if f"/{name}/" in text]
        return bool(there) and re.search(rf"(?<![\w./$~-])/({'|'.join(there)})/[\w.-]+", text) is not None


def _folders(roots: Iterable[str]) -> _Folders:
    return _Folders(tuple(r for root in {*roots, str(PROJECT)} if len(r := root.rstrip("/")) > 1))


def _runs(text: str) -> set[bytes]:
    return set(text.encode("utf-8", "surrogateescape").translate(NOT_OF_A_RUN).split())


def _by_run(words: Iterable[str]) -> dict[bytes, list[str]]:
    """Words by the longest of their runs; by none those that have none."""
    found: dict[bytes, list[str]] = {}
    for word in words:
        found.setdefault(max(_runs(word), key=lambda run: (len(run), run), default=b""), []).append(word)
    return found


def _possible(by_run: Mapping[bytes, list[str]], text: str) -> list[str]:
    """The words of which the longest run is a whole one of the text: no other can stand in it by itself. A release has
    a thousand words to look for in tens of megabytes of pages."""
    return [word for run in by_run.keys() & (_runs(text) | {b""}) for word in by_run[run]]


def _stands_in(word: str, text: str) -> bool:
    """Whether a word stands in a text by itself; a short one may be anything."""
    return len(word) > 5 and word in text and re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def _tokens(text: str) -> Iterator[str]:
    if not re.search(TOKEN, text):
        return iter(())  # most pages: the search alone costs a tenth of the rest
    return (match[0] for match in re.finditer(rf"(?<![0-9a-zA-Z]){TOKEN}(?![0-9a-zA-Z])", DECIMAL.sub(" ", text)))


def _hidden(name: str, what: str) -> VigieError:
    return VigieError(f"The file {name} of the release holds {what}; nothing is published. Mend what writes it.")


def _refused(dataset, column: str, rule: str) -> VigieError:
    return VigieError(f"The dataset '{dataset.name}' may not be published as it is: {column}, {rule}.")


def _any(connection, condition: str) -> bool:
    return bool(_all(connection, f"select 1 from temp.file where {condition} limit 1"))


def _all(connection, sql: str) -> list[tuple]:
    return connection.execute(sql).fetchall()


def _is_local_code(column: str) -> str:
    return f"regexp_full_match({quoted(column)}, '{LOCAL_CODE}')"
