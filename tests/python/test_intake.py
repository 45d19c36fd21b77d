"""The door for senders, over HTTP on loopback: who may send what, what is said, what lands, who reads what."""

import datetime as dt
import errno
import gzip
import hashlib
import http.client
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pyarrow as pa
import pyarrow.parquet
import pytest
import uvicorn
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from orchestration.cli import main
from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.intake import examination, receipts
from orchestration.intake.bodies import name_of
from orchestration.intake.door import Door
from orchestration.intake.examination import examined, examined_apart
from orchestration.intake.senders import TOKENS_FILE, make_token, read_hashes, read_senders
from orchestration.intake.words import Refused
from orchestration.landing import land, read_contracts
from orchestration.landing.contract import Rule
from orchestration.landing.trial import tried
from tests.python.small_feed import DECLARATION, HEADER, ROW, declared

DAY = dt.date(2021, 3, 10)
CONTRACTS = {feed: contract for feed, contract in read_contracts().items() if feed in ("survesms", "emergen", "sidep")}
SURVESMS = CONTRACTS["survesms"]
LIMIT = 200_000
SENDERS = """
tilleuls:
  title: Ehpad des Tilleuls
  feeds: {survesms: {rows: {id_etablissement: ["010000018"], departement: ["01"]}}}
federation:
  title: Fédération
  feeds:
    survesms: {rows: {id_etablissement: ["690000013", "690000021"]}, files: [federation_]}
    emergen: {}
"""
#: A report that the contract takes.
GOOD = {
    "id_bilan": "bilan-0001",
    "version": "1",
    "nature": "new",
    "id_signalement": "episode-0001",
    "id_etablissement": "010000018",
    "type_etablissement": "EHPAD",
    "departement": "01",
    "date_premiers_signes": "2021-03-05",
    "date_bilan": "2021-03-10T10:00",
    "etape": "INITIAL",
    "residents": "80",
    "cas_confirmes_residents": "3",
}


def csv(*rows: dict[str, str]) -> bytes:
    """A file of the feed with these rows, on top of the good one."""
    lines = [";".join((GOOD | row).get(name, "") for name in SURVESMS.names) for row in rows]
    return "\n".join([";".join(SURVESMS.names), *lines, ""]).encode()


