"""A small epidemic that is long enough for every rule, counted once per session without dbt, and its edge cases.

Sixty days of a history cost a release minutes and a model of it seconds: the command line has a shorter one, see
`daily_runs`.
"""

from __future__ import annotations

import csv
import datetime as dt
import fcntl
import functools
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from drawing import dice
from rendered_models import count, parsed_home

from orchestration.home import Home
from orchestration.landing import land
from orchestration.simulator import simulate
from orchestration.warehouse.project import manifest_path

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS = REPOSITORY / "seeds" / "referential"
#: 68 days, so that people are positive again beyond 60 days; a week 53 and an unfinished last week; disturbances well
#: above their usual rate.
FIRST, LAST, SIZE, SEED = dt.date(2020, 12, 28), dt.date(2021, 3, 5), 15_000, 7
RATES = {
    "reinfection": 0.3, "repeat_positive": 0.08, "negative_after_case": 0.1, "correction": 0.05, "deletion": 0.02,
    "file_twice": 0.1, "bad_row": 0.01, "serology": 0.05, "inconclusive": 0.02, "unknown_place": 0.03,
    "unknown_age": 0.03, "unknown_sex": 0.03, "resend": 0.02,
}  # fmt: skip


def vigie(home: Path, *arguments: object) -> str:
    """Run the command line on a home and give its output; fails with the output when the command does.

    Exit code 3 is no failure: of the rows made up at the bounds many are rejected, so that figures are partial.
    """
    command = [str(Path(sys.executable).parent / "vigie"), *map(str, arguments)]
    environment = {**os.environ, "VIGIE_HOME": str(home)}
    done = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def last_delivery(home: Path, feed: str = "sidep") -> dt.date:
    """The day of the last delivery in the landing folder."""
    return max(dt.date.fromisoformat(folder.name) for folder in (home / "landing" / feed).iterdir())


#: Places as a sender may write them: commune, IRIS, département.
PLACES = [
    ("75101", "", ""), ("75056", "", "75"), ("69381", "", "69"), ("69123", "", ""), ("13055", "132010001", "13"),
    ("", "", "2A"), ("2A004", "2A0040001", ""), ("", "2B0330002", ""), ("97411", "", "974"), ("97502", "", ""),
    ("", "978010000", ""), ("", "", "977"), ("", "", "20"), ("", "", "00"), ("99999", "", ""), ("", "", ""),
    ("01004", "010040002", "13"), ("01004", "01004ZZZZ", "01"), ("01001", "010010000", "01"), ("", "999999999", "59"),
    ("59350", "593500012", ""), ("98818", "", ""),
]  # fmt: skip
AGES = ["", 0, 2, 3, 5, 6, 9, 10, 11, 14, 15, 17, 18, 29, 30, 44, 45, 59, 60, 64, 65, 74, 75, 79, 80, 89, 90, 120]


def deliver_edge_cases(
    home: Path, first: dt.date, last: dt.date, people: int = 300, until: dt.date | None = None
) -> None:
    """Deliver what a simulator of plausible people hardly makes: tests from `first` to `last`, received by `until`.

    People tested on the 59th to 62nd day after a positive, several times on one day; ages at the bounds of classes;
    places half known, wrong or contradictory; versions that tie, in one file, on one day and between days; results that
    are deleted and come back; onsets without a word on symptoms.
    """
    draw, until = dice("edge cases", people), until or last
    files: dict[tuple[dt.date, str], list[dict]] = defaultdict(list)
    for person in range(people):
        again = person % 10 == 0  # positive again when the 60 days are over
        day, home_place = first + dt.timedelta(draw.randrange(6 if again else 20)), draw.choice(PLACES)
        while day <= last:
            record = _edge_record(draw, person, day, home_place)
            if again:
                record |= {"resultat": "P", "type_analyse": draw.choice(["RT-PCR", "ANTIGENIQUE"])}
            # Some come with their result, some before it: then a result of the day after next is a mistake.
            ready = dt.datetime.fromisoformat(record["date_resultat"]).date()
            received = min(until, draw.choice([day, ready, ready]))
            for version in range(1, draw.choice([2, 2, 2, 2, 3, 4])):
                kind = "new" if version == 1 else draw.choice(["correction", "correction", "deletion"])
                if version > 1 and draw.random() < 0.7:
                    changed = _edge_record(draw, person, day, draw.choice(PLACES))
                    record = {**changed, "id_resultat": record["id_resultat"]}
                record = {**record, "version": max(1, version - draw.choice([0, 0, 1])), "nature": kind}
                files[received, draw.choice("ab")].append(record)
                received = min(until, received + dt.timedelta(draw.choice([0, 0, 1, 5])))
            day += dt.timedelta(61 if again else draw.choice([0, 0, 1, 3, 7, 20, 58, 59, 60, 61, 62]))
    for (received, name), rows in files.items():
        path = home / "landing" / "sidep" / received.isoformat() / f"edge_{name}.csv.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)


