"""The secrets of recipients: in the environment or in files of the home, never in a declaration, a log or a message.

The secret `ssh_key` of the recipient `agency-11` is the text of `VIGIE_AGENCY_11_SSH_KEY`, or of the file that
`VIGIE_AGENCY_11_SSH_KEY_FILE` names, by default `private/recipients/agency-11/ssh_key`.
"""

import contextlib
import hmac
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from orchestration.errors import VigieError
from orchestration.home import Home
from orchestration.landing.keys import SHORTEST


def secret_of(home: Home, recipient: str, what: str) -> bytes:
    """A secret of a recipient. Raises VigieError, which says where it is looked for, when it is not there or others may
    read it."""
    variable = f"VIGIE_{recipient}_{what}".upper().replace("-", "_")
    if text := os.environ.get(variable):
        return text.encode()
    named = os.environ.get(f"{variable}_FILE")
    path = Path(named).expanduser() if named else home.private / "recipients" / recipient / what
    try:
        with path.open("rb") as file:
            mode, secret = os.fstat(file.fileno()).st_mode, file.read()
    except OSError as error:
        raise VigieError(
            f"The secret {what} of {recipient} cannot be read: write it to {path} (mode 600), or name its file in "
            f"{variable}_FILE."
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise VigieError(f"Others may read the secret {what} of {recipient}, {path}: chmod 600 it.")
    return secret.strip() + b"\n" if what == "ssh_key" else secret.strip()


def key_secret(home: Home, recipient: str) -> bytes:
    """The secret by which keys of persons are made anew for a recipient. Raises VigieError when it can be guessed, or
    is that of another recipient, who could join what both have."""
    secret = secret_of(home, recipient, "keys")
    if len(secret) < SHORTEST:
        raise VigieError(
            f"The secret keys of {recipient} has fewer than {SHORTEST} characters: `openssl rand -hex 32` makes one."
        )
    if any(hmac.compare_digest(secret, other) for other in _others(home, recipient)):
        raise VigieError(f"The secret keys of {recipient} is used elsewhere too: each recipient has one of its own.")
    return secret


def _others(home: Home, recipient: str) -> Iterator[bytes]:
    """The secrets of keys of others, and that of the lake, as far as they can be read."""
    ours = f"VIGIE_{recipient}_keys".upper().replace("-", "_")
    for name, value in os.environ.items():
        if name.startswith("VIGIE_") and name.endswith("_KEYS") and name != ours:
            yield value.encode()
    paths = [Path(value).expanduser() for name, value in os.environ.items() if name.endswith("_KEYS_FILE")
             and name.startswith("VIGIE_") and name != f"{ours}_FILE"]  # fmt: skip
    paths += [path for path in home.private.glob("recipients/*/keys") if path.parent.name != recipient]
    for path in (*paths, home.private / "secret"):
        with contextlib.suppress(OSError):
            yield path.read_bytes().strip()
