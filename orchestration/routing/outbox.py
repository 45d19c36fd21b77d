"""The outbox: what is about to be sent to a recipient, complete in the home before the first byte leaves.

`routing/outbox/<recipient>/` holds one delivery at most: its manifest, its files, and what its receipt will say.
A process that is killed at any moment is followed by one that sends the same bytes under the same number, or, where
nobody has seen them and there is something newer, that under this number.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.home import Home
from orchestration.routing import receipts, rows
from orchestration.routing.declarations import FOLDER, Recipient
from orchestration.routing.encryption import certificate, encrypt
from orchestration.routing.state import State
from orchestration.storage import fingerprint, make_folder, publish, sync_tree, write_whole

#: What a manifest says first.
FORM = "vigie delivery 1"
MANIFEST = "manifest.json"
#: Stands beside the manifest once the delivery is about to be shown.
SHOWN = "shown"


@dataclass(frozen=True)
class Outbox:
    """A delivery that is to be sent: the folder of its files, its manifest as it will be read, and what stays here."""

    folder: Path
    manifest: bytes
    private: Mapping[str, Any]

    @property
    def was_shown(self) -> bool:
        """Whether it was about to be shown, so that the recipient may have seen it."""
        return (self.folder.parent / SHOWN).exists()

    def note_shown(self) -> None:
        """Note that it is about to be shown."""
        write_whole(self.folder.parent / SHOWN, "", mode=0o600)

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest says."""
        return json.loads(self.manifest)

    @property
    def number(self) -> int:
        """The number of the delivery."""
        return self.facts["delivery"]

    @property
    def name(self) -> str:
        """The folder of the delivery at the recipient's."""
        return name_of(self.number)

    @property
    def draft(self) -> str:
        """The folder as long as it is not complete. What is in it says its name: other bytes are never added to it."""
        return f".{self.name}-{hashlib.sha256(self.manifest).hexdigest()[:12]}.partial"

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The files that this delivery brings; the others the recipient has."""
        return [file for file in self.facts["files"] if file["in"] == self.number]

    def receipt(self, sent_at: dt.datetime, attempts: int, verified: bool = True) -> dict[str, Any]:
        """The receipt, once all of it stands at the recipient's; or may have stood, when it is not `verified`."""
        facts = self.facts
        return {
            "recipient": facts["recipient"],
            "number": self.number,
            "kind": facts["kind"],
            "basis": facts["basis"],
            "release": facts["release"],
            "fingerprint": facts["fingerprint"],
            "base": facts["base"],
            "sent_at": sent_at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
            "valid_until": facts["valid_until"],
            "manifest_sha256": hashlib.sha256(self.manifest).hexdigest(),
            "attempts": attempts,
            "verified": verified,
            "files": facts["files"],
            "removed": facts["removed"],
            "outputs": facts["outputs"],
            **self.private,
        }


def name_of(number: int) -> str:
    """The folder of a delivery: its number with zeros, so that they stand in their order."""
    return f"{number:06d}"


def folder_of(home: Home, recipient: str) -> Path:
    """Where what waits for a recipient stands."""
    return home.routing / "outbox" / recipient


def waiting(home: Home, recipient: str) -> Outbox | None:
    """What is in the outbox of a recipient; None when nothing is."""
    folder = folder_of(home, recipient)
    if not (folder / MANIFEST).is_file():
        return None
    private = json.loads((folder / "private.json").read_text(encoding="utf-8"))
    return Outbox(folder / "files", (folder / MANIFEST).read_bytes(), private)


def clear(home: Home, recipient: str) -> None:
    """Empty the outbox of a recipient, and what was left of making one."""
    clear_waiting(home, recipient)
    clear_work(home, recipient)


def clear_waiting(home: Home, recipient: str) -> None:
    """Empty the outbox of a recipient."""
    folder = folder_of(home, recipient)
    gone = folder.with_name(f".{recipient}.gone")
    shutil.rmtree(gone, ignore_errors=True)
    if folder.exists():
        # Not half of it: what is there is a delivery or none.
        os.replace(folder, gone)
    shutil.rmtree(gone, ignore_errors=True)


