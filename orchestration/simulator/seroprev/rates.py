"""The disturbances of the serological survey, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.2, "samples that are received more than three days after the end of their wave"),
    "correction": (0.06, "samples first sent wrong or not complete (result, weight, sex, age, région or wave)"),
    "deletion": (0.005, "samples beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.003, "samples beside which a row that breaks a rule of the contract is sent"),
    "indeterminate": (0.02, "samples of which the result is indeterminate"),
    "not_tested": (0.01, "samples that are never tested"),
    "no_weight": (0.01, "samples without a weight"),
    "unknown_sex": (0.003, "persons of unknown sex"),
    "unknown_age": (0.003, "persons of unknown age"),
    "unknown_place": (0.005, "persons of unknown région"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
