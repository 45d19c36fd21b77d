"""The disturbances of SurvESMS, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.06, "reports that are received more than three days late"),
    "fall": (0.05, "reports that count too many of a thing, which the next report of the episode takes back"),
    "reopened": (0.05, "closed episodes that are opened again, where the truth does not say"),
    "unclosed": (0.1, "episodes that are never closed"),
    "twice": (0.02, "episodes that the establishment declares twice, under two identifiers"),
    "blank": (0.02, "reports beside which one is sent that gives no count"),
    "unsaid": (0.05, "reports after the first that do not say what there is among the staff"),
    "unknown_signs": (0.1, "episodes of which the day of first signs is not said"),
    "correction": (
        0.02,
        "reports first sent wrong (count, stage, day, signs, kind, place or establishment), then corrected",
    ),
    "deletion": (0.004, "reports beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.002, "reports beside which a row that breaks a rule of the contract is sent"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
