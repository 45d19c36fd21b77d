"""What a build has to do: whatever is not at its present fingerprint, and no more."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from orchestration.gate.feeds import FeedState
from orchestration.gate.fingerprints import Graph, Stamp, actual, present
from orchestration.gate.stamps import Expected, Result

#: A result that need not be asked for again: the check passed, or warned, at this fingerprint.
SETTLED = ("pass", "success", "warn")


@dataclass
class Plan:
    """What is to be built and checked.

    `expected` holds the seeds and models to build, by unique id, `tests` the tests to run, each with the fingerprint of
    what it reads (None when that will not be known). `data` is the present fingerprint of every node. `refreshed` are
    the themes made from the beginning, `kept` those that a rebuild goes on with since they cannot be, `forward` what
    goes on under new rules with the counts of the old ones, `waiting` says of what is not built although it should be
    why not.
    """

    expected: dict[str, Expected] = field(default_factory=dict)
    tests: dict[str, str | None] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    refreshed: list[frozenset[str]] = field(default_factory=list)
    kept: list[frozenset[str]] = field(default_factory=list)
    forward: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.expected and not self.tests


@dataclass(frozen=True)
class Standing:
    """What stands in the warehouse: stamps, results, by model that numbers batches the deliveries it has taken in, and
    the nodes of which there is a table or view, whoever made it."""

    stamps: Mapping[str, Stamp]
    results: Mapping[str, Result]
    taken: Mapping[str, frozenset[int]]
    tables: frozenset[str]


def plan(
    graph: Graph,
    feeds: Mapping[str, FeedState],
    standing: Standing,
    token: str,
    *,
    retired: Collection[str] = (),
    rebuild: bool = False,
    selected: Collection[str] | None = None,
    forced: bool = True,
) -> Plan:
    """The plan of a build; `token` names it, and the generation of what it makes from the beginning.

    `retired` are the feeds of which rows are gone: what was counted of them is not made again. A `rebuild` makes and
    checks all the rest again, of whatever fingerprint it is. `selected` limits the build to some nodes and tests: of
    these, tables and views are made even when they are at their present state, and tests run, unless it is not
    `forced`: then it only leaves out what is not selected. What accumulates is made only on what is upstream at its
    present state, since a difference taken twice, or from an old state, would stay for good.
    """
    made = Plan()
    generations = _generations(graph, feeds, standing, token, retired, rebuild, made)
    made.data = present(graph, feeds, generations)
    found = actual(graph, standing.stamps, made.data)
    refreshed = frozenset().union(*made.refreshed)
    fresh: dict[str, bool] = {}
    for i in graph.order:
        node, stamp = graph.nodes[i], standing.stamps.get(i)
        ready = all(fresh[parent] for parent in graph.parents[i])
        if node.kind == "source":
            fresh[i] = True
            continue
        if node.kind == "test":
            continue
        generation = _generation(graph, i, generations)
        renewed = i in refreshed or bool(refreshed & graph.upstream(i))
        needed = (
            stamp is None or stamp.rules != graph.rules[i] or (node.kept and (stamp.data != made.data[i] or renewed))
        )
        chosen = selected is None or i in selected
        again = (rebuild or (forced and selected is not None and chosen)) and node.kind != "incremental"
        held = made.waiting.get(i)
        if node.kind == "incremental" and needed and chosen and not held and not ready:
            held = made.waiting[i] = NOT_SELECTED
        build = chosen and (needed or again) and not held
        fresh[i] = ready and (build or (not needed and (node.kept is False or found[i] == made.data[i])))
        if build:
            expected = Stamp(node.definition, graph.rules[i], made.data[i] if fresh[i] else None, generation)
            made.expected[i] = Expected(i, expected, refresh=renewed or node.kind == "seed")
    for i in graph.tests:
        known = all(fresh[parent] for parent in graph.parents[i])
        fingerprint = made.data[i] if known else None
        result = standing.results.get(i)
        settled = result is not None and result.fingerprint == fingerprint and result.status in SETTLED
        # Of what this build cannot bring to its present state a check says nothing.
        asked = forced and selected is not None
        due = known and (rebuild or not settled) and (selected is None or i in selected)
        if i in selected if asked else due:
            made.tests[i] = fingerprint
    return made


def _generation(graph: Graph, node: str, generations: Mapping[str, str]) -> str:
    numbering = sorted(i for i in (node, *graph.upstream(node)) if graph.nodes[i].numbers)
    return " ".join(generations[i] for i in numbering)


def _generations(
    graph: Graph,
    feeds: Mapping[str, FeedState],
    standing: Standing,
    token: str,
    retired: Collection[str],
    rebuild: bool,
    made: Plan,
) -> dict[str, str]:
    """The generation of each model that numbers batches: what it bears, or that of this build where its theme is made
    from the beginning."""
    stamps = standing.stamps
    generations = {i: stamps[i].generation if i in stamps else token for i in graph.built if graph.nodes[i].numbers}
    for theme in graph.themes:
        numbering = frozenset(i for i in theme if graph.nodes[i].numbers)
        why = _why_from_the_beginning(graph, feeds, standing, theme, generations)
        is_kept = bool(theme & standing.tables and graph.feeds_of_theme(theme) & set(retired))
        if rebuild and is_kept:
            made.kept.append(theme)
        if not why and not rebuild:
            continue
        if is_kept:
            lost = frozenset(i for i, reason in why.items() if reason != OTHER_RULES)
            # Without the numbers of its batches, or with a batch that counts no longer, nothing of the theme can go on.
            lost = theme if lost & numbering else lost
            made.waiting |= {
                i: f"{why.get(i, 'its theme waits')}, and rows that it rests on are kept no longer. {COUNT_ELSEWHERE}"
                for i in lost
            }
            made.forward |= {i: graph.rules[i] for i in why if i not in lost}
            continue
        made.refreshed.append(theme)
        generations |= dict.fromkeys(numbering, token)
    return generations


OTHER_RULES = "it was counted by other rules"
NOT_SELECTED = "what it reads is not at its present state and was not selected: run vigie build"
#: The way out where rows are gone that would have to be counted again.
COUNT_ELSEWHERE = "To count it again, start in another VIGIE_HOME with all the deliveries and a longer retention"


def _why_from_the_beginning(
    graph: Graph,
    feeds: Mapping[str, FeedState],
    standing: Standing,
    theme: frozenset[str],
    generations: Mapping[str, str],
) -> dict[str, str]:
    """Why a theme cannot go on from what it has accumulated, by node; empty when it can."""
    why: dict[str, str] = {}
    for i in theme:
        stamp = standing.stamps.get(i)
        if stamp is None or stamp.data is None:
            why[i] = "it was not built by a run, or only in part"
        elif stamp.generation != _generation(graph, i, generations):
            why[i] = "it was not made from the same beginning as the rest of its theme"
        elif graph.nodes[i].numbers and not _all_known(graph, feeds, standing, i):
            why[i] = "a delivery that it has taken in is known no longer"
        elif stamp.rules != graph.rules[i]:
            why[i] = OTHER_RULES
    return why


def _all_known(graph: Graph, feeds: Mapping[str, FeedState], standing: Standing, numbering: str) -> bool:
    """Whether every delivery that the batches hold is still in the ledger: they cannot give one back that is not."""
    known = frozenset().union(*(feeds.get(feed, FeedState()).keys for feed in graph.feeds(numbering)))
    return standing.taken.get(numbering, frozenset()) <= known
