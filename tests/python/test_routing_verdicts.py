"""What recipients get beyond what is published goes out as the gate says, and as it was when it was released."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from drawing import dice
from small_routing import ID, RECORDS, row_of_the_ledger, small

from orchestration.gate import Verdict, reason
from orchestration.landing.ledger import SCHEMA
from orchestration.release.open_data import datasets, signature
from orchestration.routing import verdicts
from orchestration.routing.state import read_released

RATE, ROWS = "model.vigie.incidence_rate", f"model.vigie.{RECORDS}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small home whose release notes what its figures were made from."""
    made = small(tmp_path_factory.mktemp("verdicts") / "home", dice("verdicts"), weeks=1)
    parts = [dataset for dataset in datasets(made.declarations) if dataset.node == RATE]
    twin = made.home.archive / ID / "release.json"
    noted = {part.name: signature(part, Verdict(RATE, "then", frozenset({"sidep"}))) for part in parts}
    twin.write_text(json.dumps(json.loads(twin.read_text()) | {"signatures": noted}))
    rows = [row_of_the_ledger(2**63 + n, "accepted") for n in range(3)]
    made.home.lake.mkdir()
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), made.home.lake / "ledger.parquet")
    return made


def standing(made, monkeypatch, node: str, fingerprint: str = "then", reasons=(), released=None):
    verdict = Verdict(node, fingerprint, frozenset({"sidep"}), reasons)
    gate = SimpleNamespace(verdicts={RATE: verdict}, judge=lambda of: verdict)
    monkeypatch.setattr(verdicts, "open_gate", lambda home: gate)
    released = released or read_released(made.home)
    return verdicts.judge_by_gate(made.home, made.declarations, released)({node})[node]


@pytest.mark.parametrize(
    ("fingerprint", "reasons", "status"),
    [
        ("then", (), "ok"),
        ("now", (), "held"),
        ("then", (reason("check_failed", "a_check"),), "held"),
        ("then", (reason("retracted", "incidence_rate"),), "retracted"),
    ],
)
def test_figures_go_out_while_the_gate_is_open_and_they_are_as_released(
    made, monkeypatch, fingerprint, reasons, status
):
    found = standing(made, monkeypatch, RATE, fingerprint, reasons)
    assert found.status == status and "a_check" not in found.reason_en
    assert status == "ok" or (found.reason_fr and found.reason_en)


def test_figures_beside_published_ones_that_are_partial_are_partial_too(made, monkeypatch):
    released = read_released(made.home)
    known = dict(released.datasets)
    known["incidence-rate-dep"] = known["incidence-rate-dep"] | {
        "status": "partial", "since": "2021-03-01", "reason": {"fr": "Des lignes manquent.", "en": "Rows are missing."},
    }  # fmt: skip
    object.__setattr__(released, "datasets", known)
    found = standing(made, monkeypatch, RATE, released=released)
    assert (found.status, found.since, found.reason_en) == ("partial", "2021-03-01", "Rows are missing.")


def test_rows_go_out_when_no_delivery_came_or_went_since_the_release(made, monkeypatch):
    assert standing(made, monkeypatch, ROWS).status == "ok"
    ledger = made.home.lake / "ledger.parquet"
    before = ledger.read_bytes()
    for more in (row_of_the_ledger(5, "accepted"), row_of_the_ledger(2**63, "withdrawn")):
        rows = {row["delivery"]: row for row in pq.read_table(ledger).to_pylist()} | {more["delivery"]: more}
        pq.write_table(pa.Table.from_pylist(list(rows.values()), schema=SCHEMA), ledger)
        found = standing(made, monkeypatch, ROWS)
        assert found.status == "held" and found.reason_en == verdicts.MOVED_ON.en
        ledger.write_bytes(before)
