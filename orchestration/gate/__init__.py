"""The gate: what was built from what, and which outputs may be published.

Every node of the dbt project bears two fingerprints: its definition (its SQL and that of its parents) and its data (the
definition and the deliveries that it was made from). An output is open when all that is upstream of it stands at its
present fingerprint and every blocking check of it passed there.
"""

from orchestration.gate.verdict import Reason, Verdict

__all__ = ["Reason", "Verdict"]
