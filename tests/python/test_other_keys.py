"""The figures do not depend on the secret: under other keys of persons and records, every count is the same."""

import datetime as dt
import random
from pathlib import Path

import duckdb
import numpy as np
import pytest
from rendered_models import Models
from small_epidemic import vigie
from test_same_as_rebuild import COMPARED, COMPARED_LAST, DAYS, FIRST_DAY, Delivery, Lake, Version, project

from orchestration.landing.keys import Keys

SECRETS = [b"one of the secrets of these tests", b"another of the secrets of these tests"]


class Keyed(Lake):
    """The lake with the keys of a secret."""

    keys: Keys

    def _typed(self, version: Version) -> tuple:
        result, *versions, person, sampled = Lake._typed(version)[:5]
        return (self._key(result), *versions, self._key(person), sampled, *Lake._typed(version)[5:])

    def _key(self, number: int) -> int:
        return int(self.keys.of(np.array([number], dtype=np.uint64))[0])


def counted(secret: bytes) -> dict[str, list[tuple]]:
    """What runs count of days on which people are tested several times at one moment, everything else differing."""
    draw = random.Random(1)
    lake = Keyed(project())
    lake.keys = Keys(secret)
    for run in range(2):
        rows = [
            Version(
                result=100 * run + number, version=1, nature="new", person=draw.randrange(3),
                day=draw.choice([0, 1, 5]), at=10, analysis="RT-PCR", outcome="P", sex=draw.choice("FH"),
                age=draw.choice([0, 18, 65, 90]),
                place=draw.randrange(4), symptoms=draw.choice("ON"), onset=None, delay=draw.choice([0, 24]),
                target=draw.choice([0, 1]),
            )
            for number in range(40)
        ]  # fmt: skip
        lake.land(Delivery(0, rows), FIRST_DAY + dt.timedelta(DAYS + run))
        lake.run()
    names = ["int_testing__cells", "int_testing__cube_days", *COMPARED, *COMPARED_LAST]
    found = {name: lake.connection.execute(lake.content("daily", name)).fetchall() for name in names}
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def test_results_at_one_moment_count_the_same_under_every_secret() -> None:
    """Which of them describes the day of its person is no matter of keys."""
    one, other = map(counted, SECRETS)
    assert one["int_testing__cells"]
    assert one == other


def test_events_at_one_moment_follow_each_other_the_same_under_every_secret() -> None:
    """Two changes of unit in the same minute: the one declared first comes first, then the one received first."""

    def steps(keys: tuple[int, int]) -> list[tuple]:
        models = Models(project(), duckdb.connect(), "memory", lambda *names: "none")
        models.give(
            "int_hospital__records",
            f"""
            select
                1 as sign, 5::ubigint as stay_key, event_key::ubigint as event_key, event, unit,
                timestamp '2021-03-01 10:00' as occurred_at, timestamp '2021-03-01 11:00' as declared_at,
                date '2021-03-01' as declared_on, date '2021-03-02' as received_on, 9::ubigint as delivery,
                line as arrival, line
            from (values
                (1, 'admission', 'conventional', 1), ({keys[0]}, 'unit_change', 'critical', 2),
                ({keys[1]}, 'unit_change', 'follow_up', 3)
            ) as events (event_key, event, unit, line)
            """,
        )
        models.run(["int_hospital__sequences"])
        relation = models.relation("int_hospital__sequences")
        return models.connection.execute(f"select unit, step, verdict from {relation} order by step").fetchall()

    assert steps((2, 3)) == steps((3, 2))
    assert [unit for unit, *_ in steps((3, 2))] == ["conventional", "critical", "follow_up"]


@pytest.mark.long
def test_two_secrets_publish_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same deliveries under two secrets, through the command line: every file of the open data."""
    published = []
    for number, text in enumerate(SECRETS):
        secret = tmp_path / f"secret{number}"
        secret.write_bytes(text)
        secret.chmod(0o600)
        monkeypatch.setenv("VIGIE_SECRET_FILE", str(secret))
        home = tmp_path / f"home{number}"
        for feed, size in (("sidep", 5_000), ("sivic", 1_000)):
            days = ("--from", "2021-01-01", "--until", "2021-01-14")
            vigie(home, "simulate", "--feed", feed, "--truth", "builtin", "--size", size, *days, "--seed", 4)
        vigie(home, "run", "--today", "2021-01-14")
        folder = (home / "releases" / "latest").resolve() / "open_data"
        files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        # The description of the files says when they were made.
        published.append({name: content for name, content in files.items() if name.suffix in (".csv", ".parquet")})
    assert len(published[0]) > 100
    assert published[0] == published[1]
