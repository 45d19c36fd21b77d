"""What a change does to every figure: both versions made from the same lake, and their published files compared.

The warehouse of the home is copied. The code of the base brings the copy to its state, which as a rule takes nothing;
then the code of the change does, which builds what is not at its fingerprint: what the change concerns and what is
downstream of it. Datasets that differ by their signature are written by both, as a release would, and compared.
"""

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration import clock
from orchestration.cost import Meter
from orchestration.difference import trees
from orchestration.difference.cells import Compared, Side, compare, compare_csv, lost_sums
from orchestration.difference.curves import curve
from orchestration.difference.findings import concluded, findings
from orchestration.difference.made import Place
from orchestration.difference.policy import Finding, read_policy
from orchestration.difference.report import PAGES, forget_reports
from orchestration.difference.trees import StepFailed, Tree
from orchestration.errors import VigieError
from orchestration.gate.definitions import Node, definitions_path, read
from orchestration.gate.fingerprints import Graph
from orchestration.home import PROJECT, Home
from orchestration.release import latest_release
from orchestration.release.files import FOLDER
from orchestration.storage import locked
from orchestration.warehouse.project import sources_state


def difference(home: Home, base: str, report: Callable[[str], None] = lambda step: None) -> dict[str, Any]:
    """The difference between the commit at which the working tree left `base` and the working tree, as plain values:
    what the report tells, and the pages of method of the indicators concerned, which lie in `difference/pages` of the
    home. The report of the comparison before goes at once.

    The home is read under its lock, and nothing of it is written but the folder `difference`. Raises VigieError when
    there is no such commit, no warehouse to begin from, or the base cannot be built.
    """
    meter = Meter()
    # Whatever happens, no verdict is left of another comparison.
    forget_reports(home)
    tip = trees.commit_of(base)
    commit = trees.left_from(tip)
    if not home.database.is_file():
        raise VigieError(f"There is no warehouse in {home.root} to compare on. Run `make run` first, or name another.")
    with locked(home.lock, "vigie diff", reads=True), work_in(home) as work:
        day, tree, state = _day(home).isoformat(), work / "base" / "tree", sources_state(home)
        kept = trees.kept_of(home, commit)
        trees.take_out(commit, tree)
        # The head goes on in the place of the base: dbt parses all again where the path of the warehouse is another.
        before = Tree("base", tree, Place(home.root, work, kept, work / "base" / "files"))
        after = Tree("head", PROJECT, Place(home.root, work, work / "head" / "target", work / "head" / "files"))
        told: dict[str, Any] = {
            "base": {"ref": base, "commit": commit, "tip": tip},
            "head": trees.head(),
            "day": day,
        }
        try:
            parse = _parse(before, after, day, report)
        except StepFailed as error:
            return concluded(told, [Finding("not_made", "the project", str(error))], read_policy(tree), meter)
        report("copying the warehouse")
        copy_warehouse(home.warehouse, work / "warehouse")
        report("building the base")
        was = before.step("make", day)
        copy_warehouse(work / "warehouse", work / "base" / "warehouse")
        before = Tree("base", tree, Place(home.root, work / "base", kept, work / "base" / "files"))
        report("building the change")
        now = after.step("make", day)
        report("writing what differs")
        names = _to_write(was, now)
        pages = _changed_pages(was, now, names)
        written = {
            side.name: side.step("write", day, names=sorted(names & stands["datasets"].keys()), pages=shown)
            for side, stands, shown in ((before, was, []), (after, now, pages))
        }
        guarded = Tree("base", tree, after.place).step("examine", day, names=sorted(names)) if names else {}
        if sources_state(home) != state:
            raise VigieError("The working tree has changed during the comparison. Start again.")
        report("comparing")
        told |= _compared(before, after, was, now, written)
        told["nodes"], told["reached"] = _lineage(kept, after.place.target)
        told["pages"] = _keep_pages(home, after.place.folder, pages)
        told["cost"] = _cost(was, now, written) | {"parse": parse}
        told["limits"] = _limits(was, now)
        gone = read_policy(PROJECT).gone
        found = findings(told, was["datasets"], now["datasets"], guarded, gone, clock.today())
        # The policy is that of the base: a change does not judge itself.
        return concluded(told, found, read_policy(tree), meter)


def _parse(before: Tree, after: Tree, day: str, report: Callable[[str], None]) -> dict[str, float]:
    """Parse both trees, the base where it is not kept; CPU seconds of each. Raises StepFailed when the change does not
    parse, VigieError when the base does not."""
    kept = before.place.target
    cost = {"before": 0.0}
    if not definitions_path(kept).is_file():
        report("parsing the base")
        try:
            cost["before"] = before.step("parse", day)["cost"]["cpu_seconds"]
        except StepFailed as error:
            raise VigieError(f"The base cannot be built: {error}") from error
    os.utime(kept)
    trees.forget_old(kept.parent)
    trees.begin_from(kept, after.place.target)
    report("parsing the change")
    return cost | {"after": after.step("parse", day)["cost"]["cpu_seconds"]}


