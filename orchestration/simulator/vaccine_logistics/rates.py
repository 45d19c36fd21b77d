"""The disturbances of the logistics of vaccines, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "late": (0.1, "reports that are received more than three days late"),
    "correction": (0.05, "reports first sent wrong (doses, product, week or place), then corrected"),
    "deletion": (0.01, "reports beside which another is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.01, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.005, "reports beside which a row that breaks a rule of the contract is sent"),
    "unknown_product": (0.01, "reports of which the product is not said"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
