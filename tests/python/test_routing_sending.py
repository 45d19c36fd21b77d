"""How files come to a recipient: whole or not at all, once, to no other place, whatever breaks."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from drawing import dice
from servers import Line, s3_server, sftp_server
from small_routing import CLASSES, NOW, Small, declared, small, write_release

from orchestration.errors import VigieError
from orchestration.routing import delivering, outbox, receipts, sending
from orchestration.routing.declarations import Recipient
from orchestration.routing.delivering import deliver, rehearse, served
from orchestration.routing.transports import NotSent, Source, opened
from orchestration.routing.transports import bucket as buckets
from orchestration.routing.transports import folder as folders
from orchestration.routing.transports import sftp as sftps

HOST, OTHER, CLIENT = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(3))
OF = {"class": "ministry", "datasets": [{"name": "sp-*"}, {"name": "incidence-rate-dep"}]}
SMALL_PIECE = 1024


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Small:
    """A small home that tests copy."""
    return small(tmp_path_factory.mktemp("sending") / "home", dice("sending"), weeks=6)


@pytest.fixture
def here(made, tmp_path, monkeypatch) -> Small:
    """A home of its own, and small pieces, so that a file is many of them."""
    shutil.copytree(made.home.root, tmp_path / "home", symlinks=True)
    for module in (folders, sftps, buckets):
        monkeypatch.setattr(module, "PIECE", SMALL_PIECE)
    return Small(type(made.home)(tmp_path / "home"), made.counts, made.declarations)


@pytest.fixture(scope="module")
def storage() -> Iterator[int]:
    """An S3 server; gives its port."""
    with s3_server() as port:
        yield port


class Place:
    """The place of a recipient by one transport, as the recipient sees it."""

    def __init__(self, kind: str, recipient: Recipient, line: Line | None, root: Path, client) -> None:
        self.kind, self.recipient, self.line, self._root, self._client = kind, recipient, line, root, client

    def files(self) -> dict[str, bytes]:
        """What can be seen: no name that begins with a dot, of a bucket what a manifest names."""
        if self.kind != "s3":
            found = {p.relative_to(self._root).as_posix(): p for p in self._root.rglob("*") if p.is_file()}
            return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".")}
        listed = self._client.list_objects_v2(Bucket="place", Prefix="to/").get("Contents", [])
        found = {
            each["Key"].removeprefix("to/"): self._client.get_object(Bucket="place", Key=each["Key"])["Body"].read()
            for each in listed
        }
        shown = {name.partition("/")[0] for name in found if name.endswith("/manifest.json")}
        return {name: content for name, content in found.items() if name.partition("/")[0] in shown}

    def write(self, name: str, content: bytes) -> None:
        """What the recipient leaves there."""
        if self.kind == "s3":
            self._client.put_object(Bucket="place", Key=f"to/{name}", Body=content)
        else:
            (self._root / name).write_bytes(content)

    def state(self) -> dict[str, bytes]:
        """The last state, as a recipient builds it: each delivery brings files and takes some away."""
        found, state = self.files(), {}
        for name in sorted(name for name in found if name.endswith("/manifest.json")):
            manifest = json.loads(found[name])
            folder = name.partition("/")[0]
            assert int(folder) == manifest["delivery"]
            for gone in manifest["removed"]:
                del state[gone]
            for file in manifest["files"]:
                if file["in"] == manifest["delivery"]:
                    content = found[f"{folder}/{file['sent_as']}"]
                    assert (len(content), hashlib.sha256(content).hexdigest()) == (
                        file["sent_bytes"],
                        file["sent_sha256"],
                    )
                    state[file["name"]] = content
            assert state.keys() == {file["name"] for file in manifest["files"]}
            # Nothing lies beside what the manifest names.
            brought = {
                f"{folder}/{file['sent_as']}" for file in manifest["files"] if file["in"] == manifest["delivery"]
            }
            assert {each for each in found if each.startswith(f"{folder}/")} == brought | {name}
        return state


@pytest.fixture
def place(here, tmp_path, storage, monkeypatch):
    """Makes the place of a recipient by a kind of transport, with a line that can break."""
    with contextlib.ExitStack() as stack:

        def make(kind: str, name: str = "one", **document) -> Place:
            root, line, client = here.home.root / "outgoing" / name, None, None
            transport = {"kind": "folder", "path": f"outgoing/{name}"}
            if kind == "sftp":
                root = tmp_path / "server" / name
                line = Line(stack.enter_context(sftp_server(tmp_path / "server", HOST, CLIENT)))
                transport = {
                    "kind": "sftp", "host": "127.0.0.1", "port": line.port, "user": "vigie", "path": name,
                    "host_key": HOST.export_public_key().decode().strip(),
                }  # fmt: skip
                key = CLIENT.export_private_key().decode()
                monkeypatch.setenv(f"VIGIE_{name.upper()}_SSH_KEY", key)
            if kind == "s3":
                line = Line(storage)
                client = boto3.client(
                    "s3", endpoint_url=f"http://127.0.0.1:{storage}", region_name="eu-west-3",
                    aws_access_key_id="a", aws_secret_access_key="b",
                )  # fmt: skip
                _empty(client)
                transport = {
                    "kind": "s3",
                    "bucket": "place",
                    "prefix": "to",
                    "endpoint": f"http://127.0.0.1:{line.port}",
                }
                monkeypatch.setenv(f"VIGIE_{name.upper()}_ACCESS_KEY", "name-of-the-user")
                monkeypatch.setenv(f"VIGIE_{name.upper()}_SECRET_KEY", "key-of-the-storage")
            if line:
                stack.callback(line.close)
            of = {**OF, "transport": transport, **document}
            recipient = declared(tmp_path / "declared" / name, **{name: of})[name]
            return Place(kind, recipient, line, root, client)

        yield make


def _empty(client) -> None:
    """A bucket with nothing in it."""
    with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket="place", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    for each in client.list_objects_v2(Bucket="place").get("Contents", []):
        client.delete_object(Bucket="place", Key=each["Key"])
    for each in client.list_multipart_uploads(Bucket="place").get("Uploads", []):
        client.abort_multipart_upload(Bucket="place", Key=each["Key"], UploadId=each["UploadId"])


def send_to(here: Small, place: Place, patient: bool = False, **ways):
    return deliver(here.home, place.recipient, CLASSES, here.declarations, patient=patient, ways=here.ways(**ways))


def changed(here: Small, release_id: str = "2021-03-14-2") -> None:
    """Another release, in which two files differ from those of the first one and one is gone."""
    write_release(here, release_id)
    data = here.home.releases / release_id
    facts = json.loads((data / "release.json").read_text())
    for name in ("sp-pos-quot-dep.parquet", "incidence-rate-dep/2021-03.parquet"):
        path = data / "open_data" / name
        path.write_bytes(path.read_bytes() + b"more")
        known = facts["datasets"][name.partition("/")[0].removesuffix(".parquet")]["files"][name]
        known |= {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    del facts["datasets"]["sp-pos-heb-reg"]["files"]["sp-pos-heb-reg.parquet"]
    (data / "release.json").write_text(json.dumps(facts))


def released(here: Small) -> dict[str, bytes]:
    """The files of the release that the recipients of these tests get."""
    folder = here.home.releases / "latest" / "open_data"
    facts = json.loads((folder.parent / "release.json").read_text())["datasets"]
    others = ("sg-epci", "incidence-rate-fra")
    names = [f for name, of in facts.items() if name not in others for f in of["files"] if f.endswith(".parquet")]
    return {name: (folder / name).read_bytes() for name in names}


KINDS = ("folder", "sftp", "s3")


@pytest.mark.parametrize("kind", KINDS)
def test_a_difference_applied_to_the_last_state_is_the_whole(here, place, kind):
    to = place(kind)
    assert send_to(here, to).numbers == [1]
    assert to.state() == released(here)
    assert send_to(here, to).state == "unchanged"
    changed(here)
    second = send_to(here, to)
    assert (second.numbers, second.files) == ([2], 2)
    manifest = json.loads(to.files()["000002/manifest.json"])
    assert manifest["base"] == 1 and manifest["removed"] == ["sp-pos-heb-reg.parquet"]
    assert to.state() == released(here)


def test_one_that_asks_for_the_whole_gets_all_files_each_time(here, place):
    to = place("folder", difference=False)
    send_to(here, to)
    changed(here)
    assert send_to(here, to).files == len(released(here))
    manifest = json.loads(to.files()["000002/manifest.json"])
    assert manifest["base"] is None and {file["in"] for file in manifest["files"]} == {2}


@pytest.mark.parametrize("kind", ["sftp", "s3"])
def test_a_line_that_breaks_at_any_byte_shows_nothing_and_loses_nothing(here, place, kind):
    to, chance = place(kind), dice("line", kind)
    whole = released(here)
    total = sum(map(len, whole.values()))
    for _ in range(4 if kind == "sftp" else 2):
        to.line.bytes = chance.randrange(total * 2)
        outcome = send_to(here, to)
        if outcome.state == "sent":
            break
        assert outcome.state == "failed" and outcome.numbers == []
        assert to.files() == {} and receipts.receipts(here.home, "one") == []
    to.line.bytes = None
    assert send_to(here, to).state in ("sent", "unchanged")
    assert to.state() == whole
    assert {name.partition("/")[0] for name in to.files()} == {"000001"}


@pytest.mark.parametrize("kind", ["folder", "sftp"])
def test_what_is_there_already_is_not_sent_again(here, place, kind, monkeypatch):
    to, read = place(kind), []
    with pytest.raises(_Killed):
        _killed_in(monkeypatch, sending, "_send_file", 4, lambda: send_to(here, to))
    monkeypatch.setattr(Source, "forward", _counting(read, Source.forward))
    assert send_to(here, to).state == "sent"
    assert to.state() == released(here)
    assert sum(read) > 0


class _Killed(BaseException):
    """A process that is killed: nothing of ours is run after it."""


def _killed_in(monkeypatch, module, name: str, call: int, act, after: bool = False):
    """Do something, and be killed at a call of a function, before it or after."""
    calls, function = [], getattr(module, name)

    def killing(*arguments, **named):
        calls.append(name)
        if len(calls) == call and not after:
            raise _Killed
        done = function(*arguments, **named)
        if len(calls) == call:
            raise _Killed
        return done

    with monkeypatch.context() as patched:
        patched.setattr(module, name, killing)
        return act()


def _counting(read: list[int], function):
    def forward(source, to):
        before = source.at
        function(source, to)
        read.append(source.at - before if to < source.size else 0)

    return forward


STEPS = [
    (delivering, "prepare", 1, True),
    (outbox, "publish", 1, False),
    (outbox, "publish", 1, True),
    (sending, "_send_file", 2, False),
    (sending, "stands", 1, True),
    (receipts, "keep", 1, False),
    (receipts, "keep", 1, True),
    (outbox, "clear_waiting", 2, False),
    (receipts, "write_tables", 1, False),
]


@pytest.mark.parametrize(("module", "name", "call", "after"), STEPS, ids=[f"{s[1]}-{s[3]}" for s in STEPS])
def test_a_kill_at_any_step_is_followed_by_the_whole_once(here, place, monkeypatch, module, name, call, after):
    to, newer = place("folder"), dice("newer", name, after).random() < 0.5
    with pytest.raises(_Killed):
        _killed_in(monkeypatch, module, name, call, lambda: send_to(here, to), after)
    if newer:
        changed(here)
    seen = to.files()
    assert not seen or to.state()
    outcome = send_to(here, to)
    assert outcome.state in ("sent", "unchanged")
    assert to.state() == released(here)
    numbers = [receipt["number"] for receipt in receipts.receipts(here.home, "one")]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) <= 2
    # Without something newer there is one delivery; what was seen stays as it was.
    assert newer or numbers == [1]
    assert seen.items() <= to.files().items()
    assert not list((here.home.root / "outgoing" / "one").glob(".*"))
    assert {row["number"] for row in receipts.audit(here.home, "from sent")} == set(numbers)


def test_what_waits_gives_way_to_what_is_newer_under_the_same_number(here, place, monkeypatch):
    to = place("folder")
    with pytest.raises(_Killed):
        _killed_in(monkeypatch, sending, "_send_file", 3, lambda: send_to(here, to))
    changed(here)
    assert send_to(here, to).numbers == [1]
    assert to.state() == released(here)


def test_parts_of_other_bytes_are_not_taken_for_those_of_an_object(here, place, tmp_path):
    to = place("s3")
    old, new = (tmp_path / name for name in ("old", "new"))
    old.write_bytes(b"a" * 3 * SMALL_PIECE)
    new.write_bytes(b"b" * 3 * SMALL_PIECE)
    with opened(here.home, to.recipient) as site:
        upload, _ = site._begun(site._at("000001", "file"))
        site._client.upload_part(**site._at("000001", "file"), **upload, PartNumber=1, Body=b"a" * SMALL_PIECE)
        site.put(".000001-x.partial", "file", Source(new))
        assert site.read("000001/file") == new.read_bytes()
        # A draft is no delivery, and can be removed as long as it is not shown.
        site.discard(".000001-x.partial")
        assert site.size(".000001-x.partial", "file") == 0
        site.put(".000001-x.partial", "file", Source(old))
        site.show(".000001-x.partial", "000001", b"{}")
        site.discard(".000001-x.partial")
        assert site.read("000001/file") == old.read_bytes()


def test_another_host_key_than_the_pinned_one_is_refused(here, place):
    pinned = OTHER.export_public_key().decode().strip()
    to = place("sftp")
    transport = to.recipient.transport.model_copy(update={"host_key": pinned})
    to.recipient = to.recipient.model_copy(update={"transport": transport})
    outcome = send_to(here, to, patient=True)
    assert outcome.state == "failed" and outcome.attempts == 1 and "another key" in outcome.why
    assert to.files() == {}


def test_a_key_that_the_server_does_not_take_is_said_and_not_shown(here, place, monkeypatch, caplog):
    to = place("sftp")
    key = OTHER.export_private_key().decode()
    monkeypatch.setenv("VIGIE_ONE_SSH_KEY", key)
    caplog.set_level("DEBUG")
    outcome = send_to(here, to)
    assert outcome.state == "failed" and "refuses our key" in outcome.why
    told = caplog.text + outcome.why + "".join(p.read_text() for p in here.home.routing.rglob("*.json"))
    assert not any(line in told for line in key.splitlines() if len(line) > 30 and "PRIVATE" not in line)


def test_the_secret_of_a_storage_is_neither_logged_nor_kept(here, place, caplog):
    caplog.set_level("DEBUG")
    send_to(here, place("s3", datasets=[{"name": "sp-pos-quot-fra"}]))
    kept = "".join(p.read_text() for p in here.home.routing.rglob("*.json"))
    assert "key-of-the-storage" not in caplog.text + kept


def test_a_secret_that_others_may_read_is_not_used(here, place, monkeypatch):
    to = place("sftp")
    monkeypatch.delenv("VIGIE_ONE_SSH_KEY")
    path = here.home.private / "recipients" / "one" / "ssh_key"
    path.parent.mkdir(parents=True)
    path.write_bytes(CLIENT.export_private_key())
    path.chmod(0o640)
    assert "Others may read" in send_to(here, to).why
    path.chmod(0o600)
    assert send_to(here, to).state == "sent"


@pytest.mark.parametrize("where", ["there", "here"])
def test_a_full_disk_shows_nothing_and_is_tried_again(here, place, monkeypatch, where):
    to = place("folder")

    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        if where == "there":
            patched.setattr(folders.shutil, "copyfileobj", full)
        else:
            patched.setattr(outbox, "sync_tree", full)
        outcome = send_to(here, to)
    assert outcome.state == "failed" and "No space left" in outcome.why
    assert to.files() == {}
    assert send_to(here, to).numbers == [1] and to.state() == released(here)


def test_a_folder_that_is_not_mounted_gets_nothing_and_nothing_is_written_elsewhere(here, place, tmp_path):
    to = place("folder", transport={"kind": "folder", "path": str(tmp_path / "share" / "in")})
    outcome = send_to(here, to)
    assert outcome.state == "failed" and "mounted" in outcome.why
    assert not (tmp_path / "share").exists() and not (here.home.root / "outgoing").exists()


def test_nothing_is_sent_over_another_delivery_of_that_name(here, place):
    to = place("folder")
    (here.home.root / "outgoing" / "one" / "000001").mkdir(parents=True)
    to.write("000001/manifest.json", b"{}")
    outcome = send_to(here, to)
    assert outcome.state == "failed" and "Another delivery" in outcome.why
    assert to.files() == {"000001/manifest.json": b"{}"}


def test_a_file_that_changed_while_it_waited_is_not_shown(here, place, monkeypatch):
    to = place("folder")
    with pytest.raises(_Killed):
        _killed_in(monkeypatch, delivering, "send", 1, lambda: send_to(here, to))
    waits = here.home.routing / "outbox" / "one" / "files" / "sp-pos-quot-fra.parquet"
    content = waits.read_bytes()
    waits.unlink()
    waits.write_bytes(bytes(len(content)))
    outcome = send_to(here, to)
    assert outcome.state == "failed" and "changed on the disk" in outcome.why and to.files() == {}
    assert send_to(here, to).state == "sent" and to.state() == released(here)


def test_a_file_of_another_size_there_is_not_shown(here, place, monkeypatch):
    to = place("folder")
    with monkeypatch.context() as patched:
        patched.setattr(folders.FolderSite, "size", lambda self, draft, name: 7)
        outcome = send_to(here, to)
    assert outcome.state == "failed" and "7 of" in outcome.why and to.files() == {}


def test_it_is_tried_with_growing_pauses_within_the_hour(here, place, monkeypatch):
    to, pauses, moment = place("folder"), [], [NOW]

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        moment[0] += dt.timedelta(seconds=seconds)

    monkeypatch.setattr(delivering, "opened", _refusing)
    outcome = send_to(here, to, patient=True, sleep=sleep, now=lambda: moment[0], chance=lambda: 1.0)
    assert outcome.state == "failed" and outcome.attempts == len(pauses) + 1
    # It is 19:45 in Paris, and the cut-off is at 20:00.
    assert pauses == [5, 10, 20, 40, 80, 160, 300]
    noted = served(here.home, "one")
    pauses.clear()
    moment[0] = NOW + dt.timedelta(hours=2)
    send_to(here, to, patient=True, sleep=sleep, now=lambda: moment[0], chance=lambda: 0.0)
    # After the cut-off an hour, and at least half of each pause.
    assert pauses[:3] == [2.5, 5, 10] and 3600 - 150 <= sum(pauses) <= 3600
    assert noted["trouble"]["why"] == "It is closed" and noted["trouble"]["attempts"] == outcome.attempts
    monkeypatch.undo()
    again = deliver(here.home, to.recipient, CLASSES, here.declarations, ways=here.ways())
    assert again.state == "sent" and served(here.home, "one")["trouble"] is None


@contextlib.contextmanager
def _refusing(home, recipient):
    raise NotSent("It is closed")
    yield


def test_an_agreement_that_ends_stops_what_waits_here_and_there(here, place, monkeypatch):
    to = place("folder")
    with pytest.raises(_Killed):
        _killed_in(monkeypatch, sending, "_send_file", 3, lambda: send_to(here, to))
    there = here.home.root / "outgoing" / "one"
    assert list(there.glob(".*.partial")) and outbox.waiting(here.home, "one")
    later = dt.datetime(2022, 1, 1, 12, tzinfo=dt.UTC)
    with pytest.raises(VigieError, match="ended on 2022-01-01"):
        send_to(here, to, now=lambda: later)
    assert not list(there.iterdir()) and outbox.waiting(here.home, "one") is None


# --------------------------------------------------------------------------- encryption


def certificate(folder: Path, ends: dt.datetime) -> rsa.RSAPrivateKey:
    """A certificate beside the declarations; gives its private key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "one")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(NOW - dt.timedelta(9)).not_valid_after(ends)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.pem").write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return key


