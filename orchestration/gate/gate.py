"""The verdict on every output, from what the warehouse says of itself and from the code and the deliveries of now."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import duckdb

from orchestration.errors import VigieError
from orchestration.gate.definitions import definitions_path, read
from orchestration.gate.feeds import FeedState, read_feeds
from orchestration.gate.fingerprints import Graph, Stamp, actual, present
from orchestration.gate.plan import SETTLED
from orchestration.gate.stamps import Result, read_results, read_rules_since, read_stamps, read_waiting
from orchestration.gate.verdict import Reason, Verdict, reason
from orchestration.home import Home
from orchestration.incidents.orders import Order, standing_orders
from orchestration.landing.upkeep import READ_BY_UPKEEP
from orchestration.warehouse.project import manifest_path, read_manifest, target


@dataclass
class Gate:
    """What may be published: the outputs of the project, each with its verdict.

    Made by `read_gate`. `descriptions` are sentences by unique id; `since` the days from which what accumulates was
    counted by other rules, what was counted before being kept; `waiting` says of what the last build left as it is why.
    `orders` are those of officers, by the name of the output.
    """

    graph: Graph
    feed_states: Mapping[str, FeedState]
    stamps: Mapping[str, Stamp]
    results: Mapping[str, Result]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, list[dt.date]] = field(default_factory=dict)
    waiting: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)

    @cached_property
    def present(self) -> dict[str, str]:
        """By node, the fingerprint of the data that it has when all that was delivered has been taken in."""
        numbering = {i for i in self.graph.built if self.graph.nodes[i].numbers}
        generations = {i: self.stamps[i].generation for i in numbering if i in self.stamps}
        return present(self.graph, self.feed_states, generations)

    @cached_property
    def stale(self) -> frozenset[str]:
        """The seeds and models that are not at their present fingerprint."""
        found = actual(self.graph, self.stamps, self.present)
        rules = self.graph.rules
        return frozenset(
            i
            for i in self.graph.built
            if i not in self.stamps or found[i] != self.present[i] or self.stamps[i].rules != rules[i]
        )

    @property
    def complete(self) -> bool:
        """Whether what accumulates, and what the account of rows reads of it, has taken in all that was delivered: only
        then may rows leave the lake or the warehouse."""
        return not any(self._is_kept_by_upkeep(i) for i in self.stale)

    def complete_for(self, name: str) -> bool:
        """The same of the model `name` alone, and of what accumulates from the feeds that it reads: a feed in trouble
        keeps no other waiting."""
        [node] = [i for i in self.graph.built if self.graph.nodes[i].name == name]
        feeds = set(self.graph.feeds(node))
        return node not in self.stale and not any(
            self._accumulates(i) and feeds.intersection(self.graph.feeds(i)) for i in self.stale
        )

    @property
    def at_rest(self) -> bool:
        """Whether a build would find nothing to make and nothing to check."""
        return not self.stale and not self.unsettled

    @property
    def unsettled(self) -> list[str]:
        """The tests that have not passed at their present fingerprint."""
        return [test for test, result in self.checks.items() if result is None or result.status not in SETTLED]

    def _is_kept_by_upkeep(self, node: str) -> bool:
        return self._accumulates(node) or self.graph.nodes[node].name in READ_BY_UPKEEP

    def _accumulates(self, node: str) -> bool:
        found = self.graph.nodes[node]
        return found.kind == "incremental" or bool(found.account_of)

    def data(self, unique_id: str) -> str:
        """The present fingerprint of the data of a node."""
        return self.present[unique_id]

    @property
    def other_rules(self) -> dict[dt.date, list[str]]:
        """By day from which something was counted by other rules than before, what was counted until then being kept:
        the names of what was."""
        days: dict[dt.date, list[str]] = {}
        for i in self.graph.built:
            for day in self.since.get(i, []):
                days.setdefault(day, []).append(self.graph.nodes[i].name)
        return dict(sorted(days.items()))

    def check(self, test: str) -> Result | None:
        """The result of a test at the present fingerprint of what it reads; None when there is none."""
        result = self.results.get(test)
        known = result is not None and result.fingerprint == self.present[test]
        return result if known and not self.stale.intersection(self.graph.parents[test]) else None

    @property
    def checks(self) -> dict[str, Result | None]:
        """The result of every test at its present fingerprint."""
        return {test: self.check(test) for test in self.graph.tests}

    def failure(self, node: str) -> Result | None:
        """How a seed or model failed when it was last to be made as it should be now."""
        result = self.results.get(node)
        by_these_rules = result is not None and result.fingerprint == self.graph.rules[node]
        return result if by_these_rules and node in self.stale else None

    def judge(self, unique_id: str) -> Verdict:
        """What the verdict on any model would be if it were an output of no group."""
        return self._verdict(unique_id, self._reasons(unique_id))

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts on all outputs, by unique id."""
        groups = {i: node.group for i, node in self.graph.nodes.items() if node.group is not None}
        own = {i: (*self._ordered(i), *self._reasons(i)) for i in groups}
        held: dict[str, str] = {}
        for i, reasons in sorted(own.items()):
            if reasons and groups[i]:
                held.setdefault(groups[i], i)
        found = {}
        for i, reasons in own.items():
            with_it = [held[group] for group in (groups[i], *self.graph.nodes[i].follows) if group in held]
            if not reasons and with_it:
                reasons = tuple(reason("group", self.graph.nodes[other].name) for other in with_it)
            found[i] = self._verdict(i, reasons)
        return found

    def _ordered(self, output: str) -> tuple[Reason, ...]:
        """What an officer ordered of an output."""
        order = self.orders.get(self.graph.nodes[output].name)
        if order is None:
            return ()
        return (reason("retracted" if order.event == "retracted" else "by_hand", order.output, order.detail),)

    def _verdict(self, i: str, reasons: tuple[Reason, ...]) -> Verdict:
        return Verdict(i, self.present[i], self.graph.feeds(i), reasons, self.graph.rules[i])

    def _reasons(self, output: str) -> tuple[Reason, ...]:
        read = {output, *self.graph.upstream(output)}
        feeds = self.graph.feeds(output)
        accounts = {i: node.account_of for i, node in self.graph.nodes.items() if node.account_of in feeds}
        failed, checked = [], []
        for i in self.graph.built:
            if i in read and i not in accounts and (failure := self.failure(i)):
                failed.append(reason("model_failed", self.graph.nodes[i].name, failure.message))
        for test in self._blocking:
            about = set(self.graph.nodes[test].tested)
            if about & read and not about & accounts.keys():
                checked += self._of_check(test)
        # What waits for something else needs no reason of its own.
        causes = [*failed, *(each for each in checked if each.kind == "check_failed")]
        causes = causes or self._of_state(read - accounts.keys()) or checked
        return (*causes, *self._of_accounts(accounts))

    @cached_property
    def _blocking(self) -> list[str]:
        """The tests of severity error: one that has not passed holds what it is about."""
        return [test for test in self.graph.tests if self.graph.nodes[test].severity == "error"]

    def _of_check(self, test: str) -> list[Reason]:
        result, name = self.check(test), self.graph.nodes[test].name
        if result is None:
            return [reason("check_not_run", name, BUILD)]
        return [] if result.status in SETTLED else [reason("check_failed", name, self._said(test, result))]

    def _said(self, test: str, result: Result) -> str:
        rows = f"{result.failures} row(s): " if result.failures else ""
        return rows + (self.descriptions.get(test) or result.message)

    def _of_state(self, read: set[str]) -> list[Reason]:
        """Where what is read is not at its present state: the nodes where that begins."""
        begins = [i for i in self.graph.built if i in read & self.stale and not self.stale & self.graph.upstream(i)]
        return [
            reason("stale" if i in self.stamps else "not_built", self.graph.nodes[i].name, self._way_out(i))
            for i in sorted(begins)
        ]

    def _way_out(self, node: str) -> str:
        """What the user of the home can do about a node that is not at its present state."""
        return f"It waits: {self.waiting[node]}." if node in self.waiting else BUILD

    def _of_accounts(self, accounts: Mapping[str, str]) -> list[Reason]:
        """What does not hold in the accounts of the feeds."""
        wrong: dict[str, str] = {}
        for i, feed in accounts.items():
            if i in self.stale:
                wrong[feed] = "it is not at its present state"
        for test in self._blocking:
            for i in accounts.keys() & set(self.graph.nodes[test].tested):
                result = self.check(test)
                if result is None or result.status not in SETTLED:
                    wrong[accounts[i]] = self._said(test, result) if result else "it was not checked"
        return [reason("account", feed, detail) for feed, detail in sorted(wrong.items())]


