"""The disturbances of sentinel intensive care, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.3, "forms that are received more than three days after the admission"),
    "correction": (0.15, "forms first sent wrong or not complete (severity, comorbidity, sex, age, day or place)"),
    "deletion": (0.01, "forms beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.004, "forms beside which a row that breaks a rule of the contract is sent"),
    "unknown_sex": (0.005, "patients of unknown sex"),
    "unknown_age": (0.005, "patients of unknown age"),
    "unknown_severity": (0.05, "forms that never tell the severity"),
    "unknown_comorbidity": (0.04, "forms that never tell of comorbidity"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
