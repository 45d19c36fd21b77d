"""The disturbances that OSCOUR and SOS Médecins share, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late_coding": (0.08, "records first sent without a diagnosis, which is coded up to two weeks later"),
    "uncoded": (0.08, "records beside which another is sent that is never coded: it does not count"),
    "never_codes": (0.2, "départements where these come from one sender that codes nothing"),
    "silence": (0.05, "senders that are silent for three to nine days, then tell everything at once"),
    "late": (0.03, "records that are received more than three days late"),
    "correction": (0.012, "records first sent wrong (diagnosis, outcome, sex, age, time or place), then corrected"),
    "deletion": (0.004, "records beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.002, "records beside which a row that breaks a rule of the contract is sent"),
    "unknown_sex": (0.004, "records without sex, where the truth does not say"),
    "unknown_age": (0.003, "records without age, where the truth does not say"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