def test_files_are_encrypted_for_their_recipient_and_not_sent_again_while_they_are_the_same(here, place, tmp_path):
    key = certificate(tmp_path / "keys", NOW + dt.timedelta(9))
    to = place("folder", encryption="one.pem")
    ways = {"declared_in": tmp_path / "keys"}
    assert send_to(here, to, **ways).state == "sent"
    found = to.state()
    of = x509.load_pem_x509_certificate((tmp_path / "keys" / "one.pem").read_bytes())
    opened_ = {n: pkcs7.pkcs7_decrypt_der(c, of, key, []) for n, c in found.items()}
    assert opened_ == released(here) and found != opened_
    changed(here)
    assert send_to(here, to, **ways).files == 2


def test_an_expired_certificate_stops_the_delivery(here, place, tmp_path):
    certificate(tmp_path / "keys", NOW - dt.timedelta(1))
    to = place("folder", encryption="one.pem")
    outcome = send_to(here, to, declared_in=tmp_path / "keys")
    assert outcome.state == "failed" and "2021-03-13" in outcome.why and to.files() == {}


# --------------------------------------------------------------------------- acknowledgement, rehearsal


@pytest.mark.parametrize("kind", ["folder", "sftp"])
def test_a_recipient_acknowledges_by_a_file_whatever_its_clock_says(here, place, kind):
    to = place(kind)
    send_to(here, to)
    to.write("000001.ack", b"something else")
    send_to(here, to, now=lambda: NOW - dt.timedelta(days=1))
    assert receipts.acknowledgement(here.home, "one", 1)["is_same"] is False
    to.write("000001.ack", hashlib.sha256(to.files()["000001/manifest.json"]).hexdigest().encode() + b"\r\n")
    send_to(here, to, now=lambda: NOW + dt.timedelta(days=1))
    assert receipts.acknowledgement(here.home, "one", 1)["is_same"] is True
    [row] = receipts.audit(here.home, "select distinct is_same from sent")
    assert row == {"is_same": True}


def test_a_dry_run_says_what_would_be_sent_and_leaves_nothing(here, place):
    to = place("folder")
    said = rehearse(here.home, to.recipient, CLASSES, here.declarations, here.ways())
    assert (said.state, said.files) == ("due", len(released(here)))
    assert not (here.home.root / "outgoing").exists() and not list((here.home.routing / "work").iterdir())
    send_to(here, to)
    assert rehearse(here.home, to.recipient, CLASSES, here.declarations, here.ways()).state == "unchanged"


def test_the_place_is_reached_by_what_is_declared_alone(here, place):
    to = place("folder")
    with opened(here.home, to.recipient) as site:
        assert site.read("nothing") is None and site.size("nowhere", "nothing") == 0
