"""The disturbances of electronic certificates, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.03, "certificates that are received more than three days late"),
    "late_coding": (0.15, "certificates first sent without causes, which are coded up to two weeks later"),
    "uncoded": (0.02, "certificates of which the causes are never coded"),
    "private": (0.1, "certificates of doctors in private practice, outside of an establishment"),
    "correction": (0.012, "records first sent wrong (causes, sex, age, day, place or kind of place), then corrected"),
    "deletion": (0.004, "records beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.002, "records beside which a row that breaks a rule of the contract is sent"),
    "unknown_sex": (0.002, "deaths of unknown sex"),
    "unknown_age": (0.003, "deaths of unknown age"),
    "unknown_kind": (0.01, "deaths of which the kind of place is not said"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