@contextmanager
def work_in(home: Home) -> Iterator[Path]:
    """A folder of the home to work in: it must lie there, since views name the lake by its path. It goes in the end,
    and what one that was killed has left goes first."""
    home.difference.mkdir(exist_ok=True)
    home.difference.chmod(0o700)
    work = home.comparison
    with locked(home.difference / ".lock", "vigie diff"):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def copy_warehouse(old: Path, new: Path) -> None:
    """Copy a database with its log; the sealed files, which nothing here writes, are linked."""
    new.mkdir(parents=True)
    for file in old.iterdir():
        if file.name.startswith("vigie.duckdb"):
            shutil.copyfile(file, new / file.name)
        elif file.suffix == ".parquet":
            (new / file.name).symlink_to(file.resolve())


def _day(home: Home) -> dt.date:
    """The day as of which both are published: that of the last release, so that nothing is late by the time alone."""
    previous = latest_release(home.releases)
    if previous is None:
        return clock.today()
    return dt.date.fromisoformat(json.loads((previous / "release.json").read_text(encoding="utf-8"))["today"])


def _to_write(was: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """The datasets that may differ: those of another signature or verdict, of one side alone, or of which other words
    are said; all of them when the code that writes them differs."""
    before, after = was["datasets"], now["datasets"]
    if was["writer"] != now["writer"]:
        return before.keys() | after.keys()
    looked_at = ("signature", "open", "reasons")
    differing = {
        name
        for name in before.keys() | after.keys()
        if any(before.get(name, {}).get(what) != after.get(name, {}).get(what) for what in looked_at)
    }
    outputs = {stands[name]["output"] for stands in (before, after) for name in differing if name in stands}
    outputs |= {name for name, said in now["told"].items() if was["told"].get(name) != said}
    return {name for stands in (before, after) for name, each in stands.items() if each["output"] in outputs}


def _changed_pages(was: Mapping[str, Any], now: Mapping[str, Any], names: set[str]) -> list[str]:
    """The indicators of which the page of method may read differently."""
    concerned = {now["datasets"][name]["output"] for name in names if name in now["datasets"]}
    return sorted(name for name, said in now["told"].items() if name in concerned or was["told"].get(name) != said)


def _compared(before: Tree, after: Tree, was, now, written) -> dict[str, Any]:
    """By output what differs in its datasets, and the sums that no longer agree."""
    outputs: dict[str, dict[str, Any]] = {}
    sides: dict[str, dict[str, list[Side]]] = {}
    with duckdb.connect() as connection:
        for name in sorted(was["datasets"].keys() | now["datasets"].keys()):
            declared = now["datasets"].get(name) or was["datasets"][name]
            pair = [_side(t, stands, written, name) for t, stands in ((before, was), (after, now))]
            dataset = _dataset(connection, name, pair, was, now, written)
            if declared["series"]:
                for side, one in zip(("base", "head"), pair, strict=True):
                    parts = sides.setdefault(declared["output"], {"base": [], "head": []})
                    parts[side] += [one] if one else []
            if dataset:
                output = {"output": declared["output"], "datasets": []}
                outputs.setdefault(declared["output"], output)["datasets"].append(dataset)
        sums = {name: lost_sums(connection, *parts.values()) for name, parts in sides.items() if name in outputs}
    return {
        "outputs": [outputs[name] for name in sorted(outputs)],
        "sums": [{"output": name, **lost} for name, found in sorted(sums.items()) for lost in found],
        "checks": _checks(was["checks"], now["checks"]),
        "compared": len(written["head"]["datasets"]),
        "of": len(now["datasets"]),
    }


def _side(tree: Tree, stands: Mapping[str, Any], written: Mapping[str, Any], name: str) -> Side | None:
    facts = written[tree.name]["datasets"].get(name)
    if facts is None:
        return None
    columns = [(column, kind) for column, kind in facts["columns"]]
    return Side(tree.place.folder / FOLDER, facts["files"], columns, tuple(stands["datasets"][name]["key"]))


def _dataset(connection, name: str, pair: list[Side | None], was, now, written) -> dict[str, Any] | None:
    """What differs in a dataset; None when nothing does."""
    before, after = was["datasets"].get(name), now["datasets"].get(name)
    stood, stands = (written[side]["datasets"].get(name, {}) for side in ("base", "head"))
    held = written["head"]["held_with"].get(name)
    stands = {**stands, "status": "held", "reasons": held} if held else stands
    told: dict[str, Any] = {
        "name": name,
        "title": (after or before)["title"],
        "is": "new" if before is None else "gone" if after is None else "there",
        "status": {"before": stood.get("status"), "after": stands.get("status")},
        "reasons": [{"kind": each["kind"], "text": _why(each)} for each in stands.get("reasons", [])],
        "text": bool(before and after and before["text"] != after["text"]),
    }
    found = compare(connection, *pair) if all(pair) else Compared()
    if before and after and before["csv"] != after["csv"]:
        found.schema += _csv_schema(before["csv"], after["csv"])
    if all(pair):
        compare_csv(*pair, found)
        # Held until now, and never published.
        found.added = found.added if pair[0].files else stands.get("rows", 0)
    if before is None:
        found.added = stands.get("rows", 0)
    elif after is None:
        found.removed = stood.get("rows", 0)
    status = told["status"]
    changed = status["before"] != status["after"] and bool(before) and bool(after) and bool(stood or held)
    if told["is"] == "there" and found.same and not changed and not told["text"]:
        return None
    told["curve"] = curve(connection, found, *pair) if all(side and side.files for side in pair) else None
    return told | found.as_dict()


def _csv_schema(before: list[str] | None, after: list[str] | None) -> list[str]:
    before, after = before or [], after or []
    said = [f"column `{name}` goes from the CSV" for name in before if name not in after]
    said += [f"column `{name}` is new in the CSV" for name in after if name not in before]
    kept = [name for name in before if name in after]
    moved = kept != [name for name in after if name in kept]
    return said + (["the columns of the CSV stand in another order"] if moved else [])


def _why(reason: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (reason["en"], reason["detail"])))


