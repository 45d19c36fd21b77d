"""The disturbances of EMERGEN, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.1, "sequences that are received more than nine days after sampling"),
    "uninterpretable": (0.08, "sequences of which no lineage can be told"),
    "unknown_place": (0.01, "sequences of which the région is not said"),
    "unknown_day": (0.05, "sequences of which the day of sampling is not said"),
    "correction": (
        0.05,
        "sequences first sent with another lineage, survey or région, or as not interpretable, then corrected",
    ),
    "deletion": (0.004, "sequences beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.002, "sequences beside which a row that breaks a rule of the contract is sent"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
