"""One try to bring a delivery to its place: files under a hidden name, sizes compared, then all of it shown at once."""

from typing import Any

from orchestration.routing.outbox import MANIFEST, Outbox
from orchestration.routing.transports import NotSent, Site, Source, Spoiled


def is_shown(site: Site, outbox: Outbox) -> bool:
    """Whether the delivery stands at the recipient's already, as it is here: a try before this one was killed after the
    last step and before the receipt. Raises NotSent when something else stands under its name."""
    there = site.read(f"{outbox.name}/{MANIFEST}")
    if there is None:
        return False
    if there != outbox.manifest:
        raise NotSent(f"Another delivery stands there as {outbox.name}: nothing is sent over it.", passes=False)
    return True


def send(site: Site, outbox: Outbox) -> None:
    """Send what is missing of a delivery, verify it and show it. Raises NotSent; then nobody sees anything of it."""
    if is_shown(site, outbox):
        return
    site.tidy(outbox.draft, {file["sent_as"] for file in outbox.sent})
    for file in outbox.sent:
        _send_file(site, outbox, file)
    for file in outbox.sent:
        there = site.size(outbox.draft, file["sent_as"])
        if there != file["sent_bytes"]:
            raise NotSent(f"Of a file {there:,} of {file['sent_bytes']:,} bytes are there")
    site.show(outbox.draft, outbox.name, outbox.manifest)
    if not is_shown(site, outbox):
        raise NotSent("The manifest is not there after it was shown")


def _send_file(site: Site, outbox: Outbox, file: dict[str, Any]) -> None:
    source = Source(outbox.folder / file["sent_as"])
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
