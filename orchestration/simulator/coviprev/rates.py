"""The disturbances of CoviPrev, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.05, "answer sheets that are received more than three days after the end of their wave"),
    "correction": (0.02, "sheets first sent wrong (weight, answers, sex, age, région, wave or person), then corrected"),
    "deletion": (0.005, "sheets beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.003, "sheets beside which a row that breaks a rule of the contract is sent"),
    "blank_rows": (0.5, "text files that end with eight lines of separators alone"),
    "no_answer": (0.02, "questions that a respondent does not answer"),
    "no_weight": (0.01, "respondents without a weight"),
    "unknown_sex": (0.003, "respondents of unknown sex"),
    "unknown_age": (0.003, "respondents of unknown age"),
    "unknown_place": (0.005, "respondents of unknown région"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
