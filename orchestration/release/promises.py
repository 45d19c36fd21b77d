"""What consumers rely on: the names, columns, types, codes and meaning of all that is published.

`promised.yml` beside this module holds it as it was last agreed, and is committed. What differs from it is either new,
which breaks nothing, or breaks a promise, which the declaration of the output must say: a later entry in its `changes`,
of tomorrow at the latest, in both languages. A definition is not changed under its name before another indicator that
`replaces` it has run beside it for `SIDE_BY_SIDE`; nor does an output vanish before that.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import yaml
from pydantic import BaseModel

from orchestration.errors import VigieError
from orchestration.release.declarations import CONTRACT, Change, Declarations, Indicator, Layout
from orchestration.release.words import age_classes

PROMISED = Path(__file__).with_name("promised.yml")
SIDE_BY_SIDE = dt.timedelta(28)
TOMORROW = dt.timedelta(1)
HEAD = "# What consumers rely on. Written by `vigie promises --write`, which refuses what breaks a promise unsaid.\n"


class Promise(BaseModel):
    """What is promised of one output.

    `since` is the day from which it is promised, `told` the date of the last entry of `changes` that is a part of it.
    `columns` are those of the Parquet or of the layout with their types, in order; `codes` by column what may stand
    there; `files` by name the columns of the CSV, in order, and the axes of a slice. `meaning` is what an indicator is
    in words, and of the columns of a layout the fingerprints of their descriptions.
    """

    since: dt.date
    told: dt.date | None = None
    meaning: dict[str, str]
    columns: dict[str, str]
    codes: dict[str, list[str]] = {}
    files: dict[str, dict[str, list[str]]]


class Differences(BaseModel):
    """What has been added to what is promised, and what breaks it: a line each; `agreed` is what would be promised."""

    added: list[str]
    broken: list[str]
    agreed: dict[str, Promise]


def read_promises(path: Path = PROMISED) -> dict[str, Promise]:
    """What is promised, by output; nothing where nothing was ever."""
    if not path.exists():
        return {}
    kept = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: Promise(**{**kept["indicators"], **facts}) for name, facts in kept["outputs"].items()}


def write_promises(promises: Mapping[str, Promise], path: Path = PROMISED) -> None:
    """Write what is promised, a file or a kind of facts a line, so that a difference can be read; the columns of the
    indicators stand once."""
    facts = {name: promises[name].model_dump(mode="json", exclude_defaults=True) for name in sorted(promises)}
    of_indicators = next((each["columns"] for each in facts.values() if list(each["columns"]) == list(CONTRACT)), {})
    for each in facts.values():
        each["files"] = {name: _Line(axes) for name, axes in each["files"].items()}
        if list(each["columns"].items()) == list(of_indicators.items()):
            del each["columns"]
    text = yaml.dump(
        {"indicators": {"columns": of_indicators}, "outputs": facts},
        Dumper=_Dumper,
        default_flow_style=None,
        sort_keys=False,
        allow_unicode=True,
        width=10_000,
    )
    path.write_text(HEAD + text, encoding="utf-8")


class _Line(dict):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes what stands twice twice."""

    def ignore_aliases(self, data: object) -> bool:
        """True of everything."""
        return True


_Dumper.add_representer(
    _Line, lambda dumper, line: dumper.represent_mapping("tag:yaml.org,2002:map", line.items(), flow_style=True)
)


def promises_of(
    declarations: Declarations, connection: duckdb.DuckDBPyConnection, today: dt.date
) -> dict[str, Promise]:
    """What all outputs are now, by name; the types are those of the warehouse that `connection` has open.

    Raises VigieError when one of them is not built there."""
    outputs = [*declarations.indicators, *declarations.layouts]
    return {output.name: _promise(declarations, output, connection, today) for output in outputs}


def _promise(
    declarations: Declarations, output: Indicator | Layout, connection: duckdb.DuckDBPyConnection, today: dt.date
) -> Promise:
    try:
        described = connection.execute(f"describe {declarations.relation(output.node)}").fetchall()
    except duckdb.CatalogException as error:
        raise VigieError(
            f"{output.name} is not built in this home, so that its types are not known: vigie run"
        ) from error
    types = {name: kind.lower() for name, kind, *_ in described}
    # What is told for another day would excuse whatever comes until then.
    told = max((change.date for change in output.changes if change.date <= today + TOMORROW), default=None)
    codes = {
        column: [str(code) for code in limits["enum"]]
        for column, limits in sorted(declarations.constraints(output.node).items())
        if "enum" in limits
    }
    if isinstance(output, Layout):
        texts = declarations.columns(output.node)
        types = {name: kind for name, kind in types.items() if name in texts}
        meaning = {name: _fingerprint(texts[name].get("description") or "") for name in types}
        return Promise(since=today, told=told, meaning=meaning, columns=types, codes=codes, files={output.name: {}})
    schemes = {age for part in output.slices for age in part.age if age != "all"}
    codes |= {f"age_class of {each}": [code for code, _ in age_classes(each, "en")] for each in sorted(schemes)}
    return Promise(
        since=today,
        told=told,
        meaning={
            "unit": output.unit.en,
            "unit_fr": output.unit.fr,
            "formula": output.formula.en if output.formula else "",
            "formula_fr": output.formula.fr if output.formula else "",
            "definition": output.definition.isoformat(),
        },
        columns={name: types[name] for name in CONTRACT if name in types},
        codes=codes,
        files={
            part.name: {
                "csv": output.csv_columns(part),
                "geo": part.geo,
                "period": part.period,
                "sex": part.sex,
                "age": part.age,
                "strata": [".".join(dict.fromkeys(pair)) for pair in output.strata(part)],
            }
            for part in output.slices
        },
    )


