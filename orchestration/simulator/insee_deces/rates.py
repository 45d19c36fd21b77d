"""The disturbances of the civil registry, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "history": (
        1.0,
        "deaths of the five years before the first day that are delivered on it, taken over from the registry",
    ),
    "on_paper": (0.2, "communes that never transmit electronically, where the truth does not say"),
    "begins": (0.1, "communes that begin to transmit electronically within the span, where the truth does not say"),
    "stops": (0.03, "communes that stop within the span, where the truth does not say"),
    "late": (0.06, "deaths of communes that transmit electronically transmitted more than three days after"),
    "late_paper": (0.5, "deaths on paper transmitted more than ten days after"),
    "correction": (0.012, "records first sent wrong (sex, age, day or commune), then corrected"),
    "deletion": (0.004, "records beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.002, "records beside which a row that breaks a rule of the contract is sent"),
    "unknown_sex": (0.002, "deaths of unknown sex"),
    "unknown_age": (0.003, "deaths of unknown age"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
