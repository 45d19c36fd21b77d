"""The job of the day and its hour."""

import dagster as dg

from orchestration.assets.incidents import told_of_failure
from orchestration.clock import TIMEZONE

daily_job = dg.define_asset_job(
    "daily",
    selection=dg.AssetSelection.all(),
    description="Everything: land what arrived, bring the warehouse up to date and check it, release, keep the lake, "
    "tell what is wrong.",
    hooks={told_of_failure},
)

# Stopped until someone starts it in the UI: a laptop that opens the UI must not begin to release.
daily_schedule = dg.ScheduleDefinition(
    name="every_evening",
    job=daily_job,
    cron_schedule="30 18 * * *",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
