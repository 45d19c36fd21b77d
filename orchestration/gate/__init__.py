"""The gate: what was built from what, and which outputs may be published.

Every node of the dbt project bears two fingerprints: its definition (its SQL and that of its parents) and its data (the
definition and the deliveries that it was made from). An output is open when all that is upstream of it stands at its
present fingerprint and every blocking check of it passed there. From the same fingerprints follows what a build has to
do.
"""

from orchestration.gate.building import clear_results, forget, note, prepare, run_results
from orchestration.gate.gate import Gate, open_gate, read_gate, read_graph
from orchestration.gate.plan import SETTLED, Plan
from orchestration.gate.verdict import Reason, Verdict, reason

__all__ = [
    "SETTLED",
    "Gate",
    "Plan",
    "Reason",
    "Verdict",
    "clear_results",
    "forget",
    "note",
    "open_gate",
    "prepare",
    "read_gate",
    "read_graph",
    "reason",
    "run_results",
]
