"""Messages about incidents, sent to a real server on this machine: one for each cause and turn, and none twice."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from test_incidents import DAY, KINDS, finding

from orchestration.home import Home
from orchestration.incidents.events import events_file, query
from orchestration.incidents.findings import gathered
from orchestration.incidents.messages import addresses, tell
from orchestration.incidents.register import close, take_in

SECRET = "aPasswordOfTheService"


class Server:
    """A server that keeps what it is sent, and answers with `status`."""

    def __init__(self) -> None:
        self.received: list[dict] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                if outer.status == 200:
                    outer.received.append(json.loads(content))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://officer:{SECRET}@127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def titles(self) -> list[str]:
        return [each["title"] for each in self.received]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def home(tmp_path, monkeypatch, server) -> Home:
    monkeypatch.setenv("VIGIE_ALERTS", server.address)
    return Home(tmp_path)


def run(home: Home, *findings, day: int = 0) -> int:
    """What the end of a run does with what it found; how many messages could not be sent."""
    on = DAY + dt.timedelta(day)
    take_in(home, gathered(findings, KINDS), on, "2021-01-05")
    return tell(home, on)


def test_one_cause_is_one_message_when_it_opens_rises_and_ends(home, server):
    outputs = tuple(f"output-{n}" for n in range(80))
    broken = finding(
        outputs=outputs, feed="sidep", todo="vigie withdraw sidep/2021-01-05/a.csv --why …", detail="line 3"
    )
    for day in range(2):
        assert run(home, broken, day=day) == 0
    [first] = server.received
    assert first["title"] == "Incident 1 (à traiter aujourd'hui) : chiffres retenus, sidep"
    for said in ("Depuis le 05/01/2021", "80 (output-0", "2021-01-05", "line 3", "Que faire : vigie withdraw sidep/"):
        assert said in first["message"], said
    assert "vigie incidents ack 1 --why" in first["message"]
    for day in (2, 3):
        run(home, finding(severity="high", feed="sidep"), day=day)
    for day in (4, 5):
        run(home, day=day)
    assert [title.partition(" :")[0] for title in server.titles[1:]] == [
        "Incident 1, maintenant grave",
        "Incident 1 terminé",
    ]


def test_two_causes_are_two_messages_and_what_is_only_to_be_known_is_none(home, server):
    run(home, finding("a"), finding("b"), finding("c", severity="low"))
    run(home, day=1)
    assert [title.partition(" ")[2][:1] for title in server.titles] == ["1", "2", "1", "2"]


def test_what_was_closed_by_hand_is_told_with_who_and_why(home, server):
    run(home, finding())
    close(home, 1, "mended by the producer", DAY)
    run(home, finding(), day=1)
    assert "mended by the producer" in server.received[-1]["message"] and len(server.received) == 2


@pytest.mark.parametrize("how", ["refused", "gone", "unreadable"])
def test_what_cannot_be_sent_fails_nothing_is_noted_and_is_tried_again(home, server, how, monkeypatch):
    match how:
        case "refused":
            server.status = 500
        case "gone":
            monkeypatch.setenv("VIGIE_ALERTS", f"json://officer:{SECRET}@127.0.0.1:1/")
        case "unreadable":
            monkeypatch.setenv("VIGIE_ALERTS", f"carrier-pigeon://{SECRET}")
    assert run(home, finding()) == 1
    [noted] = query(home, "select incident, what, why from events where event = 'not told'")
    assert (noted["incident"], noted["what"]) == (1, "opened") and noted["why"]
    server.status = 200
    monkeypatch.setenv("VIGIE_ALERTS", server.address)
    assert run(home, finding(), day=1) == 0
    assert len(server.received) == 1


def test_each_address_is_told_once_whatever_the_other_one_does(home, server, monkeypatch):
    monkeypatch.setenv("VIGIE_ALERTS", f"{server.address}\ncarrier-pigeon://{SECRET}")
    assert [run(home, finding(), day=day) for day in range(2)] == [1, 1]
    assert len(server.received) == 1


def test_an_address_stands_in_no_file_and_no_log(home, server, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    run(home, finding())
    server.status = 500
    run(home, day=1)
    written = "".join(path.read_text(errors="replace") for path in home.root.rglob("*") if path.is_file())
    shown = capfd.readouterr()
    assert events_file(home).stat().st_size and SECRET not in written + shown.out + shown.err
    assert not [each for each in caplog.records if each.name.startswith("apprise")] and "127.0.0.1" not in written


def test_addresses_are_those_of_the_environment_or_of_the_home(home, monkeypatch):
    home.private.mkdir()
    (home.private / "alerts").write_text("# on duty\njson://one/\njson://two/\n")
    assert len(addresses(home)) == 1
    monkeypatch.delenv("VIGIE_ALERTS")
    assert addresses(home) == ["json://one/", "json://two/"]
    (home.private / "alerts").unlink()
    assert addresses(home) == [] and run(home, finding()) == 0