def _fingerprint(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:8]


def compare(
    promised: Mapping[str, Promise], now: Mapping[str, Promise], declarations: Declarations, today: dt.date
) -> Differences:
    """What `now` adds to what is promised and what of it it breaks."""
    successors = {
        output.replaces.indicator: output
        for output in declarations.indicators
        if output.replaces and output.name in promised
    }

    def ran_beside(name: str) -> bool:
        successor = successors.get(name)
        if successor is None:
            return False
        return max(successor.replaces.since, promised[successor.name].since) + SIDE_BY_SIDE <= today

    changes = {output.name: output.changes for output in [*declarations.indicators, *declarations.layouts]}
    found = Differences(added=[], broken=[], agreed={})
    for name in sorted(promised.keys() | now.keys()):
        before, after = promised.get(name), now.get(name)
        if before is None:
            found.added.append(name)
            found.agreed[name] = after
        elif after is None:
            if not ran_beside(name):
                found.broken.append(
                    f"{name} is no longer published. Let an indicator that `replaces` it run beside it for "
                    f"{SIDE_BY_SIDE.days} days first."
                )
                found.agreed[name] = before
        else:
            _compare_output(name, before, after, ran_beside(name), changes.get(name, []), found)
    return found


def _compare_output(
    name: str, before: Promise, after: Promise, ran_beside: bool, changes: Iterable[Change], found: Differences
) -> None:
    said = after.told is not None and (before.told is None or after.told > before.told)
    broken = list(_broken(before, after))
    redefined = before.meaning.get("definition") != after.meaning.get("definition")
    unsaid = [] if said else [f"{each}. Say so in a new entry of its `changes`." for each in broken]
    if redefined and not ran_beside:
        unsaid.append(
            "its definition changes under the same name. Let an indicator that `replaces` it run beside it for "
            f"{SIDE_BY_SIDE.days} days first."
        )
    if unsaid:
        found.broken += [f"{name}: {each}" for each in unsaid]
        found.agreed[name] = before
        return
    entries = [
        f"{change.date}: {change.fr} / {change.en}"
        for change in changes
        if said and change.date <= after.told and (before.told is None or change.date > before.told)
    ]
    found.added += [f"{name}: {each}, as its `changes` say ({'; '.join(entries)})" for each in broken]
    found.added += [f"{name}, file {file}" for file in after.files.keys() - before.files.keys()]
    found.added += [f"{name}, column {column}" for column in after.columns.keys() - before.columns.keys()]
    meanings = after.meaning.keys() - before.meaning.keys() - after.columns.keys()
    found.added += [f"{name}, meaning of {what}" for what in sorted(meanings)]
    found.agreed[name] = after.model_copy(update={"since": before.since})


def _broken(before: Promise, after: Promise) -> Iterator[str]:
    """What of a promise does not hold any more, in words."""
    for column, kind in before.columns.items():
        if column not in after.columns:
            yield f"the column {column} is gone"
        elif after.columns[column] != kind:
            yield f"the column {column} is {after.columns[column]}, not {kind}"
    if not _in_order(before.columns, after.columns):
        yield "the columns stand in another order"
    for column, codes in before.codes.items():
        if column in before.columns.keys() - after.columns.keys():
            continue
        if (now := after.codes.get(column)) != codes:
            yield f"the codes of {column} are {_listed(now)}, not {_listed(codes)}"
    for what, text in before.meaning.items():
        if what in after.meaning and after.meaning[what] != text:
            yield f"the meaning of {what} is '{after.meaning[what]}', not '{text}'"
    for file, axes in before.files.items():
        if file not in after.files:
            yield f"the file {file} is gone"
            continue
        for axis, values in axes.items():
            now = after.files[file].get(axis, [])
            gone = [value for value in values if value not in now]
            if gone:
                yield f"the file {file} has no longer {axis} {_listed(gone)}"
            elif axis == "csv" and not _in_order(values, now):
                yield f"the columns of the CSV of {file} stand in another order"
            elif axis != "csv" and now != values:
                yield f"the file {file} has {axis} {_listed(now)}, not {_listed(values)}"


def _in_order(before: Collection[str], after: Collection[str]) -> bool:
    """Whether the columns that are still there follow each other as they did."""
    return [name for name in before if name in after] == [name for name in after if name in before]


def _listed(codes: list[str] | None) -> str:
    return ", ".join(codes) if codes else "any"
