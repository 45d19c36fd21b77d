"""In which order workers take the tests: none waits for what another one makes."""

from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace

from conftest import in_turn


def item(module: str, number: int, fixtures: tuple[str, ...] = (), reads: str = "") -> SimpleNamespace:
    """As much of a test as its turn depends on; `reads` is the module of which its own has taken a function."""
    held = ModuleType(module)
    if reads:
        held.taken = FunctionType((lambda: None).__code__, {"__name__": reads})
    return SimpleNamespace(path=Path(f"{module}.py"), module=held, fixturenames=fixtures, number=number)


def test_the_daily_runs_come_first_and_what_needs_them_last() -> None:
    """Each module whole, those with most tests first."""
    items = [
        item("test_a", 1, ("run",)), item("test_a", 2), item("test_b", 1), item("test_c", 1), item("test_c", 2),
        item("test_d", 1, reads="daily_runs"), item("test_daily_runs", 1, reads="daily_runs"),
    ]  # fmt: skip
    taken = [(each.path.stem, each.number) for each in in_turn(items)]
    assert taken == [
        ("test_daily_runs", 1), ("test_c", 1), ("test_c", 2), ("test_b", 1), ("test_a", 1), ("test_a", 2),
        ("test_d", 1),
    ]  # fmt: skip
