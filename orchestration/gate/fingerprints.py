"""The fingerprints of nodes: of their rules (definition and those of all that is upstream) and of their data."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

from orchestration.gate.definitions import Node
from orchestration.gate.feeds import FeedState


@dataclass(frozen=True)
class Stamp:
    """What a node was built from, as the transaction that wrote it left it; `data` is None when something upstream was
    not at its present state then."""

    definition: str
    rules: str
    data: str | None
    generation: str


class Graph:
    """The nodes of the project in their order, and what they are by their definitions alone."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        """Sort the nodes; those of which a parent is no node (a macro, a unit test) read nothing by it."""
        self.nodes = dict(nodes)
        parents = {i: [p for p in node.parents if p in self.nodes] for i, node in sorted(self.nodes.items())}
        self.order = list(TopologicalSorter(parents).static_order())
        self.parents = parents
        self._upstream: dict[str, frozenset[str]] = {}
        for i in self.order:
            self._upstream[i] = frozenset(parents[i]).union(*(self._upstream[p] for p in parents[i]))

    def upstream(self, node: str) -> frozenset[str]:
        """All that a node comes from, itself aside."""
        return self._upstream[node]

    def feeds(self, node: str) -> frozenset[str]:
        """The feeds that a node comes from."""
        return frozenset(self.nodes[i].feed for i in (node, *self.upstream(node))) - {""}

    @cached_property
    def all_feeds(self) -> list[str]:
        """The feeds of the project."""
        return sorted({node.feed for node in self.nodes.values()} - {""})

    @cached_property
    def relations(self) -> dict[str, str]:
        """By seed and model, where it stands in the warehouse: `schema.name`."""
        return {i: self.nodes[i].relation for i in self.built}

    @cached_property
    def rules(self) -> dict[str, str]:
        """By node, the fingerprint of its definition and of all that is upstream."""
        rules: dict[str, str] = {}
        for i in self.order:
            rules[i] = combined(self.nodes[i].definition, (rules[parent] for parent in self.parents[i]))
        return rules

    @cached_property
    def built(self) -> list[str]:
        """Seeds and models, in order."""
        return [i for i in self.order if self.nodes[i].kind not in ("source", "test")]

    @cached_property
    def tests(self) -> list[str]:
        """The data tests."""
        return [i for i in self.order if self.nodes[i].kind == "test"]

    @cached_property
    def themes(self) -> list[frozenset[str]]:
        """What accumulates, by theme: the models that hang on the same batches must be made from the beginning
        together, since what was sealed belongs to a generation."""
        themes: list[frozenset[str]] = []
        for i in self.built:
            if self.nodes[i].kind != "incremental":
                continue
            mine = frozenset({i}) | {u for u in self.upstream(i) if self.nodes[u].numbers}
            themes, joined = [t for t in themes if not t & mine], [t for t in themes if t & mine]
            themes.append(mine.union(*joined))
        return themes

    def feeds_of_theme(self, theme: Iterable[str]) -> frozenset[str]:
        """The feeds of which a theme numbers the deliveries."""
        return frozenset().union(*(self.feeds(i) for i in theme if self.nodes[i].numbers))


def outputs_otherwise(graph: Graph, stamps: Mapping[str, Stamp]) -> list[str]:
    """The outputs that are not built by the rules of now, by unique id, in order."""
    outputs = [i for i in graph.built if graph.nodes[i].group is not None]
    return [i for i in outputs if i not in stamps or stamps[i].rules != graph.rules[i]]


def combined(definition: str, parents: Iterable[str]) -> str:
    """One fingerprint of a node's own and those of what it reads."""
    return hashlib.sha256(" ".join((definition, *parents)).encode()).hexdigest()[:32]


def present(graph: Graph, feeds: Mapping[str, FeedState], generations: Mapping[str, str]) -> dict[str, str]:
    """By node, the fingerprint of the data that it has when all is built from what has been delivered.

    `generations` holds the generation of each model that numbers batches. What upkeep wrote down of the lake changes no
    count: its sources are as they are defined.
    """
    data: dict[str, str] = {}
    for i in graph.order:
        node = graph.nodes[i]
        if node.kind == "source":
            state = feeds.get(node.feed, FeedState())
            told = (state.ledger if node.is_ledger else state.deliveries) if node.feed else ""
            data[i] = combined(node.definition, [told])
        elif node.numbers:
            # A file that was refused, or sent twice, is in the ledger and in no batch.
            counted = (f"{feed}={feeds.get(feed, FeedState()).deliveries}" for feed in sorted(graph.feeds(i)))
            data[i] = combined(graph.rules[i], (*counted, generations.get(i, "")))
        else:
            data[i] = combined(node.definition, (data[parent] for parent in graph.parents[i]))
    return data


def actual(graph: Graph, stamps: Mapping[str, Stamp], data: Mapping[str, str]) -> dict[str, str | None]:
    """By node, the fingerprint of the data that it has in the warehouse; None when that is not known.

    A view has no data of its own: what it shows is its SQL as it was made, on what it reads as that stands.
    """
    found: dict[str, str | None] = {}
    for i in graph.order:
        node, stamp = graph.nodes[i], stamps.get(i)
        if node.kind == "source":
            found[i] = data[i]
        elif node.kept:
            found[i] = stamp.data if stamp else None
        else:
            parents = [found[parent] for parent in graph.parents[i]]
            definition = node.definition if node.kind == "test" else stamp.definition if stamp else None
            known = definition is not None and None not in parents
            found[i] = combined(definition or "", (parent or "" for parent in parents)) if known else None
    return found
