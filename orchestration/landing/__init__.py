"""Landing: delivered files in, checked against their contract, typed rows in the lake and a ledger out."""

from orchestration.landing.arrivals import Waiting, waiting
from orchestration.landing.contract import Contract, read_contracts
from orchestration.landing.ledger import LedgerEntry
from orchestration.landing.partial import PartialFeed, partial_feeds
from orchestration.landing.reception import land, pending, prepare_lake
from orchestration.landing.upkeep import compact, erase, has_retired, resume, retire
from orchestration.landing.withdrawal import withdraw

__all__ = [
    "Contract",
    "LedgerEntry",
    "PartialFeed",
    "Waiting",
    "compact",
    "erase",
    "has_retired",
    "land",
    "partial_feeds",
    "pending",
    "prepare_lake",
    "read_contracts",
    "resume",
    "retire",
    "withdraw",
    "waiting",
]
