"""The disturbances of Contact Covid, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.05, "entries that are received more than three days late"),
    "repeat": (0.01, "contacts whom the same case names again, under another identifier and days later"),
    "correction": (
        0.02,
        "entries first sent wrong (case, call, sex, age, day, place, person or answers), then corrected",
    ),
    "deletion": (0.01, "entries beside which another is sent, then deleted; a case is so when merged with another"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.002, "entries beside which a row that breaks a rule of the contract is sent"),
    "unknown_sex": (0.01, "people of unknown sex"),
    "unknown_age": (0.02, "people of unknown age"),
    "unknown_place": (0.02, "people of unknown residence"),
    "unsaid": (0.05, "cases of whom it is not said whether they were contacts, contacts of whom the link is not said"),
    "no_contact": (0.3, "cases who name nobody"),
    "became_case": (0.12, "contacts who become cases"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
