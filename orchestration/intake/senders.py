"""Who may send what, and by which token.

A token is 256 random bits, so that its SHA-256 can be kept as it is: no list of words leads back to it. The file of the
hashes stands outside of the data and of the repository, where `$VIGIE_INTAKE_TOKENS` says: a line `<sender> <hash>` for
each sender. It is read at each request, so that a token that was replaced ends at once.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from orchestration.errors import VigieError
from orchestration.landing import Contract
from orchestration.landing.checking import literal, quoted
from orchestration.landing.contract import Rule
from orchestration.storage import locked, write_whole

SENDERS = Path(__file__).with_name("senders.yml")
#: Names the file of a deployment in the place of the examples.
SENDERS_FILE = "VIGIE_SENDERS"
TOKENS_FILE = "VIGIE_INTAKE_TOKENS"
#: The rule of a row that says to be another's.
OF_THE_SENDER = "of_the_sender"
#: What a token begins with, by which one that got into a repository or a log is found.
TOKEN = "vigie-intake-"
#: Between the sender and the rest of the name of a file that came through the door.
MARK = "--"


class Sending(BaseModel):
    """What a sender may send of a feed; `senders.yml` says what the keys mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: dict[StrictStr, tuple[StrictStr, ...]] = Field(default_factory=dict)
    files: tuple[StrictStr, ...] = ()


class Sender(BaseModel):
    """One who may send: its name, its title, and the feeds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: StrictStr
    title: StrictStr
    feeds: dict[StrictStr, Sending] = Field(min_length=1)

    def prefixes(self, feed: str) -> tuple[str, ...]:
        """How the names of its files of a feed begin."""
        return (f"{self.name}{MARK}", *self.feeds[feed].files)

    def bound(self, contract: Contract) -> Contract:
        """The contract, and that every row is this sender's."""
        rules = tuple(
            Rule(
                name=OF_THE_SENDER,
                column=column,
                sql=f"coalesce({quoted(column)}::varchar in ({', '.join(map(literal, values))}), false)",
                fr="La ligne est d'un autre expéditeur.",
            )
            for column, values in self.feeds[contract.feed].rows.items()
        )
        table = contract.table.model_copy(update={"rules": contract.table.rules + rules})
        return contract.model_copy(update={"table": table})


def read_senders(contracts: Mapping[str, Contract]) -> dict[str, Sender]:
    """The declared senders, by name; raises VigieError naming file, sender and key when a declaration does not hold."""
    path = Path(os.environ.get(SENDERS_FILE) or SENDERS).expanduser()
    try:
        declared = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        said = error.strerror if isinstance(error, OSError) else "not readable as YAML"
        raise VigieError(f"{path}: the senders cannot be read: {said}.") from error
    senders = {}
    for name, block in declared.items():
        where = f"{path}: sender {name}"
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", str(name)) or len(name) > 40:
            raise VigieError(f"{where}: a name has up to 40 of a-z, 0-9 and single _, and starts with a letter.")
        try:
            senders[name] = Sender.model_validate({"name": name, **(block or {})})
        except ValidationError as error:
            keys = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
            raise VigieError(f"{where}: not as declared on top of senders.yml: {', '.join(keys)}.") from error
        for feed, sending in senders[name].feeds.items():
            _demand_known(contracts, feed, sending, where)
    _demand_own_names(senders, path)
    return senders


def _demand_known(contracts: Mapping[str, Contract], feed: str, sending: Sending, where: str) -> None:
    if feed not in contracts:
        raise VigieError(f"{where}: no feed {feed} is declared under models/staging.")
    kinds = {column.name: column.contract.type for column in contracts[feed].columns}
    for column, values in sending.rows.items():
        if kinds.get(column) not in ("string", "integer") or not values:
            raise VigieError(
                f"{where}: {feed}: rows: {column}: expected a column of codes of the contract, and values."
            )
    for prefix in sending.files:
        if len(prefix) < 4 or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", prefix):
            raise VigieError(
                f"{where}: {feed}: files: expected at least 4 letters, digits, _ . or - a name begins with."
            )


def _demand_own_names(senders: Mapping[str, Sender], path: Path) -> None:
    """Raise VigieError when a name could be that of a file of two senders: one would read the other's reports."""
    feeds = sorted({feed for sender in senders.values() for feed in sender.feeds})
    for feed in feeds:
        owned = [(p, s.name) for s in senders.values() if feed in s.feeds for p in s.prefixes(feed)]
        for prefix, owner in owned:
            for other, theirs in owned:
                if owner != theirs and other.startswith(prefix):
                    raise VigieError(f"{path}: {feed}: files of {theirs} would also be {owner}'s, by how names begin.")


def tokens_file() -> Path:
    """The file of the hashes; raises VigieError when none is named."""
    named = os.environ.get(TOKENS_FILE)
    if not named:
        raise VigieError(
            f"No file of tokens is named. Set {TOKENS_FILE} to one outside of the home, such as"
            " /etc/vigie/intake-tokens; `vigie intake token SENDER` makes it."
        )
    return Path(named).expanduser().absolute()


def read_hashes(path: Path) -> dict[str, str]:
    """The hash of each sender's token; empty when there is no file. Raises VigieError when others may read it."""
    try:
        with path.open(encoding="ascii") as file:
            if os.fstat(file.fileno()).st_mode & 0o027:
                raise VigieError(f"Others may read or change the file of tokens, {path}: chmod 600 it.")
            lines = [line.split() for line in file if line.strip()]
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise VigieError(f"The file of tokens, {path}, cannot be read.") from error
    if any(len(line) != 2 or not re.fullmatch("[0-9a-f]{64}", line[1]) for line in lines):
        raise VigieError(f"The file of tokens, {path}, does not hold lines `<sender> <sha256>`.")
    return dict(lines)


def make_token(sender: str, path: Path) -> str:
    """A new token of a sender, in the place of the one it had; only its hash is kept."""
    token = TOKEN + secrets.token_urlsafe(32)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(path.with_name(f".{path.name}.lock"), "vigie intake token"):
        hashes = read_hashes(path) | {sender: hash_of(token)}
        write_whole(path, "".join(f"{name} {each}\n" for name, each in sorted(hashes.items())), mode=0o600)
    return token


def hash_of(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def bearer_of(token: str, hashes: Mapping[str, str]) -> str | None:
    """The sender whose token this is. Every hash is compared, whole: how long it takes says nothing."""
    presented, found = hash_of(token), None
    for sender, known in hashes.items():
        if hmac.compare_digest(presented, known):
            found = sender
    return found
