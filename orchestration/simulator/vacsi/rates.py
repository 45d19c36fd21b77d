"""The disturbances of VAC-SI, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.06, "injections that are received more than three days late"),
    "repeat": (
        0.006,
        "injections that are entered again, under another identifier and up to three weeks later",
    ),
    "correction": (0.012, "records first sent wrong (product, rank, sex, age, day, place or person), then corrected"),
    "deletion": (0.004, "records beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.002, "records beside which a row that breaks a rule of the contract is sent"),
    "unknown_sex": (0.004, "people of unknown sex, where the truth does not say"),
    "unknown_age": (0.003, "people of unknown age, where the truth does not say"),
    "unknown_place": (0.02, "people of unknown residence, where the truth does not say"),
    "unknown_rank": (0.05, "injections beyond the fourth of which the rank is not said"),
    "unknown_product": (0.002, "injections of which the product is not said, where the truth does not say"),
    "one_dose": (0.1, "primary schemes complete by the first dose, where the truth does not say"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