#: What the user of the home can do about figures that are not at their present state.
BUILD = "Run vigie build."


def read_graph(home: Home) -> Graph:
    """The graph of the project as the code on disk has it; a home that looks back has that of the present one.

    Raises VigieError with dbt's own message when the project does not parse.
    """
    present_home = Home(home.root)
    manifest_path(present_home)
    return Graph(read(definitions_path(target(present_home))))


def open_gate(home: Home) -> Gate:
    """The gate of the warehouse of a home, when nobody else has it open; raises VigieError when there is none."""
    if not home.database.is_file():
        raise VigieError("There is no warehouse yet. Run `vigie build` first.")
    with duckdb.connect(str(home.database), read_only=True) as connection:
        return read_gate(home, read_manifest(Home(home.root)), connection)


def read_gate(
    home: Home,
    manifest: Mapping[str, Any],
    connection: duckdb.DuckDBPyConnection,
    as_of: dt.date | None = None,
    graph: Graph | None = None,
) -> Gate:
    """The gate of the warehouse that `connection` has open, asked about the code and the deliveries of now: what landed
    after the build, or was changed in a model since, holds what it concerns.

    `as_of` is the last day of receipt that is asked for when the warehouse looks back, `graph` that of `manifest` where
    it is known already. Raises VigieError when the project does not parse.
    """
    graph = graph or read_graph(home)
    descriptions = {i: " ".join((node.get("description") or "").split()) for i, node in manifest["nodes"].items()}
    return Gate(
        graph,
        read_feeds(home, graph.all_feeds, as_of),
        read_stamps(connection, graph.relations),
        read_results(connection),
        {i: text for i, text in descriptions.items() if text},
        read_rules_since(connection),
        read_waiting(connection),
        # What was known on a past day is not ordered about today.
        {} if home.edge else standing_orders(home),
    )