@dataclass
class Service:
    """The door of a home, with the tokens of its senders and all that it has logged."""

    home: Home
    port: int
    tokens: dict[str, str]
    file: Path
    log: list[str] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: bytes | Iterator[bytes] = b"", sender: str = "tilleuls", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer; header names have _ for -, and `sender` may be empty."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if sender:
            sent.setdefault("authorization", f"Bearer {self.tokens.get(sender, sender)}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
        finally:
            connection.close()

    def put(self, content: bytes, name: str = "a.csv", feed: str = "survesms", sender: str = "tilleuls") -> tuple:
        """Send a file; status and document."""
        status, _, text = self.ask("PUT", f"/deliveries/{feed}/{name}", content, sender)
        return status, json.loads(text)

    def fill(self, answers: dict[str, str], sender: str = "tilleuls", **headers: str) -> tuple[int, str]:
        """Send a form; status and text."""
        kind = {"content_type": "application/x-www-form-urlencoded"}
        status, _, text = self.ask("POST", "/form/survesms", urlencode(answers).encode(), sender, **kind | headers)
        return status, text

    def delivered(self) -> list[Path]:
        """What stands in the landing folder."""
        return sorted(path for path in self.home.landing.rglob("*") if path.is_file())

    def reports(self, sender: str = "tilleuls") -> list[dict]:
        """The reports of a sender."""
        return json.loads(self.ask("GET", "/reports", sender=sender)[2])["reports"]


@pytest.fixture
def opened(tmp_path, monkeypatch) -> Iterator:
    """Opens the door of an empty home, with another examiner if need be."""
    monkeypatch.setenv("VIGIE_NOW", f"{DAY}T17:00")
    declared_in = tmp_path / "senders.yml"
    declared_in.write_text(SENDERS)
    monkeypatch.setenv("VIGIE_SENDERS", str(declared_in))
    home, file, logger = Home(tmp_path / "home"), tmp_path / "secrets" / "tokens", logging.getLogger("vigie.intake")
    servers, log, handler = [], [], logging.Handler()
    handler.emit = lambda record: log.append(record.getMessage())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    def open_door(examiner=examined, contracts=CONTRACTS) -> Service:
        senders = read_senders(contracts)
        tokens = {name: make_token(name, file) for name in senders}
        door = Door(home, contracts, senders, file, examiner, limit=LIMIT)
        config = uvicorn.Config(door.application, port=0, log_level="critical", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        servers.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        return Service(home, port, tokens, file, log)

    yield open_door
    logger.removeHandler(handler)
    for server, thread in servers:
        server.should_exit = True
        thread.join()


@pytest.fixture
def door(opened) -> Service:
    """The door of an empty home."""
    return opened()


# --------------------------------------------------------------------------- who may


def test_without_a_token_that_holds_nobody_is_served(door):
    for sender in ("", "vigie-intake-wrong", "é"):
        for method, path in (
            ("GET", "/"),
            ("GET", "/reports"),
            ("GET", "/form/survesms"),
            ("PUT", "/deliveries/survesms/a.csv"),
        ):
            status, headers, text = door.ask(
                method, path, csv({}) if method == "PUT" else b"", sender.encode().decode("latin-1")
            )
            assert (status, json.loads(text)["error"]) == (401, "token")
    assert door.ask("GET", "/health", sender="")[0] == 200
    assert door.delivered() == []


def test_a_token_is_kept_as_its_hash_and_ends_when_there_is_another(door):
    before = door.tokens["tilleuls"]
    kept = door.file.read_text()
    assert door.file.stat().st_mode & 0o077 == 0
    assert not any(token in kept for token in door.tokens.values())
    door.tokens["tilleuls"] = make_token("tilleuls", door.file)
    assert door.ask("GET", "/reports", sender=before)[0] == 401
    assert door.ask("GET", "/reports")[0] == door.ask("GET", "/reports", sender="federation")[0] == 200
    assert not any(token in "\n".join(door.log) for token in (before, *door.tokens.values()))


def test_a_sender_whose_declaration_is_gone_is_nobody(opened, tmp_path):
    file = tmp_path / "secrets" / "tokens"
    gone = make_token("gone", file)
    assert opened().ask("GET", "/reports", sender=gone)[0] == 401


def test_a_sender_writes_to_the_feeds_of_its_declaration_only(door):
    """And is not told which others there are."""
    answers = [door.put(csv({}), feed=feed) for feed in ("emergen", "sidep", "no_such_feed", "..")]
    assert answers == [(403, answers[0][1])] * 4 and answers[0][1]["error"] == "feed"
    assert door.delivered() == []


def test_a_file_with_rows_of_another_sender_is_refused_whole(door):
    status, told = door.put(csv({}, {"id_etablissement": "690000013"}, {"id_etablissement": "020000014", "etape": "?"}))
    assert (status, told["state"], door.delivered()) == (422, "declined", [])
    assert {"rule": "of_the_sender", "column": "id_etablissement", "rows": 1, "line": 3} in told["breaches"]


def test_a_session_is_of_this_site_alone_and_ends_with_the_token(door, monkeypatch):
    body = urlencode({"token": door.tokens["tilleuls"]}).encode()
    kind = {"content_type": "application/x-www-form-urlencoded", "accept": "text/html"}
    assert door.ask("POST", "/login", b"token=wrong", "", **kind)[0] == 401
    assert door.ask("POST", "/login", body, "", **kind, sec_fetch_site="cross-site")[0] == 403
    status, headers, _ = door.ask("POST", "/login", body, "", **kind, x_forwarded_proto="https")
    cookie = headers["set-cookie"]
    assert status == 303
    assert {"HttpOnly", "SameSite=strict", "Secure"} <= set(cookie.split("; ")) and "Path" not in cookie
    assert door.tokens["tilleuls"] not in cookie
    session = cookie.split(";")[0]
    assert "Ehpad des Tilleuls" in door.ask("GET", "/", sender="", cookie=session, accept="text/html")[2]
    sent = urlencode(GOOD).encode()
    for site in ("cross-site", "same-site"):
        assert door.ask("POST", "/form/survesms", sent, "", cookie=session, sec_fetch_site=site, **kind)[0] == 403
    assert door.delivered() == []
    name, ends, mac = session.partition("=")[2].split(".")
    for forged in (f"federation.{ends}.{mac}", f"{name}.{int(ends) + 1}.{mac}", f"{name}.{ends}.", "é", "..", ""):
        cookie = f"vigie_intake={forged}".encode().decode("latin-1")
        assert door.ask("GET", "/reports", sender="", cookie=cookie)[0] == 401
    make_token("tilleuls", door.file)
    assert door.ask("GET", "/reports", sender="", cookie=session)[0] == 401
    monkeypatch.setattr("orchestration.intake.door.SESSION", -1)
    body = urlencode({"token": door.tokens["federation"]}).encode()
    session = door.ask("POST", "/login", body, "", **kind)[1]["set-cookie"].split(";")[0]
    assert door.ask("GET", "/reports", sender="", cookie=session)[0] == 401


def test_pages_bring_no_script_and_may_not_be_framed_or_kept(door):
    for path in ("/", "/form/survesms", "/reports", "/nowhere"):
        _, headers, text = door.ask("GET", path, accept="text/html")
        assert "<script" not in text and "style=" not in text
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; form-action 'self'")
        assert headers["cache-control"] == "no-store" and headers["x-frame-options"] == "DENY"
    assert door.ask("GET", "/style.css", sender="")[0] == 200


# --------------------------------------------------------------------------- files


def test_a_file_lands_as_it_was_said(door):
    """What is answered at once is what landing says later; every row of the file ends in one place."""
    content = csv({}, {"id_bilan": "bilan-0002", "etape": "SUITE"}, {"id_bilan": "bilan-0003", "residents": "douze"})
    status, told = door.put(content, "Envoi%20du%2010%20mars.csv")
    [path] = door.delivered()
    assert path.read_bytes() == content and path.stat().st_mode & 0o077 == 0
    assert (status, told["state"], told["file"]) == (201, "waiting", f"{DAY}/{path.name}")
    assert re.fullmatch(r"tilleuls--Envoi-du-10-mars-170000-[0-9a-f]{6}\.csv", path.name)
    counts = {"rows_received": 3, "rows_accepted": 1, "rows_rejected": 2, "rows_duplicate": 0}
    lines = [{"line": 3, "rule": "values", "column": "etape"}, {"line": 4, "rule": "type", "column": "residents"}]
    assert told.items() >= counts.items() and told["lines"] == lines
    [entry] = land(door.home, DAY, contracts=CONTRACTS)
    assert {name: getattr(entry, name) for name in counts} == counts and entry.file == told["file"]
    landed = json.loads(door.ask("GET", f"/reports/{told['id']}")[2])
    assert landed["state"] == "accepted" and landed | {"state": "waiting"} == told
    page = door.ask("GET", f"/reports/{told['id']}", accept="text/html")[2]
    assert "etape" in page and "dès la ligne 3" in page and "Choisissez" in page


@pytest.mark.parametrize("name", ["a.csv.gz", "a.parquet", "form", "type"])
def test_every_way_to_bring_a_file(door, name):
    rows = [GOOD.get(column, "") for column in SURVESMS.names]
    if name == "a.csv.gz":
        answer = door.put(gzip.compress(csv({})), name)
    elif name == "a.parquet":
        sink = pa.BufferOutputStream()
        columns = {c: pa.array([v or None], pa.string()) for c, v in zip(SURVESMS.names, rows, strict=True)}
        pyarrow.parquet.write_table(pa.table(columns), sink)
        answer = door.put(sink.getvalue().to_pybytes(), name)
    elif name == "form":
        body, kind = multipart(csv({}), "a.csv")
        status, _, text = door.ask("POST", "/deliveries/survesms", body, content_type=kind)
        answer = status, json.loads(text)
    else:
        status, _, text = door.ask("POST", "/deliveries/survesms", csv({}), content_type="text/csv; charset=utf-8")
        answer = status, json.loads(text)
    assert (answer[0], answer[1]["rows_accepted"]) == (201, 1)
    [entry] = land(door.home, DAY, contracts=CONTRACTS)
    assert (entry.verdict, entry.rows_accepted) == ("accepted", 1)


def multipart(content: bytes, name: str, end: bytes = b"--XX--\r\n") -> tuple[bytes, str]:
    """A body with a file and another part, and its type."""
    head = f'--XX\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    other = b'--XX\r\nContent-Disposition: form-data; name="note"\r\n\r\nnot a file\r\n'
    return other + head + content + b"\r\n" + end, "multipart/form-data; boundary=XX"


BROKEN = {
    "empty": (b"", "a.csv", 400),
    "cut gzip": (gzip.compress(csv(*[{}] * 50))[:-20], "a.csv.gz", 422),
    "a web page": (b"<!doctype html><html>", "a.csv", 422),
    "no parquet": (b"PAR1" + b"x" * 90 + b"PAR1", "a.parquet", 422),
    "no format": (csv({}), "a.xlsx", 422),
    "no end of line": (csv({})[:-1], "a.csv", 422),
    "a column is missing": (csv({}).replace(b"etape", b"phase", 1), "a.csv", 422),
    "no row keeps the contract": (csv({"etape": "?"}), "a.csv", 422),
}


def test_a_file_that_would_be_refused_whole_is_told_and_not_kept(door):
    for name, (content, file, expected) in BROKEN.items():
        status, told = door.put(content, file)
        assert status == expected, name
        assert told.get("state") == "declined" and told["reason"] or told.get("error") == "empty", name
    assert door.delivered() == [] and list((door.home.intake / "receiving").iterdir()) == []
    assert [report["state"] for report in door.reports()] == ["declined"] * (len(BROKEN) - 1)
    assert {"line": 2, "rule": "values", "column": "etape"} in [
        line for each in door.reports() for line in each["lines"]
    ]


def test_no_more_than_the_limit_is_taken(door):
    large = csv(*[{}] * 3000)
    assert len(large) > LIMIT
    body, kind = multipart(large, "a.csv")
    for method, path, sent, kinds in (
        ("PUT", "/deliveries/survesms/a.csv", [large[:LIMIT], large[LIMIT:]], {}),
        ("POST", "/deliveries/survesms", [body], {"content_type": kind}),
    ):
        try:
            door.ask(method, path, iter(sent), **kinds)
        except ConnectionError:
            pass  # It was cut before all was sent.
    until(lambda: sum(" 413 " in line for line in door.log) == 2)
    with socket.create_connection(("127.0.0.1", door.port), timeout=5) as connection:
        # Not a byte of it is waited for.
        token = door.tokens["tilleuls"]
        announced = f"PUT /deliveries/survesms/a.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        connection.sendall(f"{announced}Content-Length: {10**12}\r\n\r\n".encode())
        assert b" 413 " in connection.recv(100)
    status, text = door.fill(GOOD | {"id_bilan": "x" * 100_000})
    assert status == 413
    assert door.delivered() == [] and list((door.home.intake / "receiving").iterdir()) == []


def test_what_expands_beyond_the_bound_is_not_read(door, monkeypatch):
    monkeypatch.setattr(examination, "EXPANDED", 2**20)
    status, told = door.put(gzip.compress(csv(*[{}] * 20_000)), "a.csv.gz")
    assert status == 422 and "expands to more than 1048576 bytes" in told["reason"]


def test_a_body_that_does_not_come_to_its_end_leaves_nothing(door):
    body, kind = multipart(csv({}), "a.csv", end=b"")
    assert door.ask("POST", "/deliveries/survesms", body, content_type=kind)[0] == 400
    two, _ = multipart(csv({}), "b.csv", end=body)
    assert json.loads(door.ask("POST", "/deliveries/survesms", two, content_type=kind)[2])["error"] == "several"
    with socket.create_connection(("127.0.0.1", door.port)) as connection:
        head = (
            f"PUT /deliveries/survesms/a.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.tokens['tilleuls']}\r\n"
        )
        connection.sendall(f"{head}Content-Length: {len(csv({}, {}))}\r\n\r\n".encode() + csv({}))
    until(lambda: any(line.endswith("gone") for line in door.log))
    assert door.delivered() == [] and list((door.home.intake / "receiving").iterdir()) == []
    assert door.reports() == []


def until(condition) -> None:
    """Wait for something that happens soon."""
    ends = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_two_files_of_one_name_at_once_are_two_files(door):
    contents = [csv({"id_bilan": f"bilan-{n:04}"}) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(door.put, contents))
    assert [status for status, _ in answers] == [201] * 6
    assert sorted(path.read_bytes() for path in door.delivered()) == sorted(contents)
    assert {told["file"] for _, told in answers} == {f"{DAY}/{path.name}" for path in door.delivered()}


def test_a_file_is_never_written_over(door, monkeypatch):
    """Were the drawn end of its name that of another file, it is drawn again."""
    drawn = iter(["draft1", "same", "draft2", "same", "other"])
    monkeypatch.setattr(receipts, "secrets", SimpleNamespace(token_hex=lambda size: next(drawn)))
    assert [door.put(csv({"version": version}))[0] for version in "12"] == [201, 201]
    assert sorted(path.read_bytes() for path in door.delivered()) == [csv({}), csv({"version": "2"})]


@pytest.mark.parametrize("name", ["../../../evil.csv", r"..\evil.csv", "/etc/evil.csv", ".evil.csv", "evil--x.tmp.csv"])
def test_a_name_does_not_lead_out_of_the_folder(door, name):
    body, kind = multipart(csv({}), name.replace("\\", "\\\\"))
    assert door.ask("POST", "/deliveries/survesms", body, content_type=kind)[0] == 201
    [path] = door.delivered()
    assert path.parent == door.home.landing / "survesms" / str(DAY)
    assert re.fullmatch(r"tilleuls--evil(-x-tmp)?-170000-[0-9a-f]{6}\.csv", path.name)
    assert door.ask("PUT", "/deliveries/survesms/..%2F..%2Fevil.csv", csv({}))[0] in (404, 405)
    assert door.delivered() == [path]


@given(st.text(max_size=80))
def test_of_any_name_only_letters_and_digits_are_left(sent):
    name = name_of(sent)
    assert re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", name.stem) and len(name.stem) <= 40
    assert name.extension in ("", "csv", "csv.gz", "parquet")


def test_a_feed_of_control_files_gets_one(tmp_path, opened):
    small = declared(tmp_path, DECLARATION.replace("version: 1", "version: 1\n              control: true"))
    (tmp_path / "senders.yml").write_text("clinic: {title: Clinic, feeds: {visits: {}}}")
    door = opened(contracts=small)
    status, told = door.put(f"{HEADER}\n{ROW}\n{ROW}\n".encode(), "a.csv", "visits", "clinic")
    assert status == 201
    [entry] = land(door.home, DAY, contracts=small)
    assert (entry.verdict, entry.rows_received, entry.file) == ("accepted", 2, told["file"])


# --------------------------------------------------------------------------- the form


def test_the_form_asks_for_what_the_contract_declares(door):
    """Its columns in its order, its codes and no others; what the sender has one value of is not asked."""
    page = door.ask("GET", "/form/survesms", accept="text/html")[2]
    asked = re.findall(r'<(?:input|select) id="(\w+)" name="(\w+)"', page)
    fixed = ["id_etablissement", "departement"]
    assert asked == [(name, name) for name in SURVESMS.names if name not in fixed]
    assert "010000018" in page
    for column in SURVESMS.columns:
        codes = re.findall(rf'<select id="{column.name}".*?</select>', page, re.S)
        assert [re.findall(r'<option value="(\w+)"', each) for each in codes] == [list(column.contract.vocabulary)][
            : len(codes)
        ]
        assert bool(codes) == bool(column.contract.vocabulary) or column.name in fixed
        label = re.search(rf'<label for="{column.name}">([^<]+)', page)
        assert column.name in fixed or label and label[1].replace("&#39;", "'").strip() == column.form.label
    several = door.ask("GET", "/form/survesms", sender="federation", accept="text/html")[2]
    assert re.findall(r'<option value="(69\d+)"', several) == ["690000013", "690000021"]
    assert door.ask("GET", "/form/emergen", sender="federation")[0] == 404


def test_a_form_is_a_row_that_lands(door):
    page = door.ask("GET", "/form/survesms", accept="text/html")[2]
    proposed = dict(re.findall(r'name="(\w+)" value="([^"]+)"', page))
    answers = proposed | {"type_etablissement": "EHPAD", "nature": "new", "etape": "INITIAL", "residents": " 80 "}
    # What it does not ask for is not taken from it.
    status, text = door.fill(answers | {"id_etablissement": "690000013"}, accept="text/html")
    assert status == 201 and proposed["id_signalement"] in text and proposed["id_bilan"] in text
    [entry] = land(door.home, DAY, contracts=CONTRACTS)
    assert (entry.rows_accepted, entry.rows_rejected) == (1, 0)
    [path] = door.home.lake.glob(f"raw/survesms/received_on={DAY}/*.parquet")
    [row] = pyarrow.parquet.read_table(path).to_pylist()
    assert (row["id_etablissement"], row["residents"], row["etape"]) == ("010000018", 80, "INITIAL")
    assert (row["cas_confirmes_residents"], row["date_bilan"]) == (None, dt.datetime(2021, 3, 10, 17, 0))
    assert [report["state"] for report in door.reports()] == ["accepted"]


def test_all_that_is_wrong_in_a_form_is_told_by_field(door):
    wrong = {
        "version": "un", "etape": "", "residents": "-1", "cas_confirmes_residents": "3,5", "date_bilan": "hier",
        "id_signalement": "court", "type_etablissement": "HOTEL",
    }  # fmt: skip
    status, text = door.fill(GOOD | wrong)
    told = json.loads(text)["fields"]
    assert status == 422 and told.keys() == wrong.keys()
    assert (told["etape"], told["residents"]) == ("Cette valeur est obligatoire.", "Au moins 0.")
    page = door.fill(GOOD | wrong, accept="text/html")[1]
    for name in wrong:
        assert f'href="#{name}"' in page and f'id="{name}-error"' in page
        assert re.search(rf'id="{name}"[^>]* aria-describedby="[^"]*{name}-error" aria-invalid="true"', page), name
    # One that is folded stands open when it is wrong.
    assert "<details" in door.ask("GET", "/form/survesms", accept="text/html")[2] and "<details" not in page
    # A rule on several fields, when each is right alone, is told beside its column.
    told = json.loads(door.fill(GOOD | {"date_premiers_signes": "2021-03-11"})[1])["fields"]
    assert told == {"date_premiers_signes": "Les premiers signes ne peuvent pas être postérieurs au bilan."}
    assert json.loads(door.fill({})[1])["fields"].keys() >= {"id_bilan", "version", "nature", "etape", "date_bilan"}
    assert door.fill(GOOD | {"residents": "80\n81"})[0] == 400
    assert door.delivered() == [] and door.reports() == []


# --------------------------------------------------------------------------- reports


def test_everyone_finds_its_own_reports_and_no_other(door):
    """Also of what came by file, by how its name begins; what another one sent is not there for it."""
    by_file = door.home.landing / "survesms" / str(DAY) / "federation_10.csv"
    by_file.parent.mkdir(parents=True)
    by_file.write_bytes(csv({"id_bilan": "bilan-0009"}, {"id_bilan": "bilan-0010", "etape": "?"}))
    (by_file.parent / "of_nobody.csv").write_bytes(csv({"id_bilan": "bilan-0011"}))
    (by_file.parent / "federation_11.csv").write_bytes(b"nothing")
    mine = door.put(csv({}))[1]
    theirs = door.put(csv({"id_etablissement": "690000013"}), sender="federation")[1]
    declined = door.put(csv({}), sender="federation")[1]
    land(door.home, DAY, contracts=CONTRACTS)
    assert [report["id"] for report in door.reports()] == [mine["id"]]
    found = {report["file"]: report for report in door.reports("federation")}
    by_name = {f"{DAY}/federation_10.csv", f"{DAY}/federation_11.csv"}
    assert found.keys() == {theirs["file"], "", *by_name}
    assert found[""]["id"] == declined["id"] and found[""]["state"] == "declined"
    assert "missing in the header" in found[f"{DAY}/federation_11.csv"]["reason"]
    status, _, text = door.ask("GET", f"/reports/{found[f'{DAY}/federation_10.csv']['id']}", sender="federation")
    assert (status, json.loads(text)["lines"]) == (200, [{"line": 3, "rule": "values", "column": "etape"}])
    for other in (theirs["id"], declined["id"], found[f"{DAY}/federation_10.csv"]["id"], "*", "..", "%2e%2e%2fx"):
        assert door.ask("GET", f"/reports/{other}")[0] == 404


def test_one_list_after_the_other_has_every_report(door, monkeypatch):
    """Of what came through the door and otherwise, landed or not; a report is found by its name however old it is."""
    monkeypatch.setattr(receipts, "LISTED", 2)
    folder = door.home.landing / "survesms" / str(DAY)
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"federation_{number}.csv").write_bytes(csv({"id_bilan": f"bilan-001{number}"}))
    for hour in ("17:00", "17:01", "17:02"):
        monkeypatch.setenv("VIGIE_NOW", f"{DAY}T{hour}")
        door.put(csv({"id_etablissement": "690000013", "id_bilan": f"bilan-{hour[-2:]}00"}), sender="federation")
    for landed in (False, True):
        if landed:
            land(door.home, DAY, contracts=CONTRACTS)
        seen, before = [], ""
        while before is not None:
            text = door.ask("GET", f"/reports?before={quote(before)}", sender="federation")[2]
            seen += json.loads(text)["reports"]
            before = json.loads(text)["before"]
        # Those of files of one day have no hour: a list ends among them as it may.
        assert [report["at"][11:16] for report in seen[:3]] == ["17:02", "17:01", "17:00"]
        assert {report["state"] for report in seen} == ({"accepted"} if landed else {"waiting"})
        assert len({report["id"] for report in seen}) == len(seen) == (4 if landed else 3)
    page = door.ask("GET", "/reports", sender="federation", accept="text/html")[2]
    assert f"?before={DAY}T17%3A01%3A00%2B01%3A00" in page
    oldest = hashlib.sha256(f"survesms/{DAY}/federation_0.csv".encode()).hexdigest()[:16]
    assert json.loads(door.ask("GET", f"/reports/{oldest}", sender="federation")[2])["rows_accepted"] == 1


def test_of_a_content_that_another_one_has_sent_its_name_is_not_told(door):
    content = csv({"id_etablissement": "690000013"})
    by_file = door.home.landing / "survesms" / "2021-03-09" / "of_another_one.csv"
    by_file.parent.mkdir(parents=True)
    by_file.write_bytes(content.replace(b"2021-03-10T", b"2021-03-09T"))
    door.put(content.replace(b"2021-03-10T", b"2021-03-09T"), sender="federation")
    land(door.home, DAY, contracts=CONTRACTS)
    [report] = door.reports("federation")
    assert (report["state"], report["reason"], report["rows_duplicate"]) == ("duplicate", "", 1)


MARKER = "Zq7Marker"


def test_what_is_sent_is_in_no_answer_log_or_report(door):
    """A marker in every column in turn, by file and by form, to programs and to browsers, before and after landing."""
    rows = [{"id_bilan": f"bilan-{n:04}"} | {name: MARKER} for n, name in enumerate(SURVESMS.names)]
    said = [str(door.put(csv({}, *rows))), str(door.put(csv(dict.fromkeys(SURVESMS.names, MARKER)), "b.csv"))]
    said += [
        str(door.put(content, "c.csv")) for content in (MARKER.encode(), csv({}).replace(b"etape", MARKER.encode()))
    ]
    body, kind = multipart(csv({}, *rows), "a.csv")
    said.append(door.ask("POST", "/deliveries/survesms", body, content_type=kind, accept="text/html")[2])
    everywhere = dict.fromkeys(SURVESMS.names, MARKER)
    # Those are taken.
    known = GOOD | {"id_bilan": MARKER, "id_signalement": MARKER}
    for accept in ("text/html", "application/json"):
        for answers in (everywhere, known):
            text = door.fill(answers, accept=accept)[1]
            # To whoever has filled it in, the form comes back as it was filled in.
            said.append(re.sub(r'(<input[^>]* value=")[^"]*"', r"\1", text))
    land(door.home, DAY, contracts=CONTRACTS)
    reports = door.reports()
    assert len(reports) >= 6
    for report in reports:
        said += [door.ask("GET", f"/reports/{report['id']}", accept=a)[2] for a in ("text/html", "text/csv")]
    said += [path.read_text() for path in door.home.intake.rglob("*.json")]
    said += [door.ask("GET", "/reports", accept="text/html")[2], str(reports), "\n".join(door.log)]
    assert all(said) and not [text for text in said if MARKER.lower() in text.lower()]


# --------------------------------------------------------------------------- what goes wrong here


def test_an_error_that_was_not_foreseen_says_nothing_of_the_file(opened):
    def breaks(*arguments):
        raise ValueError(f"could not convert '{MARKER}'")

    door = opened(breaks)
    status, told = door.put(csv({}))
    assert (status, told["error"]) == (500, "fault")
    assert any("ValueError" in line for line in door.log) and MARKER not in "\n".join(door.log)
    assert door.delivered() == []


def test_a_full_disk_is_said_and_nothing_is_kept(opened):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    door = opened(full)
    status, told = door.put(csv({}))
    assert (status, told["error"]) == (507, "room") and door.delivered() == []


def test_what_a_killed_service_left_goes_with_the_next(opened, tmp_path):
    half = tmp_path / "home" / "landing" / "survesms" / str(DAY) / ".tilleuls--0123.part"
    left = tmp_path / "home" / "intake" / "receiving" / "tmp1" / "received"
    for path in (half, left):
        path.parent.mkdir(parents=True)
        path.write_text("half")
    opened()
    assert not half.exists() and not left.exists()


def test_a_file_is_tried_in_a_process_of_its_own(tmp_path, monkeypatch):
    """One that takes all memory or time ends its own trial, and nothing else; the secret of the home is not read."""
    (tmp_path / "secret").write_text("too short")
    monkeypatch.setenv("VIGIE_SECRET_FILE", str(tmp_path / "secret"))
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["x" * 200_000]))
    bomb, small = tmp_path / "bomb.parquet", tmp_path / "a.csv"
    # Twenty gigabytes of text in each column.
    pyarrow.parquet.write_table(pa.table(dict.fromkeys(SURVESMS.names, values)), bomb, row_group_size=100_000)
    small.write_bytes(csv({}))
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
    assert bomb.stat().st_size < LIMIT
    assert "unreadable as Parquet" in examined_apart(bomb, SURVESMS, DAY, folders[0]).reason
    endless = Rule(name="endless", column="etape", sql="(select count(*) from range(1000000000000)) > 0")
    table = SURVESMS.table.model_copy(update={"rules": (endless,)})
    with pytest.raises(Refused, match="busy"):
        examined_apart(small, SURVESMS.model_copy(update={"table": table}), DAY, folders[1], seconds=1)
    assert examined_apart(small, SURVESMS, DAY, folders[2]).rows_accepted == 1


