"""The disturbances of SUM'Eau, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.4, "analyses that are received more than three days after the sample"),
    "correction": (0.03, "analyses first sent wrong (viral load, nitrogen, population, plant or day), then corrected"),
    "deletion": (0.01, "analyses beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.005, "analyses beside which a row that breaks a rule of the contract is sent"),
    "missed": (0.08, "weeks in which a plant is not sampled"),
    "sampled_twice": (0.05, "weeks in which a plant is sampled twice"),
    "not_quantified": (0.06, "analyses below the limit of quantification"),
    "rain": (0.1, "samples diluted by rain, viral load and nitrogen alike"),
    "unknown_place": (0.02, "analyses without département"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
