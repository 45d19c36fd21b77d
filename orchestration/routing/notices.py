"""Files of their own that tell recipients what they must no longer use: rows of a delivery that was withdrawn, persons
who asked to be forgotten.

Neither names of delivered files nor anything that a producer wrote is in them. Of persons the recipients of rows are
told the keys that they know, and nobody else anything.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from orchestration.home import Home
from orchestration.landing.checking import literal
from orchestration.release import account
from orchestration.routing import outbox as boxes
from orchestration.routing import receipts
from orchestration.routing.outbox import Outbox
from orchestration.routing.plan import Plan
from orchestration.routing.rehashing import rehashed
from orchestration.routing.secrets import key_secret
from orchestration.storage import fingerprint, make_folder

FILE = "notice.json"
TEXTS = {
    "fr": "Ne plus utiliser les données ci-dessous ; celles qui les remplacent sont dans la dernière livraison.",
    "en": "Use the data below no longer; what replaces them is in the last delivery.",
}


def due_notice(home: Home, planned: Plan, now: dt.datetime, transport: str) -> Outbox | None:
    """The notice that a recipient is due, put into its outbox; None when there is nothing that it was not told."""
    name = planned.recipient.name
    told = receipts.audit(home, "from told", recipient=name)
    withdrawn = _withdrawn(home, name, told)
    persons = _erased(home, planned, told)
    if not withdrawn and not persons:
        return None
    work = boxes.work_folder(home, name)
    make_folder(work)
    notice = {
        **TEXTS,
        "withdrawn": [{k: each[k] for k in ("feed", "received_on", "deliveries")} for each in withdrawn],
        "persons": sorted(persons),
    }
    path = work / FILE
    path.write_text(json.dumps(notice, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    number, size, sha256 = receipts.next_number(home, name), path.stat().st_size, fingerprint(path)
    file = {"name": FILE, "output": "notice", "rows": len(withdrawn) + len(persons), "bytes": size, "sha256": sha256}
    file |= {"in": number, "sent_as": FILE, "sent_bytes": size, "sent_sha256": sha256}
    manifest = {
        "form": boxes.FORM,
        "kind": "notice",
        "recipient": name,
        "delivery": number,
        "base": None,
        "release": None,
        "fingerprint": sha256,
        "made_at": now.isoformat(timespec="seconds"),
        "valid_until": None,
        "basis": planned.recipient.basis.text,
        "basis_ends": planned.recipient.basis.ends.isoformat(),
        "files": [file],
        "removed": [],
        "outputs": [],
    }
    private: Mapping[str, Any] = {
        "transport": transport,
        "deliveries": [],
        "told_withdrawn": [each["delivery"] for each in withdrawn],
        "told_persons": sorted(persons),
    }
    return boxes.put(home, name, work, manifest, private)


def _withdrawn(home: Home, recipient: str, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The deliveries of feeds that were withdrawn since their rows went to the recipient, and of which it was not told:
    feed, day of receipt, and in which of our deliveries their rows came first."""
    known = {delivery for each in told for delivery in each["told_withdrawn"]}
    gone = {
        each["delivery"]: each
        for each in account.deliveries(home.lake / "ledger.parquet", dt.date.max)
        if each["verdict"] == "withdrawn" and each["delivery"] not in known
    }
    given = receipts.audit(home, "from given", recipient=recipient) if gone else []
    found: dict[int, dict[str, Any]] = {}
    for each in given:
        if (delivery := each["delivery"]) in gone:
            of = {"delivery": delivery, "feed": each["feed"], "received_on": gone[delivery]["received_on"]}
            found.setdefault(delivery, of | {"deliveries": []})["deliveries"].append(each["number"])
    return [found[delivery] for delivery in sorted(found)]


def _erased(home: Home, planned: Plan, told: list[dict[str, Any]]) -> set[str]:
    """The keys, as the recipient knows them, of persons who asked to be forgotten, and did not take that back, and of
    whom it was not told; for recipients alone who were sent rows."""
    requests = sorted((home.lake / "raw" / "erasure").glob("*/*.parquet"))
    name = planned.recipient.name
    if not requests or not receipts.audit(home, "from given where is_records limit 1", recipient=name):
        return set()
    known = {key for each in told for key in each["told_persons"]}
    listed, secret = ", ".join(literal(path) for path in requests), key_secret(home, name)
    seen = account.deliveries(home.lake / "ledger.parquet", dt.date.max)
    taken_back = [each["delivery"] for each in seen if each["verdict"] == "withdrawn"]
    asked = f"""
        select distinct id_personne as person from read_parquet([{listed}])
        where not list_contains(?::ubigint[], delivery)
    """
    persons = receipts.audit(home, asked, (taken_back,), recipient=name)
    return {rehashed(secret, each["person"]) for each in persons} - known
