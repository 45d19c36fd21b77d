"""The disturbances of SI-VIC, each with the rate it has when nothing is asked."""

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "catch_up": (0.1, "départements where a hospital declares up to three weeks at once"),
    "removal": (
        0.015,
        "stays removed afterwards, by an event; of a made-up epidemic, official counts say it themselves",
    ),
    "withdrawal": (0.004, "stays beside which another is sent, all events of which are then deleted"),
    "late_death": (0.12, "deaths declared three to twenty days late"),
    "late": (0.03, "events that are received more than three days after they were declared"),
    "double_event": (0.004, "events sent again under another identifier"),
    "exit_before_entry": (0.004, "stays with an end dated before the beginning: impossible, it does not count"),
    "correction": (0.012, "events first sent wrong (unit or end, sex, age, time, place or patient), then corrected"),
    "deletion": (0.004, "arrivals and changes of unit beside which an end is declared, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "bad_row": (0.002, "events beside which a row that breaks a rule of the contract is sent"),
    "unknown_sex": (0.005, "stays without sex, where the truth does not say"),
    "unknown_age": (0.006, "stays without age"),
    "unknown_place": (0.02, "patients without residence"),
    "partial_place": (0.15, "patients of whom the département or the commune alone is said"),
    "away": (0.06, "patients who live anywhere, not in the département of the hospital"),
    "transfer": (0.06, "stays that end by a transfer to another hospital; of a made-up epidemic"),
    "follow_up": (0.3, "stays of more than nine days that end in follow-up care"),
    "with_covid": (0.15, "stays for another reason with Covid-19"),
    "missing_cause": (0.08, "stays of which the reason is not said"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}
