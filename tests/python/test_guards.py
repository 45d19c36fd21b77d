"""Each guard of the product, taken out: the test that the table names fails.

The table is in `tests/guards/`, see `guards`. What takes more than two seconds is tried with VIGIE_LONG=1 only; that an
entry fits the code and names a test is looked at always.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from guards import REPOSITORY, Bench, Guard, read_table

GUARDS = read_table()
#: Seconds for a test of the short tier, which takes two on an idle machine, and for one of the long tier.
SHORT, LONG = 120, 1800


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A copy of the tree to take guards out of."""
    with Bench(tmp_path_factory.mktemp("guards") / "bench") as bench:
        yield bench


@pytest.fixture(scope="module")
def long_bench(tmp_path_factory):
    """The same, for tests that take long."""
    with Bench(tmp_path_factory.mktemp("guards") / "bench", long=True) as bench:
        yield bench


def test_every_entry_fits_the_code_and_names_a_test() -> None:
    """The text of each guard stands once in its file, no guard stands there twice, and pytest finds its test."""
    faults = [f"{guard}: {fault}" for guard in GUARDS if (fault := guard.fault())]
    names = [str(guard) for guard in GUARDS]
    faults += [f"{name}: entered twice" for name in set(names) if names.count(name) > 1]
    modules = {guard.test.split("::")[0] for guard in GUARDS}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", *sorted(modules)],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = set(done.stdout.splitlines())
    # A name without its parameters stands for all of them.
    found |= {line.split("[")[0] for line in found}
    faults += [f"{guard}: no test {guard.test}" for guard in GUARDS if guard.test not in found]
    assert not faults, "\n".join(faults) + f"\n{done.stdout[-2000:] if done.returncode else ''}"


@pytest.mark.parametrize("guard", [guard for guard in GUARDS if not guard.long], ids=str)
def test_without_a_guard_its_test_fails(guard: Guard, bench: Bench, record_property) -> None:
    """The test fails by what it asserts, in the copy without the guard."""
    expect_failure(guard, bench.without(guard, SHORT), record_property)


@pytest.mark.long
@pytest.mark.parametrize("guard", [guard for guard in GUARDS if guard.long], ids=str)
def test_without_a_guard_its_long_test_fails(guard: Guard, long_bench: Bench, record_property) -> None:
    """The same, for tests that take more than two seconds."""
    expect_failure(guard, long_bench.without(guard, LONG), record_property)


def expect_failure(guard: Guard, said: str, record_property) -> None:
    """Assert that the test failed without the guard, and enter it into the summary."""
    assert said.startswith("fails: "), f"without “{guard.guard}” ({guard.file}), {guard.test}: {said}"
    record_property("guard", f"{guard.part:<10}  {guard.guard}  ->  {guard.test.removeprefix('tests/python/')}")


# --------------------------------------------------------------------------- the runner itself


SAMPLE = "tests/fixtures/guarded"


@pytest.mark.parametrize(
    ("new", "test", "said"),
    [
        ("if False:", "test_odd_numbers_are_refused", "fails: Failed: DID NOT RAISE"),
        ("if number < 0:", "test_half_of_four_is_two", "passes"),
        ("if number % oops:", "test_odd_numbers_are_refused", "broken: NameError in call"),
        ("if number %:", "test_odd_numbers_are_refused", "broken: no test was run"),
        ("if False:", "test_set_up_by_the_guard", "broken: setup"),
        ("if False:", "test_that_is_skipped", "skipped"),
        ("if False:", "test_that_never_ends", "not ended"),
        ("if False:", "test_that_does_not_exist", "broken: no test was run"),
    ],
)
def test_the_runner_tells_a_missing_guard_from_anything_else(bench: Bench, new: str, test: str, said: str) -> None:
    """A test proves a guard when it fails without it, by what it asserts; and the guard is back afterwards."""
    sample = f"{SAMPLE}/guarded.py"
    guard = Guard("sample", "even", sample, "if number % 2:", new, f"{SAMPLE}/test_guarded.py::{test}")
    assert bench.without(guard, seconds=2 if said == "not ended" else SHORT).startswith(said)
    assert (bench.tree / sample).read_bytes() == (REPOSITORY / sample).read_bytes()


def test_an_entry_that_does_not_fit_the_code_is_told() -> None:
    """A text that is not there, or not once, or a replacement that changes nothing."""
    sample = Guard("sample", "even", f"{SAMPLE}/guarded.py", "if number % 2:", "if False:", "")
    assert sample.fault() == ""
    assert replace(sample, old="if number % 3:").fault() == f"`old` stands 0 times in {SAMPLE}/guarded.py, not once"
    assert replace(sample, old="number").fault() == f"`old` stands 4 times in {SAMPLE}/guarded.py, not once"
    assert replace(sample, new=sample.old).fault() == "`new` is `old`"
    assert replace(sample, file="nowhere.py").fault() == "there is no file nowhere.py"