def _edge_record(draw: random.Random, person: int, day: dt.date, place: tuple[str, str, str]) -> dict:
    times = [dt.time(0, 0), dt.time(8, 30), dt.time(8, 30), dt.time(15, 0, 1), dt.time(23, 59, 59)]
    sampled = dt.datetime.combine(day, draw.choice(times))
    delay = draw.choice([0, 1, 3599, 3600, 30_000, 86_399, 86_400, 86_401, 200_000, 2_000_000])
    symptoms = draw.choice(["O", "O", "N", ""])
    onset = day - dt.timedelta(draw.choice([0, 1, 2, 3, 29, 30, 31, 50])) if symptoms != "N" else ""
    result = draw.choice("PPNNNNI")
    targets = [draw.choice(["", "", 0, 1]) if result == "P" else "" for _ in range(4)]
    return {
        "id_resultat": f"edge-{draw.getrandbits(64):016x}", "version": 1, "nature": "new",
        "id_personne": f"{person:016x}", "date_prelevement": sampled.isoformat(sep=" "),
        "date_resultat": (sampled + dt.timedelta(seconds=delay)).isoformat(), "id_laboratoire": "EDGE1",
        "type_analyse": draw.choice(["RT-PCR", "RT-PCR", "ANTIGENIQUE", "ANTIGENIQUE", "SEROLOGIE"]),
        "resultat": result, "sexe": draw.choice(["F", "H", "F", "H", "I", ""]), "age": draw.choice(AGES),
        "commune_residence": place[0], "iris_residence": place[1], "departement_residence": place[2],
        "departement_prelevement": draw.choice(["", "75"]), "symptomes": symptoms,
        "date_debut_symptomes": draw.choice([onset, onset, ""]),
        "criblage_a": targets[0], "criblage_b": targets[1], "criblage_c": targets[2], "criblage_d": targets[3],
        "criblage_variant": draw.choice(["", "V1", "V2_3", "IND", "ABS"]) if result == "P" else "",
    }  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A home on which everything that was received by `today` has been counted."""

    home: Path
    today: dt.date

    @functools.cached_property
    def manifest(self) -> dict:
        """The dbt manifest, which is the same for every home."""
        return json.loads(manifest_path(parsed_home()).read_text(encoding="utf-8"))

    def model(self, name: str) -> dict:
        """The manifest's node of a model."""
        return self.manifest["nodes"][f"model.{self.manifest['metadata']['project_name']}.{name}"]

    def relation(self, name: str) -> str:
        """The relation of a model in the warehouse, without the database's name."""
        node = self.model(name)
        return f'warehouse."{node["schema"]}"."{node["alias"]}"'

    def seed(self, name: str) -> str:
        """The relation of a seed in the warehouse, without the database's name."""
        node = self.manifest["nodes"][f"seed.{self.manifest['metadata']['project_name']}.{name}"]
        return f'warehouse."{node["schema"]}"."{node["alias"]}"'

    def indicators(self) -> dict[str, list[dict]]:
        """Name of each declared indicator of SI-DEP, with its breakdowns."""
        return testing_indicators(self.manifest)

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection in memory that reads the warehouse, attached as `warehouse`."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.home / 'warehouse' / 'vigie.duckdb'}' as warehouse (read_only)")
            yield connection


@functools.cache
def small_epidemic(basetemp: Path) -> Run:
    """The small epidemic, landed and counted once by the models' own SQL (see `rendered_models`).

    Below pytest's folder, or below the one that its workers share.
    """
    folder = basetemp.parent if "PYTEST_XDIST_WORKER" in os.environ else basetemp
    home, made = folder / "small_epidemic", folder / "small_epidemic.made"
    with (folder / "small_epidemic.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(home, ignore_errors=True)
            _make(Home(home))
            made.touch()
    return Run(home, LAST)


def _make(home: Home) -> None:
    simulate(home, "sidep", "builtin", FIRST, LAST, SEED, RATES, size=SIZE)
    deliver_edge_cases(home.root, FIRST, LAST)
    land(home, LAST)
    manifest = json.loads(manifest_path(parsed_home()).read_text(encoding="utf-8"))
    count(home, [*testing_indicators(manifest), *testing_layouts(manifest), "int_testing__local_cube"])


def testing_layouts(manifest: dict) -> list[str]:
    """The models of the files in official layouts that are made of SI-DEP."""
    declared = {
        node["name"]: node.get("config", {}).get("meta", {}).get("vigie", {}) for node in manifest["nodes"].values()
    }
    return [name for name, of in declared.items() if (of.get("kind"), of.get("source")) == ("open_data", "sidep")]


def testing_indicators(manifest: dict) -> dict[str, list[dict]]:
    """Name of each declared indicator of SI-DEP, with its breakdowns."""
    declared = {}
    for node in manifest["nodes"].values():
        declaration = node.get("config", {}).get("meta", {}).get("vigie", {})
        if declaration.get("kind") == "indicator" and declaration.get("source") == "sidep":
            declared[node["name"]] = declaration["breakdowns"]
    return declared
