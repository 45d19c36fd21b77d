"""Release: what the public sees, written apart, checked, then shown in one step.

`release()` reads the declarations from the dbt manifest and the figures from the warehouse (read only), writes
`releases/<id>/` complete, then flips `releases/latest`. Each output goes out or keeps its last good files, as the gate
says; what must not leave the house stays in `archive/<id>/`.
"""

from orchestration.release.build import STEPS, Release, differing_series, rehearse, release
from orchestration.release.checks import Check
from orchestration.release.declarations import Declarations, Indicator, Layout, Slice, read_declarations
from orchestration.release.publication import latest_release

__all__ = [
    "STEPS",
    "Check",
    "Declarations",
    "Indicator",
    "Layout",
    "Release",
    "Slice",
    "differing_series",
    "latest_release",
    "read_declarations",
    "rehearse",
    "release",
]