def test_a_trial_asks_nothing_of_the_moment(tmp_path):
    """A feed whose files settle, or have control files, is tried at once."""
    text = DECLARATION.replace("version: 1", "version: 1\n              control: true\n              settling: 600")
    contract = declared(tmp_path, text)["visits"]
    (tmp_path / "a.csv").write_text(f"{HEADER}\n{ROW}\n")
    (tmp_path / "apart").mkdir()
    assert tried(tmp_path / "a.csv", contract, DAY, tmp_path / "apart").rows_accepted == 1


# --------------------------------------------------------------------------- declarations


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tilleuls: {title: x, feeds: {survesms: {}}}", "a name has"),
        ("a__b: {title: x, feeds: {survesms: {}}}", "a name has"),
        ("a: {title: x, feeds: {}}", "feeds"),
        ("a: {title: x, feeds: {survesms: {row: {}}}}", "feeds.survesms.row"),
        ("a: {title: x, feeds: {nothing: {}}}", "no feed nothing"),
        ("a: {title: x, feeds: {survesms: {rows: {finess: ['1']}}}}", "rows: finess"),
        ("a: {title: x, feeds: {survesms: {rows: {id_bilan: ['1']}}}}", "rows: id_bilan"),
        ("a: {title: x, feeds: {survesms: {files: ['']}}}", "at least 4"),
        (
            "{a: {title: x, feeds: {survesms: {files: [abcd]}}}, b: {title: x, feeds: {survesms: {files: [abcde]}}}}",
            "also",
        ),
        ("{abcd: {title: x, feeds: {survesms: {}}}, b: {title: x, feeds: {survesms: {files: [abcd]}}}}", "also"),
    ],
)
def test_a_declaration_that_does_not_hold_is_refused(tmp_path, monkeypatch, text, said):
    (tmp_path / "senders.yml").write_text(text)
    monkeypatch.setenv("VIGIE_SENDERS", str(tmp_path / "senders.yml"))
    with pytest.raises(VigieError, match=said):
        read_senders(CONTRACTS)