def clear_work(home: Home, recipient: str) -> None:
    """Remove what was made for a recipient and is not to be sent."""
    for folder in (work_folder(home, recipient), spill_folder(home, recipient)):
        shutil.rmtree(folder, ignore_errors=True)


def work_folder(home: Home, recipient: str) -> Path:
    """Where the files of a recipient are made."""
    return home.routing / "work" / recipient


def spill_folder(home: Home, recipient: str) -> Path:
    """Where queries put what does not fit into memory."""
    return home.routing / "work" / f"{recipient}.spill"


def stage(
    home: Home,
    recipient: Recipient,
    state: State,
    before: Mapping[str, Any] | None,
    now: dt.datetime,
    valid_until: dt.datetime,
    transport: str,
    declared: Mapping[str, str],
    declared_in: Path = FOLDER,
) -> Outbox:
    """Put a state into the outbox: the files that the recipient does not have, or all of them, and the manifest.
    `declared` says from which declaration they were made."""
    number, work = receipts.next_number(home, recipient.name), work_folder(home, recipient.name)
    known = {file["name"]: file for file in (before or {}).get("files", [])}
    to = certificate(declared_in / recipient.encryption, now) if recipient.encryption else None
    files = []
    for name, made in sorted(state.files.items()):
        facts = {"name": name, "output": made.output, "rows": made.rows, "bytes": made.bytes, "sha256": made.sha256}
        had = known.get(name)
        same = had is not None and had["sha256"] == made.sha256
        if same and (recipient.difference or made.path is None):
            files.append(had)
            if made.path is not None:
                made.path.unlink()
            continue
        assert made.path, "what a recipient does not have was made"
        path = made.path
        if recipient.difference == "rows" and made.key:
            rows.note_rows(home, recipient.name, made.path, made.sha256, made.key)
            found = rows.write_changes(home, recipient.name, made.path, had["sha256"], made.sha256) if had else None
            if found:
                path, changes = found
                made.path.unlink()
                facts |= {"changes": changes, "from": had["sha256"], "whole_in": had.get("whole_in", had["in"])}
        sent = path if to is None else encrypt(path, to)
        size, sha256 = sent.stat().st_size, made.sha256 if sent == made.path else fingerprint(sent)
        facts |= {"in": number, "sent_as": sent.relative_to(work).as_posix()}
        files.append(facts | {"sent_bytes": size, "sent_sha256": sha256})
    manifest = {
        "form": FORM,
        "kind": "data",
        "recipient": recipient.name,
        "delivery": number,
        # What this one is the difference to: all that is not in it stands in earlier ones.
        "base": before["number"] if before and recipient.difference else None,
        "release": state.release,
        "fingerprint": state.fingerprint,
        "made_at": now.isoformat(timespec="seconds"),
        "valid_until": valid_until.isoformat(timespec="seconds"),
        "basis": recipient.basis.text,
        "basis_ends": recipient.basis.ends.isoformat(),
        "files": files,
        "removed": sorted(known.keys() - state.files.keys()),
        "outputs": [vars(each) for each in sorted(state.outputs, key=lambda each: each.output)],
    }
    kept = receipts.audit(home, "from given", recipient=recipient.name)
    given = {(each["feed"], each["delivery"], each["is_records"]) for each in kept}
    new = sorted(state.deliveries - given)
    private = {
        "transport": transport,
        **declared,
        "deliveries": [{"feed": feed, "delivery": key, "is_records": is_rows} for feed, key, is_rows in new],
    }
    return put(home, recipient.name, work, manifest, private)


def put(home: Home, recipient: str, work: Path, manifest: Mapping[str, Any], private: Mapping[str, Any]) -> Outbox:
    """Give what was made its place, whole."""
    assert waiting(home, recipient) is None, "an outbox holds one delivery"
    draft = folder_of(home, recipient).with_name(f".{recipient}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    make_folder(draft)
    os.replace(work, draft / "files")
    content = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    (draft / MANIFEST).write_bytes(content)
    (draft / "private.json").write_text(json.dumps(private), encoding="utf-8")
    sync_tree(draft)
    publish(draft, folder_of(home, recipient))
    found = waiting(home, recipient)
    assert found
    return found
