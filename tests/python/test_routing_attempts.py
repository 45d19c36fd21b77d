"""Attempts to have sent what was not declared, or where it was not: what changes between a look and the sending, what
points elsewhere, and declarations that would tell more together than they say."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil

import duckdb
import pytest
from drawing import dice
from small_routing import (
    BASIS,
    CLASSES,
    NOW,
    RECORDS,
    SECRET,
    TODAY,
    Small,
    declarations,
    declared,
    epci,
    small,
    write_release,
    write_secret,
)

from orchestration.errors import VigieError
from orchestration.incidents.events import events_file
from orchestration.routing import cut, delivering, outbox, receipts, sending
from orchestration.routing.delivering import deliver, forget_ended
from orchestration.routing.findings import routing_findings
from orchestration.routing.plan import plan
from orchestration.routing.transports import NotSent
from orchestration.routing.transports.folder import FolderSite

OF = {"datasets": [{"name": "sp-*"}]}
FIGURES = {"name": "cells", "indicator": "incidence_rate", "geo": ["DEP"], "period": ["week"], "days": 30}
ROWS = {"class": "research", "basis": BASIS, "records": [
    {"name": "rows", "model": RECORDS, "fields": ["person_key", "dep"], "days": 60},
]}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Small:
    """A small home that tests copy."""
    return small(tmp_path_factory.mktemp("attempts") / "home", dice("attempts"), weeks=2)


@pytest.fixture
def here(made, tmp_path, monkeypatch) -> Small:
    """A home of its own."""
    shutil.copytree(made.home.root, tmp_path / "home", symlinks=True)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    return Small(type(made.home)(tmp_path / "home"), made.counts, made.declarations)


def one(here: Small, **document):
    return declared(here.home.root.parent / "declared", one=OF | document)["one"]


def send(here: Small, recipient, patient: bool = False, **ways):
    return deliver(here.home, recipient, CLASSES, here.declarations, patient=patient, ways=here.ways(**ways))


def place(here: Small, name: str = "one"):
    return here.home.root / "outgoing" / name


class _Killed(BaseException):
    """A process that is killed."""


def interrupted(here: Small, recipient, monkeypatch, owner=sending, step: str = "_send_file") -> None:
    """Begin to send, and be killed at a step."""

    def killed(*arguments, **named):
        raise _Killed

    with monkeypatch.context() as patched, contextlib.suppress(_Killed):
        patched.setattr(owner, step, killed)
        send(here, recipient)
    assert outbox.waiting(here.home, "one")


# --------------------------------------------------------------------------- declarations


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        ([{"strata": ["kind.a", "all"]}], "kind.a alone would tell the others"),
        ([{"sex": ["all", "F"]}], "some sexes would tell the others"),
        ([{"geo": ["REG"], "age": ["all", "age10"]}, {"age": ["school"]}], "the ages of age10, school"),
        ([{"geo": ["FRA", "DEP"], "age": ["school"]}], "the ages of age10, school"),
        ([{"geo": ["EPCI"]}, {"geo": ["COM"], "indicator": "positivity_rate"}], "two levels below"),
    ],
)
def test_figures_that_tell_others_by_their_difference_do_not_compile(tmp_path, monkeypatch, figures, why):
    wider = CLASSES["ministry"].model_copy(update={"levels": ("FRA", "REG", "DEP", "EPCI", "COM")})
    monkeypatch.setitem(CLASSES, "ministry", wider)
    found = declarations()
    [indicator] = found.indicators
    axes = {"geo": ["FRA", "REG", "DEP", "EPCI", "COM"], "period": ["week"], "sex": ["all", "F", "M"]}
    wide = indicator.model_copy(
        update={"breakdowns": [indicator.breakdowns[0].model_copy(
            update=axes | {"age": ["all", "age10", "school"], "strata": ["all", "kind"]})]}
    )  # fmt: skip
    other = wide.model_copy(update={"name": "positivity_rate"})
    monkeypatch.setitem(vars(found), "indicators", [wide, other])
    asked = [FIGURES | {"name": f"cells{n}"} | each for n, each in enumerate(figures)]
    [recipient] = declared(tmp_path, one={"class": "ministry", "figures": asked}).values()
    with pytest.raises(VigieError) as refused:
        plan(recipient, CLASSES, found, TODAY)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "document",
    [
        {"figures": [FIGURES | {"geo": []}]},
        {"figures": [FIGURES | {"strata": []}]},
        {"transport": {"kind": "folder", "path": "releases/one"}},
        {"transport": {"kind": "folder", "path": "outgoing/../lake"}},
        {"transport": {"kind": "s3", "bucket": "place", "prefix": "to/../other"}},
        {"weekdays": []},
        {"weekdays": ["lundi"]},
        {"archive": True, "difference": "rows"},
    ],
)
def test_a_declaration_of_nothing_or_of_a_place_that_is_none_is_told(tmp_path, document):
    with pytest.raises(VigieError, match=r"^one\.yml"):
        declared(tmp_path, one=OF | document)


def test_rows_of_the_whole_country_are_for_a_class_that_may_have_it(tmp_path, monkeypatch):
    monkeypatch.setitem(CLASSES, "research", CLASSES["research"].model_copy(update={"country": False}))
    [recipient] = declared(tmp_path, one=ROWS).values()
    with pytest.raises(VigieError, match="its own regions alone"):
        plan(recipient, CLASSES, declarations(), TODAY)


@pytest.mark.parametrize("spelling", ["absolute", "link", "dots"])
def test_one_place_that_is_written_in_two_ways_is_one_place(here, spelling):
    place(here).mkdir(parents=True)
    os.symlink(place(here), here.home.root.parent / "link")
    path = {"absolute": str(place(here)), "link": str(here.home.root.parent / "link"), "dots": "outgoing/./one"}[
        spelling
    ]
    with pytest.raises(VigieError, match="one of its own"):
        declared(here.home.root.parent / "d", one=OF, two=OF | {"transport": {"kind": "folder", "path": path}})
    buckets = [
        {"kind": "s3", "bucket": "place", "prefix": "to", "region": "eu-west-3"},
        {"kind": "s3", "bucket": "place", "prefix": "/to/in/", "endpoint": "https://S3.eu-west-3.amazonaws.com/"},
    ]
    with pytest.raises(VigieError, match="one of its own"):
        declared(here.home.root.parent / "s", one=OF | {"transport": buckets[0]}, two=OF | {"transport": buckets[1]})


def test_two_names_that_have_their_secrets_in_one_place_are_refused(tmp_path):
    (tmp_path / "d").mkdir()
    declared(tmp_path / "d", one_two=OF)
    text = (tmp_path / "d" / "one-two.yml").read_text().replace("outgoing/one_two", "outgoing/other")
    (tmp_path / "d" / "one_two.yml").write_text(text)
    with pytest.raises(VigieError, match="but for the hyphens"):
        declared(tmp_path / "d", one_two=OF)


@pytest.mark.parametrize("where", ["file", "environment", "lake"])
def test_a_secret_of_keys_that_is_used_elsewhere_is_not_used(here, monkeypatch, where):
    write_secret(here, "one", SECRET)
    if where == "file":
        write_secret(here, "two", SECRET)
    elif where == "lake":
        (here.home.private / "secret").write_text(f"{SECRET}\n")
    else:
        monkeypatch.setenv("VIGIE_TWO_KEYS", SECRET)
    outcome = send(here, one(here, **ROWS | {"datasets": []}))
    assert outcome.state == "failed" and "used elsewhere" in outcome.why and not list(place(here).glob("*"))


# --------------------------------------------------------------------------- cells


def cells(*rows: tuple, total: int | None = None) -> set[tuple[str, str]]:
    """The figures that may be given of these of one département: indicator, place, persons, others than they."""
    values = ", ".join(f"('{name}', '{code}', {count}, {others})" for name, code, count, others in rows)
    same = ("'week' as period, date '2021-03-14' as period_end, 'all' as sex, 'all' as age_scheme, 'all' as age_class, "
            "'all' as stratum_scheme, 'all' as stratum")  # fmt: skip
    with duckdb.connect() as con:
        con.execute(
            f"""
            create temp table chosen as
            select indicator, 'EPCI' as geo_level, code as geo_code, {same}, persons as numerator, '22' as dep,
                '53' as reg, 'sidep' as source, false as is_public, true as of_all_sexes,
                [persons::double, persons + others, others] as counts,
                (persons > 0 and persons < 5) or (others > 0 and others < 5) as is_small
            from (values {values}) as rows (indicator, code, persons, others);
            create temp table around as
            select 'sidep' as source, 5 as threshold, '22' as dep, 'rate' as indicator, {same},
                [{total or 0}::double] as counts
            where {total is not None}
            """
        )
        return set(con.execute(f"select indicator, geo_code from ({cut.CELLS})").fetchall())


def test_what_is_left_out_of_one_indicator_is_of_all_that_count_the_same_persons():
    rate = [("rate", "a", 3, 0), ("rate", "b", 20, 0), ("rate", "c", 30, 0), ("rate", "d", 40, 0)]
    # By itself b would stay here, which `rate` leaves out beside a, and c would go, of which `rate` has the number.
    share = [("share", "a", 3, 50), ("share", "b", 20, 50), ("share", "c", 30, 2), ("share", "d", 40, 50)]
    assert cells(*rate) == {("rate", "c"), ("rate", "d")}
    assert cells(*share) == {("share", "b"), ("share", "d")}
    assert cells(*rate, *share) == {(name, place) for name in ("rate", "share") for place in ("b", "d")}


def test_what_a_departement_has_beside_its_places_is_nobody_or_enough():
    places = [("rate", "a", 7, 0), ("rate", "b", 40, 0), ("rate", "c", 0, 0)]
    assert cells(*places, total=47) == {("rate", "a"), ("rate", "b"), ("rate", "c")}
    assert cells(*places, total=52) == {("rate", "a"), ("rate", "b"), ("rate", "c")}
    # Two persons of a place of two régions, or of no known one, would be told.
    assert cells(*places, total=49) == {("rate", "b"), ("rate", "c")}


@pytest.fixture
def both(here) -> Small:
    """A home with another indicator that counts the same persons, beside others: in the last places few."""
    last = ", ".join(f"'{max(code for code, of in epci().items() if of == dep)}'" for dep in ("75", "77", "78"))
    others = f"if(geo_code in ({last}), 2, 30)"
    share = f"select * replace ('share' as indicator, numerator + {others} as denominator)"
    with duckdb.connect(str(here.home.database)) as con:
        con.execute(f"create table marts.share as {share} from marts.incidence_rate")
    return Small(here.home, here.counts, declarations("share"))


EPCI = {"geo": ["EPCI"], "period": ["week"], "days": 60}
BOTH = {"datasets": [], "figures": [EPCI | {"name": "a", "indicator": "incidence_rate"},
                                    EPCI | {"name": "b", "indicator": "share"}]}  # fmt: skip


def test_two_indicators_of_one_source_are_left_out_together(both):
    assert send(both, one(both, regions=["11"], **BOTH)).state == "sent"
    folder = place(both) / "000001"
    a, b = (
        set(duckdb.sql(f"select geo_code, period_end from '{folder}/{name}/*.parquet'").fetchall()) for name in "ab"
    )
    assert a and a == b


def test_two_indicators_of_one_source_wait_together(both):
    both.stands = {"share": "held"}
    send(both, one(both, regions=["11"], **BOTH))
    assert {each["status"] for each in receipts.last_data(both.home, "one")["outputs"]} == {"held"}


# --------------------------------------------------------------------------- what changes meanwhile


def test_what_is_held_since_a_first_try_is_not_sent_by_the_second(here, monkeypatch):
    recipient = one(here, datasets=[{"name": "sp-pos-quot-dep"}], regions=["53"], figures=[FIGURES])
    tries, opened = [], delivering.opened

    @contextlib.contextmanager
    def breaking(home, to):
        with opened(home, to) as site:
            tries.append(1)
            # The first look and the first sending are the first try.
            if len(tries) == 2:
                here.stands = {"incidence_rate": "held"}
                raise NotSent("The line broke")
            yield site

    monkeypatch.setattr(delivering, "opened", breaking)
    assert send(here, recipient, patient=True).state == "sent" and len(tries) > 2
    last = receipts.last_data(here.home, "one")
    assert {file["output"] for file in last["files"]} == {"sp-pos-quot-dep"}
    assert not list(place(here).rglob("cells*"))


@pytest.mark.parametrize("what", ["release", "order", "delivery", "agreement"])
def test_what_comes_while_it_is_sent_is_looked_at_before_it_is_shown(here, monkeypatch, what):
    recipient, send_file, done, moment = one(here), sending._send_file, [], [NOW]

    def sending_file(site, box, file):
        send_file(site, box, file)
        if done:
            return
        done.append(1)
        if what == "release":
            write_release(here, "2021-03-14-2", {"sp-pos-quot-dep": "partial"})
        elif what == "agreement":
            moment[0] = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
        else:
            path = events_file(here.home) if what == "order" else here.home.lake / "ledger.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            # An order that says nothing here, and a ledger without withdrawals: that one came is enough to look again.
            path.write_text("")
            path.unlink() if what == "delivery" else None
            if what == "delivery":
                _empty_ledger(path)

    monkeypatch.setattr(sending, "_send_file", sending_file)
    outcome = send(here, recipient, now=lambda: moment[0])
    assert outcome.state == "failed" and not list(place(here).glob("0*"))
    assert ("ended" if what == "agreement" else "Meanwhile") in outcome.why
    if what == "agreement":
        assert outbox.waiting(here.home, "one") is None and not list(place(here).iterdir())
    else:
        assert send(here, recipient).state == "sent"


def _empty_ledger(path) -> None:
    import pyarrow.parquet as pq

    from orchestration.landing.ledger import SCHEMA

    pq.write_table(SCHEMA.empty_table(), path)


def test_an_agreement_that_ended_stays_ended_when_the_clock_is_set_back(here):
    recipient = one(here, basis=BASIS | {"ends": dt.date(2021, 3, 15)})
    assert send(here, recipient).state == "sent"
    write_release(here, "2021-03-14-2", {"sp-pos-quot-dep": "partial"})
    delivering.note(here.home, "one", NOW + dt.timedelta(days=1), delivering.Outcome("one", "failed"))
    with pytest.raises(VigieError, match="ended on 2021-03-15"):
        send(here, recipient, now=lambda: NOW - dt.timedelta(days=9))


@pytest.mark.parametrize("moved", ["encryption", "place", "region"])
def test_what_waits_from_another_declaration_is_not_sent(here, monkeypatch, moved, tmp_path):
    before = one(here, regions=["53"], datasets=[{"name": "sp-pos-quot-dep"}])
    interrupted(here, before, monkeypatch, outbox.Outbox, "note_shown")
    assert list(place(here).glob(".*.partial/*"))
    change = {
        "encryption": {"encryption": "none.pem"},
        "place": {"transport": {"kind": "folder", "path": "outgoing/other"}},
        "region": {"regions": ["11"]},
    }[moved]
    after = one(here, **{"regions": ["53"], "datasets": [{"name": "sp-pos-quot-dep"}]} | change)
    outcome = send(here, after, declared_in=tmp_path)
    if moved == "encryption":
        # What waited is not encrypted, and there is no certificate.
        assert outcome.state == "failed" and "none.pem" in outcome.why and not list(place(here).iterdir())
    else:
        to = place(here, "other" if moved == "place" else "one") / "000001" / "sp-pos-quot-dep.parquet"
        deps = {dep for (dep,) in duckdb.sql(f"select distinct dep from '{to}'").fetchall()}
        assert deps == ({"22", "29"} if moved == "place" else {"75", "77", "78"})
        assert receipts.last_data(here.home, "one")["transport"].endswith("other" if moved == "place" else "one")


def test_what_is_held_is_not_kept_from_another_declaration(here):
    part = {"datasets": [{"name": "sp-pos-quot-dep"}], "figures": [FIGURES]}
    send(here, one(here, regions=["53"], **part))
    here.stands = {"incidence_rate": "held"}
    send(here, one(here, regions=["11"], **part))
    last = receipts.last_data(here.home, "one")
    assert {file["output"] for file in last["files"]} == {"sp-pos-quot-dep"} and last["removed"]


def test_an_archive_with_what_was_retracted_does_not_stay(here):
    of = {"regions": ["53"], "archive": True, "datasets": [{"name": "sp-*"}], "figures": [FIGURES]}
    send(here, one(here, **of))
    name = "sp-pos-quot-dep"
    write_release(here, "2021-03-14-2")
    path = here.home.releases / "2021-03-14-2" / "release.json"
    facts = json.loads(path.read_text())
    facts["datasets"][name] |= {"files": {}, "status": "held"}
    path.write_text(json.dumps(facts))
    (path.parent / "open_data" / f"{name}.retracted.txt").write_text("Retracted.")
    here.stands = {"incidence_rate": "held"}
    send(here, one(here, **of))
    last = receipts.last_data(here.home, "one")
    assert {each["output"]: each["status"] for each in last["outputs"]}[name] == "retracted"
    # Neither the archive that holds it, nor figures that are held.
    assert [file["in"] for file in last["files"]] == [2]
    found = shutil.unpack_archive(place(here) / "000002" / "one.zip", here.home.root.parent / "unpacked")
    assert found is None
    assert {path.name for path in (here.home.root.parent / "unpacked").iterdir()} == {"sp-pos-heb-reg.parquet"}


@pytest.mark.parametrize("ends", [False, True])
def test_nothing_of_what_waited_is_left_when_an_agreement_has_ended(here, monkeypatch, ends):
    recipient = one(here)
    interrupted(here, recipient, monkeypatch)
    now = dt.datetime(2022, 1, 1, tzinfo=dt.UTC) if ends else NOW
    forget_ended(here.home, [recipient], now)
    assert (outbox.waiting(here.home, "one") is None) == ends


# --------------------------------------------------------------------------- what stands there, or points elsewhere


@pytest.mark.parametrize("how", ["altered", "taken"])
def test_what_was_shown_and_is_not_there_as_it_was_sent_has_a_receipt_and_is_sent_whole(here, monkeypatch, how):
    recipient, show = one(here), FolderSite.show

    def meddled(site, draft, final, manifest):
        show(site, draft, final, manifest)
        if how == "altered":
            (site.folder / final / "manifest.json").write_text("{}")
        else:
            shutil.rmtree(site.folder / final)

    with monkeypatch.context() as patched:
        patched.setattr(FolderSite, "show", meddled)
        outcome = send(here, recipient)
    assert outcome.state == "failed" and "altered or taken away" in outcome.why
    [receipt] = receipts.receipts(here.home, "one")
    assert receipt["verified"] is False and receipts.audit(here.home, "from given where recipient = 'one'")
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.routing.findings.read_recipients", lambda: {"one": recipient})
        assert "altered one" in {found.rule for found in routing_findings(here.home, NOW)}
    outcome = send(here, recipient)
    assert outcome.numbers == [2] and outcome.files == 3
    assert json.loads((place(here) / "000002" / "manifest.json").read_text())["base"] is None


@pytest.mark.parametrize("taken", [True, False])
def test_a_kill_between_showing_and_the_receipt_is_told_from_one_before(here, monkeypatch, taken):
    recipient, show = one(here), FolderSite.show

    def killed(site, draft, final, manifest):
        if taken:
            show(site, draft, final, manifest)
            shutil.rmtree(site.folder / final)
        raise _Killed

    with monkeypatch.context() as patched, contextlib.suppress(_Killed):
        patched.setattr(FolderSite, "show", killed)
        send(here, recipient)
    outcome = send(here, recipient, patient=True)
    assert outcome.state == "sent" and outcome.numbers == ([2] if taken else [1])
    assert [each["verified"] for each in receipts.receipts(here.home, "one")] == ([False, True] if taken else [True])


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_file_of_the_outbox_that_points_elsewhere_is_not_read(here, monkeypatch, what):
    recipient = one(here, datasets=[{"name": "incidence-rate-dep"}])
    interrupted(here, recipient, monkeypatch)
    waits = here.home.routing / "outbox" / "one" / "files" / "incidence-rate-dep"
    secret = here.home.root.parent / "elsewhere"
    shutil.move(waits, secret)
    if what == "folder":
        waits.symlink_to(secret)
    else:
        waits.mkdir()
        for path in secret.iterdir():
            (waits / path.name).symlink_to(path)
    read = []
    monkeypatch.setattr(FolderSite, "put", lambda site, draft, name, source: read.append(name))
    outcome = send(here, recipient)
    assert outcome.state == "failed" and "changed on the disk" in outcome.why and not read


@pytest.mark.parametrize("what", ["draft", "folder", "file"])
def test_nothing_is_written_through_what_points_elsewhere_at_the_place_of_a_recipient(here, monkeypatch, what):
    recipient, other = one(here, datasets=[{"name": "incidence-rate-dep"}]), here.home.root.parent / "other"
    interrupted(here, recipient, monkeypatch)
    box = outbox.waiting(here.home, "one")
    other.mkdir()
    draft, name = place(here) / box.draft, box.sent[0]["sent_as"]
    link = {"draft": draft, "folder": (draft / name).parent, "file": draft / name}[what]
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(other / "target" if what == "file" else other)
    outcome = send(here, recipient)
    assert outcome.state == "failed" and "points elsewhere" in outcome.why and not list(other.iterdir())


def test_a_folder_called_as_ours_is_not_made_where_nothing_is_mounted(here, tmp_path):
    mount = tmp_path / "mount"
    mount.mkdir()
    for path in (mount / "outgoing" / "one", mount / "one"):
        outcome = send(here, one(here, transport={"kind": "folder", "path": str(path)}))
        assert outcome.state == "failed" and "mounted" in outcome.why and not list(mount.iterdir())


def test_an_hour_of_some_weekdays_alone(here):
    from orchestration.routing.telling import next_due

    recipient = one(here, weekdays=["monday", "thursday"])
    assert next_due(recipient, None, NOW).isoformat() == "2021-03-15T19:00:00+01:00"
    sent = {"sent_at": "2021-03-15T18:30:00"}
    assert next_due(recipient, sent, NOW + dt.timedelta(days=1)).isoformat() == "2021-03-18T19:00:00+01:00"
    manifest_until = send(here, recipient) and receipts.last_data(here.home, "one")["valid_until"]
    assert manifest_until == "2021-03-15T20:00:00+01:00"