def test_the_declared_senders_hold(monkeypatch):
    monkeypatch.delenv("VIGIE_SENDERS", raising=False)
    assert "survesms" in read_senders(read_contracts())["ehpad_des_tilleuls"].feeds


def test_a_token_is_shown_once(tmp_path, monkeypatch):
    monkeypatch.setenv(TOKENS_FILE, str(tmp_path / "of" / "tokens"))
    monkeypatch.delenv("VIGIE_SENDERS", raising=False)
    shown = CliRunner().invoke(main, ["intake", "token", "ehpad_des_tilleuls"]).output.strip()
    assert re.fullmatch(r"vigie-intake-[\w-]{43}", shown)
    assert read_hashes(tmp_path / "of" / "tokens").keys() == {"ehpad_des_tilleuls"}
    assert "No sender nobody is declared" in CliRunner().invoke(main, ["intake", "token", "nobody"]).output
    (tmp_path / "of" / "tokens").chmod(0o644)
    assert "chmod 600" in CliRunner().invoke(main, ["intake", "token", "ehpad_des_tilleuls"]).output
    monkeypatch.delenv(TOKENS_FILE)
    assert "No file of tokens" in CliRunner().invoke(main, ["intake"]).output


def test_a_form_has_words_for_each_code_and_a_field_for_each_column(tmp_path):
    form = "            form: {title: Visite}\n            contract:"
    with pytest.raises(
        VigieError, match="column id_personne: form: the table and each of its columns have one, or none"
    ):
        declared(tmp_path, DECLARATION.replace("            contract:", form, 1))
    coded = "config: {meta: {contract: {type: string, values: [F, H]}"
    with pytest.raises(VigieError, match="form: the table and each"):
        declared(tmp_path, DECLARATION.replace(coded, f"{coded}, form: {{label: Sexe}}"))
    text = DECLARATION.replace("            contract:", form, 1).replace("data_type: varchar, ", "data_type: varchar, ")
    text = re.sub(r"(config: \{meta: \{contract: \{.*?\}(?=\}))", r"\1, form: {label: x}", text)
    with pytest.raises(VigieError, match="column sexe: form: codes: expected words for each of its codes"):
        declared(tmp_path, text)


