"""The disturbances of MONIC, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.05, "clusters that are received more than three days late"),
    "late_closing": (0.15, "closings that are entered a week or more after their day"),
    "reopened": (0.04, "clusters that are closed and then opened again"),
    "small": (0.04, "clusters that turn out to have too few linked cases"),
    "correction": (0.05, "clusters first sent wrong (kind of place, criticality, cases, day or place), then corrected"),
    "deletion": (0.01, "clusters beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.01, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.005, "clusters beside which a row that breaks a rule of the contract is sent"),
    "unjudged": (0.05, "clusters of which the criticality is not judged"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
