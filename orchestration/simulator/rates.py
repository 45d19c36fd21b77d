"""The disturbances that the simulator knows, each with the rate it has when nothing is asked."""

from collections.abc import Mapping

from orchestration.errors import VigieError

#: Name -> (default rate, what it is a share of and what it does). All are shares between 0 and 1.
RATES: dict[str, tuple[float, str]] = {
    "same_day_negative": (0.015, "cases with a negative test beside the positive one on the same day"),
    "antigenic_then_pcr": (0.03, "cases with a second positive on the same day, antigenic and RT-PCR"),
    "same_day_duplicate": (0.008, "negative person-days with a second negative test"),
    "repeat_positive": (0.04, "cases whose person is positive again 1 to 60 days later: not a case"),
    "chained_positive": (0.25, "those repeats followed by another one within 60 days of the repeat"),
    "reinfection": (0.02, "cases whose person is a case again more than 60 days later: a possible reinfection"),
    "negative_after_case": (0.05, "cases whose person is negative in the 60 days after: not tested"),
    "repeat_negative": (0.08, "negative person-days of a person who is negative on other days too"),
    "negative_before_case": (0.05, "cases whose person was negative up to 20 days before"),
    "late": (0.044, "results that arrive more than three days after sampling, the last ones after 30 days"),
    "correction": (0.012, "records first sent wrong (result, place, age, sex, day or person), then corrected"),
    "deletion": (0.004, "person-days beside which a record is sent, then deleted"),
    "out_of_order": (0.1, "corrections and deletions that arrive before what they correct or delete"),
    "resend": (0.004, "lines sent again, identical"),
    "file_twice": (0.03, "files sent again under another name"),
    "serology": (0.02, "person-days beside which a serology is sent"),
    "inconclusive": (0.006, "person-days beside which an inconclusive test is sent"),
    "unknown_place": (0.008, "tests without département; on top of a truth that is by place"),
    "unknown_age": (0.004, "tests without age, where the truth does not say"),
    "unknown_sex": (0.006, "tests without sex, where the truth does not say"),
    "bad_row": (0.002, "person-days beside which a row that breaks a rule of the contract is sent"),
    "partial_place": (0.12, "located records that say only a part of the place"),
    "away": (0.06, "tests sampled in another département than the residence"),
    "antigenic": (0.3, "tests that are antigenic"),
    "screening": (0.5, "positive tests that are screened for mutations"),
    "missing_onset": (0.15, "symptomatic persons whose day of onset is unknown"),
    "parquet": (0.5, "files beyond the first of a day that are Parquet, when formats are mixed"),
}


def resolve_rates(asked: Mapping[str, float]) -> dict[str, float]:
    """All rates, those in `asked` in the place of their defaults.

    Raises VigieError when a name is unknown or a rate is not between 0 and 1.
    """
    unknown = sorted(set(asked) - set(RATES))
    if unknown:
        known = "\n".join(f"  {name} ({default:g}): {meaning}" for name, (default, meaning) in RATES.items())
        raise VigieError(f"Unknown rate {', '.join(unknown)}. The rates are:\n{known}")
    for name, value in asked.items():
        if not 0 <= value <= 1:
            raise VigieError(f"The rate {name} must be between 0 and 1, not {value}.")
    return {name: float(asked.get(name, default)) for name, (default, _) in RATES.items()}
