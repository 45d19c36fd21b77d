"""One try to bring a delivery to its place: files under a hidden name, sizes compared, then all of it shown at once."""

from collections.abc import Callable
from typing import Any, Literal

from orchestration.routing.outbox import MANIFEST, Outbox
from orchestration.routing.transports import Altered, NotSent, Site, Source, Spoiled


def stands(site: Site, outbox: Outbox) -> Literal["no", "same", "other"]:
    """Whether the delivery stands at the recipient's already, as it is here or as something else: a try before this one
    was killed after the last step and before the receipt, and since then it may have been altered or taken away."""
    there = site.read(f"{outbox.name}/{MANIFEST}")
    if there is not None:
        return "same" if there == outbox.manifest else "other"
    # What was about to be shown and is not there as a draft either was seen, and taken.
    gone = outbox.was_shown and outbox.sent
    return "other" if gone and not any(site.size(outbox.draft, file["sent_as"]) for file in outbox.sent) else "no"


def send(site: Site, outbox: Outbox, still: Callable[[], None] = lambda: None) -> None:
    """Send what is missing of a delivery, verify it and show it, when what `still` asks for holds just before. Raises
    NotSent; then nobody sees anything of it, unless it is Altered."""
    found = stands(site, outbox)
    if found == "same":
        return
    if found == "other" and outbox.was_shown:
        raise Altered(outbox.name)
    if found == "other":
        raise NotSent(f"Another delivery stands there as {outbox.name}: nothing is sent over it.", passes=False)
    site.tidy(outbox.draft, {file["sent_as"] for file in outbox.sent})
    for file in outbox.sent:
        _send_file(site, outbox, file)
    for file in outbox.sent:
        there = site.size(outbox.draft, file["sent_as"])
        if there != file["sent_bytes"]:
            raise NotSent(f"Of a file {there:,} of {file['sent_bytes']:,} bytes are there")
    still()
    outbox.note_shown()
    site.show(outbox.draft, outbox.name, outbox.manifest)
    if stands(site, outbox) != "same":
        raise Altered(outbox.name)


def _send_file(site: Site, outbox: Outbox, file: dict[str, Any]) -> None:
    source = Source(outbox.folder / file["sent_as"], outbox.folder)
    try:
        site.put(outbox.draft, file["sent_as"], source)
    finally:
        sent = source.ended()
    if sent != file["sent_sha256"]:
        raise Spoiled


def acknowledged(site: Site, number: str, manifest_sha256: str) -> bool | None:
    """What a recipient has left as `<number>.ack`: whether it is the SHA-256 of our manifest; None when there is none.

    Neither the clock of its machine nor that of ours is asked.
    """
    there = site.read(f"{number}.ack")
    if there is None:
        return None
    said = there[:4096].decode("utf-8", "replace").split()
    return manifest_sha256 in said