def _checks(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The checks of which the answer is another one, or that are new or gone."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        answers = {side: each["answer"] if each else None for side, each in (("before", was), ("after", now))}
        if answers["before"] != answers["after"] or (was and now and was["rows"] != now["rows"]):
            told = now or was
            rows = now["rows"] if now else None
            found.append(
                {"name": name, **answers, "rows": rows, **{what: told[what] for what in ("blocking", "about", "says")}}
            )
    return found


def _lineage(before: Path, after: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The nodes of which the definition differs, and by output that is downstream of some the names of these."""
    old, new = (read(definitions_path(target)) for target in (before, after))
    changed = {i for i in old.keys() & new.keys() if old[i].definition != new[i].definition}
    graph = Graph(new)
    reached = {
        graph.nodes[i].name: sorted(graph.nodes[each].name for each in hit)
        for i in graph.built
        if graph.nodes[i].group is not None and (hit := ({i} | graph.upstream(i)) & (changed | new.keys() - old.keys()))
    }
    return {
        "changed": _names(new, changed),
        "new": _names(new, new.keys() - old.keys()),
        "gone": _names(old, old.keys() - new.keys()),
    }, reached


def _names(nodes: Mapping[str, Node], ids: set[str]) -> list[str]:
    return sorted(nodes[i].name for i in ids)


def _cost(was: Mapping[str, Any], now: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """CPU seconds: of writing the same outputs on both sides, every month of them, and of building what differs."""
    return {
        "write": {side: written[name]["cost"]["cpu_seconds"] for side, name in (("before", "base"), ("after", "head"))},
        "build": {side: made["cost"]["cpu_seconds"] for side, made in (("before", was), ("after", now))},
        "built": len(now["built"]),
        "tested": len(now["tested"]),
        "from_the_beginning": [feed for theme in now["from_the_beginning"] for feed in theme],
    }


def _limits(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What the comparison does not show."""
    said = []
    if was["landing"] != now["landing"]:
        said.append(
            "Contracts or the code of the landing differ: both versions read the lake as it stands, so that what "
            "another landing would take in or reject does not show."
        )
    if was["packages"] != now["packages"]:
        said.append("uv.lock differs: both versions ran with the packages that are installed here.")
    beside, before = now["beside"], was.get("beside", now["beside"])
    if other := sorted(file for file in beside.keys() | before.keys() if beside.get(file) != before.get(file)):
        said.append(
            f"{', '.join(other)} differ{'s' if len(other) == 1 else ''}: what the release writes by it beside the "
            "datasets (revisions, status, catalogue, descriptions, pages) is not compared."
        )
    if now["forward"]:
        said.append(
            f"Rows are kept no longer: {', '.join(now['forward'])} go on by the new rules, and what was counted stays."
        )
    said += [f"{name} is left as it is: {why}." for name, why in sorted(now["waiting"].items())]
    return said


def _keep_pages(home: Home, folder: Path, pages: list[str]) -> list[str]:
    """Keep the pages of method that the change makes."""
    kept = home.difference / PAGES
    if not pages:
        return []
    shutil.copytree(folder / "methods", kept, ignore=shutil.ignore_patterns("index.*"))
    return sorted(file.name for file in kept.iterdir())
