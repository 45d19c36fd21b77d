"""Expected deaths of each week assessed: a Poisson regression of the panel's deaths on a trend and a yearly wave,
fitted on the spring and autumn weeks of the years before, with the overdispersion that they show (Serfling, as
EuroMOMO)."""

import numpy as np
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

SERIES = ["assessed_year", "geo_level", "geo_code", "age_scheme", "age_class"]
WEEKS_OF_A_YEAR = 365.2425 / 7


def terms(weeks):
    """The columns of the regression for weeks counted from any first one: level, trend by year, yearly wave."""
    years = weeks / WEEKS_OF_A_YEAR
    return np.column_stack([np.ones_like(years), years, np.sin(2 * np.pi * years), np.cos(2 * np.pi * years)])


def expected_of(fitted_weeks, deaths, weeks):
    """Expected deaths of `weeks`, and the standard deviation of what a week without excess counts around it: that of
    deaths, times the overdispersion (never below 1), and that of the fit itself. Neither where it does not converge."""
    fit = GLM(deaths, terms(fitted_weeks), family=Poisson()).fit(scale="X2")
    if not fit.converged:
        return np.full((2, len(weeks)), np.nan)
    dispersion = max(1.0, fit.scale)
    told = fit.get_prediction(terms(weeks))
    of_fit = told.se_mean**2 * dispersion / fit.scale
    return np.array([told.predicted_mean, np.sqrt(dispersion * told.predicted_mean + of_fit)])


def model(dbt, session):
    """One row per week assessed, place and class of age: what was counted, `expected` and `deviation`."""
    dbt.config(materialized="table", packages=["statsmodels"])
    rows = dbt.ref("int_mortality__panel_deaths").df().sort_values([*SERIES, "period_end"], ignore_index=True)
    rows["expected"] = rows["deviation"] = np.nan
    ends = rows["period_end"].to_numpy().astype("datetime64[D]").astype(int)
    for _, series in rows[rows["is_fitted"].astype(bool)].groupby(SERIES, sort=False):
        is_assessed = series["is_assessed"].to_numpy(dtype=bool)
        here = series.index.to_numpy()
        fitted, assessed = here[~is_assessed], here[is_assessed]
        # From the first week of the series: small numbers, as regressions like them.
        weeks = (ends[fitted] - ends[here[0]]) / 7, (ends[assessed] - ends[here[0]]) / 7
        found = expected_of(weeks[0], series["deaths"].to_numpy(dtype=float)[~is_assessed], weeks[1])
        rows.loc[assessed, ["expected", "deviation"]] = found.T
    assessed = rows[rows["is_assessed"].astype(bool)]  # noqa: F841 - DuckDB reads it by its name
    # A frame without rows has no types.
    return session.sql(
        """
        select
            assessed_year::bigint as assessed_year, period_end::date as period_end,
            geo_level::varchar as geo_level, geo_code::varchar as geo_code,
            age_scheme::varchar as age_scheme, age_class::varchar as age_class,
            deaths::integer as deaths, is_told::boolean as is_told, status::varchar as status,
            nullif(expected::double, 'nan') as expected, nullif(deviation::double, 'nan') as deviation
        from assessed
        """
    )
