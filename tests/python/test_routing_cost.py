"""What an evening of recipients costs the sending side: two gigabytes to one, and eighteen regional cuts."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import asyncssh
import duckdb
import pytest
from drawing import dice
from small_routing import CLASSES, LAYOUTS, declared, node_of, small

from orchestration.release.declarations import Declarations
from orchestration.release.files import copy_rows
from orchestration.routing import receipts
from orchestration.routing.delivering import deliver
from orchestration.storage import fingerprint

FILES, BYTES = 8, 256 * 2**20
CUTS = [f"cut-{number}" for number in range(10)]
#: CPU seconds of the sending process, and the most memory (MiB) that it may have held, the making of the data included.
AIM, MEMORY = 60, 1500


@pytest.mark.long
def test_two_gigabytes_and_eighteen_regions_within_a_minute_of_the_processor(tmp_path, monkeypatch, record_property):
    made = small(tmp_path / "home", dice("cost"), weeks=1)
    big = [f"big-{number}" for number in range(FILES)]
    layouts = [node_of(name, key) for name, key in {**dict.fromkeys(big, ["fra", "jour"]), **_keys()}.items()]
    nodes = {**made.declarations.manifest["nodes"], **{node["unique_id"]: node for node in layouts}}
    made.declarations = Declarations({**made.declarations.manifest, "nodes": nodes})
    _write_release(made.home.releases / "latest", big)
    host, client = (tmp_path / name for name in ("host", "client"))
    for path in (host, client):
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(path)
    command = [
        sys.executable,
        str(Path(__file__).with_name("servers.py")),
        str(tmp_path / "server"),
        str(host),
        str(client),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        port = int(server.stdout.readline())
        monkeypatch.setenv("VIGIE_MINISTRY_SSH_KEY", client.read_text())
        transport = {"kind": "sftp", "host": "127.0.0.1", "port": port, "user": "vigie", "path": "in"}
        key = asyncssh.read_private_key(host).export_public_key().decode().strip()
        recipients = declared(
            tmp_path / "declared",
            ministry={
                "class": "ministry", "datasets": [{"name": "big-*"}], "form": "csv",
                "transport": transport | {"host_key": key},
            },
            agency={
                "each": "region", "datasets": [{"name": "cut-*"}], "form": "csv",
                "transport": {"kind": "folder", "path": "outgoing/{code}"},
            },
        )  # fmt: skip
        began = time.process_time()
        outcomes = [
            deliver(made.home, each, CLASSES, made.declarations, ways=made.ways()) for each in recipients.values()
        ]
        spent = time.process_time() - began
        server.stdin.close()
    assert [outcome.state for outcome in outcomes] == ["sent"] * 19, outcomes
    assert sum(file["bytes"] for file in receipts.last_data(made.home, "ministry")["files"]) == FILES * BYTES
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    record_property("proof", f"2 GB by SFTP and 18 regional cuts: {spent:.1f} CPU s, {peak:.0f} MiB at most")
    assert spent < AIM and peak < MEMORY


def _keys() -> dict[str, list[str]]:
    return dict.fromkeys(CUTS, LAYOUTS["sp-pos-quot-dep"])


def _write_release(release: Path, big: list[str]) -> None:
    """Add to a release files of noise, and ten tables of a million rows by département, day and age."""
    facts = json.loads((release / "release.json").read_text())
    told = {"status": "ok", "since": None, "reason": None}
    for name in big:
        path = release / "open_data" / f"{name}.csv"
        with open(path, "wb") as file:
            for _ in range(BYTES // 2**24):
                file.write(os.urandom(2**24))
        known = {"bytes": BYTES, "rows": 1, "sha256": fingerprint(path)}
        facts["datasets"][name] = {"files": {path.name: known}, "columns": [["fra", "VARCHAR"]], **told}
    rows = """
        select dep, (date '2020-03-01' + d::int)::varchar as jour, hash(dep, d) % 900 as "P",
            hash(d, age) % 9000 as "T", lpad((age * 9)::varchar, 2, '0') as cl_age90, 1000000 as pop
        from (select unnest(?::varchar[]) as dep) cross join range(900) as days (d) cross join range(11) as ages (age)
    """
    with duckdb.connect(config={"threads": 1}) as con:
        deps = [f"{number:02d}" for number in range(1, 96) if number != 20] + [
            "2A",
            "2B",
            "971",
            "972",
            "973",
            "974",
            "976",
        ]
        con.execute(f"create table cells as {rows}", [deps])
        for name in CUTS:
            path = release / "open_data" / f"{name}.parquet"
            known = copy_rows(con, "select * from cells order by dep, jour, cl_age90", path)
            columns = [[row[0], row[1]] for row in con.execute("describe cells").fetchall()]
            facts["datasets"][name] = {"files": {path.name: known}, "columns": columns, **told}
    (release / "release.json").write_text(json.dumps(facts))
