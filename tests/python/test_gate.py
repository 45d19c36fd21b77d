"""What the gate lets through and what a build has to do, on a small project of two themes and a dbt that obeys.

`Warehouse` does what dbt and the hook `stamp()` do: it makes what the plan asks for, in order, and leaves the stamp
that was expected, or none when it was called by hand. That the real dbt does the same is shown in `test_gate_stamps`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

import pytest

from orchestration.gate.definitions import Node, normalised
from orchestration.gate.feeds import FeedState
from orchestration.gate.fingerprints import Graph, Stamp
from orchestration.gate.gate import Gate
from orchestration.gate.plan import Plan, Standing, plan
from orchestration.gate.stamps import Result


def source(feed: str, *, ledger: bool = False) -> Node:
    name = f"{feed}_deliveries" if ledger else feed
    return Node(f"source.v.{feed}.{name}", "source", f"at {name}", feed=feed, is_ledger=ledger)


def model(name: str, *parents: str, kind: str = "view", **more) -> Node:
    return Node(f"model.v.{name}", kind, f"sql of {name}", tuple(map(uid, parents)), relation=f"s.{name}", **more)


def seed(name: str) -> Node:
    return Node(f"seed.v.{name}", "seed", f"bytes of {name}", relation=f"s.{name}")


def check(name: str, tested: str, *, reads: tuple[str, ...] = (), severity: str = "error") -> Node:
    parents = tuple(map(uid, (tested, *reads)))
    return Node(f"test.v.{name}.0", "test", f"sql of {name}", parents, severity=severity, tested=(uid(tested),))


def uid(name: str) -> str:
    """The unique id of what a node reads: a feed, a seed, or a model."""
    if name.startswith("seed:"):
        return f"seed.v.{name[5:]}"
    if name.startswith("feed:"):
        feed = name[5:]
        return f"source.v.{feed.removesuffix('_deliveries')}.{feed}"
    return f"model.v.{name}"


def theme(feed: str) -> list[Node]:
    """What a theme of a feed is made of: batches, changes that accumulate, a cube, two outputs, the account, checks."""
    return [
        source(feed),
        source(feed, ledger=True),
        model(f"{feed}_batches", f"feed:{feed}_deliveries", kind="incremental", numbers=True),
        model(f"{feed}_rows", f"feed:{feed}"),
        model(f"{feed}_incoming", f"{feed}_rows", f"{feed}_batches", watermarked=True),
        model(f"{feed}_changes", f"{feed}_incoming", f"{feed}_batches", "seed:regions", kind="incremental"),
        model(f"{feed}_cube", f"{feed}_changes", kind="incremental"),
        model(f"{feed}_calendar", f"{feed}_cube", kind="table"),
        model(f"{feed}_rate", f"{feed}_cube", f"{feed}_calendar", group=""),
        model(f"{feed}_level", f"{feed}_cube", group=f"{feed} levels"),
        model(f"{feed}_other_level", f"{feed}_calendar", "seed:labels", group=f"{feed} levels"),
        model(f"{feed}_account", f"feed:{feed}_deliveries", f"{feed}_changes", kind="table", account_of=feed),
        check(f"{feed}_cube_adds_up", f"{feed}_cube"),
        check(f"{feed}_rate_is_sound", f"{feed}_rate", reads=(f"{feed}_calendar",)),
        check(f"{feed}_level_is_sound", f"{feed}_level"),
        check(f"{feed}_rows_look_usual", f"{feed}_rows", severity="warn"),
        check(f"{feed}_every_row_accounted", f"{feed}_account"),
    ]


def project(*feeds: str) -> dict[str, Node]:
    nodes = [seed("regions"), seed("labels"), check("regions_unique", "seed:regions")]
    return {node.unique_id: node for node in [*nodes, *(node for feed in feeds for node in theme(feed))]}


def delivered(*keys: int, told: str = "") -> FeedState:
    return FeedState(frozenset(keys), f"counts {sorted(keys)}", f"tells {sorted(keys)} {told}")


@dataclass
class Warehouse:
    """A warehouse and the feeds before it."""

    nodes: dict[str, Node] = field(default_factory=lambda: project("tests", "stays"))
    feeds: dict[str, FeedState] = field(default_factory=lambda: {"tests": delivered(1), "stays": delivered(7)})
    stamps: dict[str, Stamp] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    taken: dict[str, frozenset[int]] = field(default_factory=dict)
    builds: int = 0

    @property
    def graph(self) -> Graph:
        return Graph(self.nodes)

    @property
    def gate(self) -> Gate:
        return Gate(self.graph, self.feeds, self.stamps, self.results)

    def plan(self, **asked) -> Plan:
        standing = Standing(self.stamps, self.results, self.taken, frozenset(self.stamps))
        return plan(self.graph, self.feeds, standing, f"build {self.builds}", **asked)

    def build(
        self,
        fails: Collection[str] = (),
        killed_before: str = "",
        **asked,
    ) -> set[str]:
        """Build as `vigie build` does; the names of what was made. `fails` are checks or models that do not go well."""
        self.builds += 1
        made, done, graph, lost = self.plan(**asked), set(), self.graph, set()
        for i in graph.order:
            node = graph.nodes[i]
            if node.name == killed_before:
                return done
            if graph.upstream(i) & lost or (i not in made.expected and i not in made.tests):
                continue
            failed = node.name in fails
            if node.kind == "test":
                fingerprint = made.tests[i]
                if fingerprint:
                    self.results[i] = Result(fingerprint, "fail" if failed else "pass", 3 if failed else 0)
                if failed and node.severity == "error":
                    lost |= set(node.tested)
            elif failed:
                self.results[i] = Result(graph.rules[i], "error", None, "Conversion Error")
                lost.add(i)
            else:
                self.stamps[i] = made.expected[i].stamp
                self.results.pop(i, None)
                if node.numbers:
                    self.taken[i] = frozenset().union(*(self.feeds[feed].keys for feed in graph.feeds(i)))
                done.add(node.name)
        return done

    def by_hand(self, *names: str) -> None:
        """`dbt run -s NAME`: the hook finds nothing that was expected."""
        for name in names:
            del self.stamps[uid(name)]

    def edit(self, *names: str) -> None:
        """Other SQL, or other bytes."""
        for name in names:
            self.nodes[uid(name)] = replace(self.nodes[uid(name)], definition=f"other {name}")

    def held(self) -> dict[str, set[tuple[str, str]]]:
        """The outputs that are held, each with the kinds and subjects of its reasons."""
        verdicts = self.gate.verdicts.values()
        return {
            self.nodes[v.node].name: {(each.kind, each.subject) for each in v.reasons} for v in verdicts if not v.open
        }


ALL = {"tests_rate", "tests_level", "tests_other_level", "stays_rate", "stays_level", "stays_other_level"}


#: What accumulates of the theme of tests.
COUNTED = {"tests_batches", "tests_changes", "tests_cube"}


def of(feed: str) -> set[str]:
    return {name for name in ALL if name.startswith(feed)}


@pytest.fixture
def built() -> Warehouse:
    warehouse = Warehouse()
    warehouse.build()
    assert warehouse.held() == {}
    assert warehouse.gate.complete
    return warehouse


def names(warehouse: Warehouse, uids: Iterable[str]) -> set[str]:
    return {warehouse.nodes[i].name for i in uids}


# ------------------------------------------------------------------ what is built


def test_nothing_new_is_nothing_to_do(built):
    assert built.plan().empty


def test_a_delivery_builds_what_hangs_on_it_and_no_more(built):
    built.feeds["tests"] = delivered(1, 2)
    made = built.build()
    assert made == {
        "tests_batches", "tests_incoming", "tests_changes", "tests_cube", "tests_calendar", "tests_account",
    }  # fmt: skip
    assert built.held() == {} and built.plan().empty


def test_a_file_that_does_not_count_is_told_in_the_account_alone(built):
    built.feeds["tests"] = delivered(1, told="a file sent twice")
    assert built.build() == {"tests_account"}
    assert built.held() == {}


def test_another_feed_builds_nothing_of_the_others(built):
    built.nodes |= project("visits")
    built.feeds["visits"] = delivered(9)
    made = built.build()
    assert made and all(name.startswith("visits") for name in made)
    assert not built.plan(retired={"tests"}).waiting


def test_other_rules_begin_their_theme_anew_and_no_other(built):
    built.edit("tests_rows")
    todo = built.plan()
    assert [names(built, found) for found in todo.refreshed] == [COUNTED]
    assert all(todo.expected[uid(name)].refresh for name in ("tests_batches", "tests_changes", "tests_cube"))
    made = built.build()
    assert made and all(name.startswith("tests") for name in made)
    assert built.held() == {}


def test_a_seed_that_both_themes_count_by_begins_both_anew(built):
    built.edit("seed:regions")
    assert len(built.plan().refreshed) == 2


def test_a_label_begins_nothing_anew(built):
    built.edit("seed:labels")
    assert built.build() == {"labels", "tests_other_level", "stays_other_level"}


def test_rules_that_a_partial_build_leaves_are_not_taken_for_applied(built):
    built.edit("tests_rows")
    built.build(selected={uid("seed:labels")})
    assert set(built.held()) == of("tests")
    assert [names(built, found) for found in built.plan().refreshed] == [
        {"tests_batches", "tests_changes", "tests_cube"}
    ]
    built.build()
    assert built.held() == {}


def test_what_accumulates_is_never_made_alone_on_an_old_state(built):
    # Its SQL is the difference to what it has taken in: on a state before, or twice, it would be counted for good.
    built.feeds["tests"] = delivered(1, 2)
    todo = built.plan(selected={uid("tests_changes")})
    assert todo.expected == {} and uid("tests_changes") in todo.waiting
    built.build()
    assert built.plan(selected={uid("tests_changes")}).expected == {}


def test_what_is_selected_is_made_even_when_it_is_as_it_should_be(built):
    assert set(built.plan(selected={uid("tests_calendar")}).expected) == {uid("tests_calendar")}


def test_what_is_selected_as_needed_is_made_where_it_is_not_as_it_should_be_and_nowhere_else(built):
    """A build of what is stale, with the checks that have not passed, does what a whole one would."""
    everything = {*built.graph.built, *built.graph.tests}
    assert built.plan(selected=everything, forced=False).empty
    built.feeds["tests"] = delivered(1, 2)
    whole, part = built.plan(), built.plan(selected={*built.gate.stale, *built.gate.unsettled}, forced=False)
    assert whole.expected and whole.tests
    assert (part.expected.keys(), part.tests) == (whole.expected.keys(), whole.tests)


def test_a_table_made_on_an_old_state_is_not_at_its_present_one(built):
    built.feeds["tests"] = delivered(1, 2)
    built.build(selected={uid("tests_calendar")})
    assert built.stamps[uid("tests_calendar")].data is None
    assert set(built.held()) == of("tests")


@pytest.mark.parametrize("name", ["tests_batches", "tests_changes", "tests_cube", "tests_calendar", "tests_rate"])
def test_a_killed_build_goes_on_where_it_stopped(built, name):
    built.feeds["tests"] = delivered(1, 2)
    done = built.build(killed_before=name)
    # The rate is a view: all that it shows had been made.
    if name != "tests_rate":
        assert set(built.held()) == of("tests")
        assert not built.gate.complete or name == "tests_calendar"
    assert not built.build() & done
    assert built.held() == {}


@pytest.mark.parametrize("name", ["tests_changes", "tests_cube"])
def test_a_beginning_that_was_killed_begins_again(built, name):
    built.build(killed_before=name, rebuild=True)
    # What was made of the new beginning does not go together with what was left of the old one.
    assert COUNTED in [names(built, found) for found in built.plan().refreshed]
    built.build()
    assert built.held() == {} and built.plan().empty


def test_a_rebuild_is_another_state_of_all_that_is_published(built):
    before = {i: verdict.fingerprint for i, verdict in built.gate.verdicts.items()}
    built.build(rebuild=True)
    after = {i: verdict.fingerprint for i, verdict in built.gate.verdicts.items()}
    assert built.held() == {}
    assert all(before[i] != after[i] for i in before)


def test_a_rebuild_makes_and_checks_everything_again(built):
    # A seed that was edited in the warehouse bears its stamp still.
    todo = built.plan(rebuild=True)
    assert set(todo.expected) == set(built.graph.built) and set(todo.tests) == set(built.graph.tests)
    assert "regions" in built.build(rebuild=True)


def test_a_delivery_that_is_known_no_longer_begins_its_theme_anew(built):
    built.feeds["tests"] = delivered(2)
    assert [names(built, found) for found in built.plan().refreshed] == [
        {"tests_batches", "tests_changes", "tests_cube"}
    ]


# ------------------------------------------------------------------ after a retention


def test_after_a_retention_other_rules_go_on_forward(built):
    built.edit("tests_rows")
    todo = built.plan(retired={"tests"})
    assert not todo.refreshed and not todo.waiting
    assert names(built, todo.forward) == {"tests_changes", "tests_cube"}
    assert not any(expected.refresh for expected in todo.expected.values())
    built.build(retired={"tests"})
    assert built.held() == {} and built.plan(retired={"tests"}).empty


def test_the_days_of_other_rules_are_told(built):
    first, second = dt.date(2021, 1, 1), dt.date(2021, 3, 5)
    gate = replace(built.gate, since={uid("tests_changes"): [first, second], uid("tests_cube"): [second]})
    assert gate.other_rules == {first: ["tests_changes"], second: ["tests_changes", "tests_cube"]}


def test_after_a_retention_nothing_that_is_lost_is_counted_again(built):
    built.by_hand("tests_cube")
    todo = built.plan(retired={"tests"})
    assert not todo.refreshed and names(built, todo.waiting) == {"tests_cube"}
    built.build(retired={"tests"})
    assert set(built.held()) == of("tests")
    assert built.plan(retired={"tests"}, rebuild=True).refreshed == [
        found for found in built.graph.themes if uid("stays_cube") in found
    ]


def test_a_rebuild_keeps_what_cannot_be_counted_again_and_makes_the_rest(built):
    built.feeds["tests"] = delivered(1, 2)
    todo = built.plan(retired={"tests"}, rebuild=True)
    assert [names(built, theme) for theme in todo.kept] == [COUNTED] and not todo.waiting and not todo.forward
    assert [names(built, theme) for theme in todo.refreshed] == [{"stays_batches", "stays_changes", "stays_cube"}]
    assert not any(todo.expected[uid(name)].refresh for name in COUNTED)
    made = built.build(retired={"tests"}, rebuild=True)
    # What came goes in, and nothing is taken in twice.
    assert COUNTED <= made and built.held() == {}
    assert not COUNTED & built.build(retired={"tests"}, rebuild=True)


# ------------------------------------------------------------------ what is published


def test_a_delivery_after_the_build_holds_what_it_concerns(built):
    built.feeds["stays"] = delivered(7, 8)
    why = {("stale", "stays_batches"), ("account", "stays")}
    assert built.held() == dict.fromkeys(of("stays"), why)


def test_an_asset_made_alone_opens_nothing(built):
    built.feeds["tests"] = delivered(1, 2)
    built.build(fails=["tests_cube_adds_up"])
    assert set(built.held()) == of("tests")
    built.build(selected={uid("seed:regions")})
    assert set(built.held()) == of("tests")
    built.feeds["stays"] = delivered(7, 8)
    built.build(selected={uid("seed:regions")})
    assert set(built.held()) == ALL


def test_a_failed_check_holds_what_it_is_about_and_downstream(built):
    built.feeds["tests"] = delivered(1, 2)
    built.build(fails=["tests_cube_adds_up"])
    assert set(built.held()) == of("tests")
    assert all(("check_failed", "tests_cube_adds_up") in reasons for reasons in built.held().values())


def test_a_check_that_failed_is_asked_again(built):
    built.feeds["tests"] = delivered(1, 2)
    built.build(fails=["tests_cube_adds_up"])
    built.build()
    assert built.held() == {}


def test_a_failed_check_of_one_indicator_holds_no_other(built):
    built.feeds["tests"] = delivered(1, 2)
    built.build(fails=["tests_rate_is_sound"])
    assert built.held() == {"tests_rate": {("check_failed", "tests_rate_is_sound")}}


def test_a_failed_model_without_a_test_holds_what_rests_on_it(built):
    built.feeds["tests"] = delivered(1, 2)
    built.build(fails=["tests_calendar"])
    assert built.held() == {
        "tests_rate": {("model_failed", "tests_calendar")},
        "tests_other_level": {("model_failed", "tests_calendar")},
        "tests_level": {("group", "tests_other_level")},
    }


@pytest.mark.parametrize("said", ["error", "fail", ""])
def test_a_check_that_has_not_passed_leaves_nothing_at_rest(built, said):
    """An error may have been a full disk: whoever builds repeats it, so somebody has to build."""
    assert built.gate.at_rest
    test = uid("tests_rate_is_sound").replace("model", "test") + ".0"
    known = built.results.pop(test)
    if said:
        built.results[test] = replace(known, status=said)
    assert not built.gate.at_rest


def test_what_rests_on_one_feed_waits_for_no_other(built):
    """Its account that does not add up, nor what of it does not build."""
    for failing in ("stays_every_row_accounted", "stays_changes"):
        built.feeds["stays"] = delivered(7, 8) if failing == "stays_changes" else delivered(7, 9)
        built.build(fails=[failing])
        assert built.gate.complete_for("tests_calendar")
    assert not built.gate.complete and not built.gate.complete_for("stays_calendar")
    assert uid("stays_rows") not in built.gate.stale and not built.gate.complete_for("stays_rows")
    built.build()
    built.feeds["tests"] = delivered(1, 2)
    assert not built.gate.complete_for("tests_calendar") and built.gate.complete_for("stays_calendar")


def test_what_belongs_together_is_held_together(built):
    built.feeds["tests"] = delivered(1, 2)
    built.build(fails=["tests_level_is_sound"])
    assert built.held() == {
        "tests_level": {("check_failed", "tests_level_is_sound")},
        "tests_other_level": {("group", "tests_level")},
    }


def test_an_account_that_does_not_hold_holds_its_feed(built):
    built.feeds["tests"] = delivered(1, 2)
    built.build(fails=["tests_every_row_accounted"])
    assert built.held() == dict.fromkeys(of("tests"), {("account", "tests")})


def test_a_warning_holds_nothing(built):
    built.feeds["tests"] = delivered(1, 2)
    built.build(fails=["tests_rows_look_usual"])
    assert built.held() == {}


@pytest.mark.parametrize("status", ["fail", "error", "skipped", "runtime error"])
def test_only_a_check_that_passed_opens(built, status):
    test = "test.v.tests_cube_adds_up.0"
    built.results[test] = replace(built.results[test], status=status)
    assert set(built.held()) == of("tests")


def test_a_result_of_another_state_is_none(built):
    test = "test.v.tests_cube_adds_up.0"
    built.results[test] = replace(built.results[test], fingerprint="of yesterday")
    assert set(built.held()) == of("tests")
    del built.results[test]
    assert set(built.held()) == of("tests")


@pytest.mark.parametrize("name", ["tests_cube", "tests_calendar", "tests_batches", "tests_rows"])
def test_what_was_built_by_hand_is_noticed(built, name):
    built.by_hand(name)
    assert set(built.held()) == of("tests")
    built.build()
    assert built.held() == {}


def test_other_code_holds_what_it_concerns_until_it_is_built(built):
    built.edit("stays_rate")
    assert set(built.held()) == {"stays_rate"}
    # No check is about this one.
    built.edit("tests_other_level")
    assert built.held()["tests_other_level"] == {("stale", "tests_other_level")}
    built.build()
    assert built.held() == {}


def test_a_check_that_changed_is_run_again(built):
    test = "test.v.tests_rate_is_sound.0"
    built.nodes[test] = replace(built.nodes[test], definition="another bound")
    assert built.held() == {"tests_rate": {("check_not_run", "tests_rate_is_sound")}}
    assert set(built.plan().tests) == {test} and not built.plan().expected


def test_what_follows_a_group_is_held_with_it_and_holds_nothing(built):
    follows = ("tests levels", "stays levels")
    built.nodes |= {
        each.unique_id: each
        for each in [
            model("synthesis", "tests_calendar", "stays_calendar", group="", follows=follows),
            check("synthesis_is_sound", "synthesis"),
        ]
    }
    built.build(fails=["stays_level_is_sound"])
    built.feeds["stays"] = delivered(7, 8)
    built.build(fails=["stays_level_is_sound"])
    assert set(built.held()) == {"stays_level", "stays_other_level", "synthesis"}
    assert built.held()["synthesis"] == {("group", "stays_level")}
    built.feeds["stays"] = delivered(7, 8, 9)
    built.build(fails=["synthesis_is_sound"])
    assert set(built.held()) == {"synthesis"}


def test_nothing_is_taken_away_before_all_is_taken_in(built):
    built.feeds["tests"] = delivered(1, 2)
    assert not built.gate.complete
    built.build(killed_before="tests_cube")
    assert not built.gate.complete
    built.build(fails=["tests_rate_is_sound"])
    assert built.gate.complete


# ------------------------------------------------------------------ definitions


def test_comments_and_white_space_are_no_definition():
    assert normalised("select a /* x */ from t -- y\n") == normalised("-- z\nselect\n    a\nfrom t")
    assert normalised("select 'a -- b'") != normalised("select 'a'")
    assert normalised("select 'é' as été -- ü\n, b") == normalised("select 'é' as été, b")
    assert normalised("") == ""
