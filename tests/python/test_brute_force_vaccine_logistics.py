"""The producer of the logistics of vaccines keeps its promise, and every cell of the indicators is computed a second
time from its files.

Ten weeks with every disturbance, taken in by several runs of the models' own SQL (see `rendered_models`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pandas as pd
import pytest
from brute_force_vaccine_logistics import current, figures, keeps_the_contract, rows
from producers import assert_rejected_as_told, kept
from rendered_models import Project
from test_as_of import Rendered
from test_brute_force_vacsi import PRODUCTS, compared, regions  # noqa: F401 - a fixture

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.simulator import simulate

START, END = dt.date(2021, 3, 1), dt.date(2021, 5, 12)
SUNDAYS = [dt.date(2021, 3, 7) + dt.timedelta(days=7 * n) for n in range(10)]
OFTEN = {
    "late": 0.2, "correction": 0.2, "deletion": 0.05, "out_of_order": 0.3, "resend": 0.05, "file_twice": 0.2,
    "bad_row": 0.05, "unknown_product": 0.1,
}  # fmt: skip
INDICATORS = {"vaccine_doses_delivered": "delivered", "vaccine_doses_in_stock": "in_stock"}


@pytest.fixture(scope="module")
def way(tmp_path_factory) -> Rendered:
    """Runs on what was delivered."""
    home = Home(tmp_path_factory.mktemp("logistics") / "home")
    simulate(home, "vaccine_logistics", "builtin", START, END, 5, OFTEN, size=2_500)
    names = list(INDICATORS)
    runs = Rendered(home, Project.read(), names[0], names[1:])
    for day in (START + dt.timedelta(days=30), START + dt.timedelta(days=50), END):
        runs.run(day)
    return runs


def test_brute_force_finds_the_truth(way):
    found = {what: Counter() for what in ("delivered", "in_stock")}
    for row in current(way.home.root):
        cell = (row["fin_semaine"], row["departement"], row["vaccin"] or "unknown")
        found["delivered"][cell] += int(row["doses_livrees"] or 0)
        found["in_stock"][cell] += int(row["doses_en_stock"] or 0)
    for day, *of, delivered, in_stock in kept(way.home.root, "vaccine_logistics", "counts").itertuples(index=False):
        cell = (str(day)[:10], *of)
        assert (found["delivered"].pop(cell), found["in_stock"].pop(cell)) == (delivered, in_stock), cell
    assert not found["delivered"]


def test_every_disturbance_happens(way):
    told = kept(way.home.root, "vaccine_logistics", "disturbances")
    assert set(told.kind) == {"late", "correction", "deletion", "resend", "file_twice", "bad_row"}
    assert set(told[told.kind == "correction"].detail) == {"delivered", "stock", "product", "week", "place"}
    sent = pd.DataFrame(
        [(row[0], int(row[1]), on) for on, row in rows(way.home.root) if keeps_the_contract(on, row)],
        columns=["id", "version", "on"],
    )
    first, later = (sent[of].groupby("id").on.min() for of in (sent.version == 1, sent.version > 1))
    assert (later < first.reindex(later.index)).sum() > 10, "a correction before what it corrects"


def test_bad_rows_break_the_rule_that_is_said(tmp_path):
    home = Home(tmp_path)
    simulate(home, "vaccine_logistics", "builtin", START, END, 5, OFTEN | {"bad_row": 0.3}, size=1_500)
    assert_rejected_as_told(tmp_path, "vaccine_logistics", END, 14)


def test_there_is_no_official_truth(tmp_path):
    with pytest.raises(VigieError, match="can only be builtin"):
        simulate(Home(tmp_path), "vaccine_logistics", tmp_path, START, END, 1)


@pytest.mark.parametrize("name", list(INDICATORS))
def test_every_cell_of_an_indicator(way, regions, name, record_property):  # noqa: F811
    """By week, of all products and of each: what is not reported is zero, and not what the week before said."""
    expected = figures(way.home.root, regions)[INDICATORS[name]]
    rows = way.connection.execute(
        f"select geo_level, geo_code, period_end::varchar, stratum_scheme, stratum, value, period, period_start from"
        f" {way.table(name)}"
    ).fetchall()
    codes = {"all": "all", **{to: code for code, to in PRODUCTS.items()}}
    found = {(*row[:3], codes[row[4]]): row[5] for row in rows}
    assert len(found) == len(rows) and {row[6] for row in rows} == {"week"}
    assert {(row[2], str(row[7])) for row in rows} == {(str(day), str(day - dt.timedelta(days=6))) for day in SUNDAYS}
    cells = compared(found, expected, lambda cell: True)
    assert cells > 100 * 12 * len(SUNDAYS)
    record_property("proof", f"{name}: {cells:,} cells computed a second time")