# --------------------------------------------------------------------------- in a browser


def test_the_form_fits_a_phone_and_axe_finds_nothing(door, browser):
    from axe_core_python.selenium import Axe
    from selenium.webdriver.support.expected_conditions import staleness_of
    from selenium.webdriver.support.wait import WebDriverWait

    def followed(link) -> None:
        link.click()
        WebDriverWait(browser, 60).until(staleness_of(link))
        WebDriverWait(browser, 60).until(lambda _: browser.execute_script("return document.readyState") == "complete")

    def looked_at(width: int) -> None:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
        found = Axe().run(browser, options={"runOnly": rules})
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []

    def press() -> None:
        followed(browser.find_element("css selector", "form.asked button.go"))

    try:
        browser.get(f"http://127.0.0.1:{door.port}/")
        browser.find_element("id", "token").send_keys(door.tokens["tilleuls"])
        press()
        looked_at(390)
        followed(browser.find_element("css selector", "a.go"))
        browser.find_element("id", "residents").send_keys("douze")
        press()
        assert browser.execute_script("return document.activeElement.className") == "summary"
        looked_at(390)
        looked_at(1200)
        for name, value in (("residents", "80"), ("etape", "Premier"), ("type_etablissement", "Ehpad")):
            asked = browser.find_element("id", name)
            if asked.tag_name == "input":
                asked.clear()
            asked.send_keys(value)
        press()
        assert "Bilan reçu" in browser.page_source
        looked_at(390)
        followed(browser.find_element("link text", "Mes livraisons"))
        looked_at(390)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert len(door.delivered()) == 1
