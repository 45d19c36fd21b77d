"""The declared calendar of the house: at which hour a day closes, publishes and tidies up."""

import datetime as dt
from functools import cache
from pathlib import Path

import holidays
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.clock import ZONE
from orchestration.errors import VigieError

CALENDAR = Path(__file__).with_name("calendar.yml")
HOUR = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class Hours(BaseModel):
    """The hours of a kind of day, HH:MM in Paris: `cut_off`, then `release`, then `upkeep`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cut_off: str = Field(pattern=HOUR)
    release: str = Field(pattern=HOUR)
    upkeep: str = Field(pattern=HOUR)

    @model_validator(mode="after")
    def _in_order(self) -> "Hours":
        if not self.cut_off < self.release < self.upkeep:
            raise ValueError("the cut-off comes before the release, and the upkeep after it")
        return self


class HoursOfDays(BaseModel):
    """The hours of each kind of day; a public holiday is one whatever its weekday."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weekday: Hours
    weekend: Hours
    holiday: Hours


class Budget(BaseModel):
    """Shares (0 to 1) of a month that may be lost: evenings without a release at its hour, outputs held or late."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    evenings: float = Field(ge=0, le=1)
    outputs: float = Field(ge=0, le=1)


class Calendar(BaseModel):
    """What `calendar.yml` declares."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: str = Field(pattern=r"^[A-Z]{2}$")
    hours: HoursOfDays
    budget: Budget
    kept_days: int = Field(ge=7)

    def is_holiday(self, day: dt.date) -> bool:
        """Whether the day is a public holiday of the country."""
        return day in _holidays(self.country, day.year)

    def of(self, day: dt.date) -> Hours:
        """The hours of a day."""
        if self.is_holiday(day):
            return self.hours.holiday
        return self.hours.weekend if day.weekday() >= 5 else self.hours.weekday

    def moment(self, day: dt.date, what: str) -> dt.datetime:
        """The moment of `cut_off`, `release` or `upkeep` on a day, in Paris."""
        return at(day, getattr(self.of(day), what))

    def closes(self, now: dt.datetime) -> bool:
        """Whether `now` is between the cut-off and the release of its day, when nothing more is taken in."""
        day = now.astimezone(ZONE).date()
        return self.moment(day, "cut_off") <= now < self.moment(day, "release")

    def crons(self, what: str) -> list[str]:
        """A cron line for each hour that `cut_off`, `release` or `upkeep` has on some kind of day."""
        hours = {getattr(hours, what) for hours in (self.hours.weekday, self.hours.weekend, self.hours.holiday)}
        return [f"{int(hour[3:])} {int(hour[:2])} * * *" for hour in sorted(hours)]


def at(day: dt.date, hour: str) -> dt.datetime:
    """The moment of an hour, HH:MM, of a day in Paris."""
    return dt.datetime.combine(day, dt.time.fromisoformat(hour), ZONE)


def read_calendar(path: Path = CALENDAR) -> Calendar:
    """The declared calendar. Raises VigieError naming the file and the key when it does not hold."""
    try:
        return Calendar.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise VigieError(f"{path.name}: not readable as YAML: {error}") from error
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise VigieError(f"{path.name}: {'; '.join(problems)}") from error


@cache
def _holidays(country: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays(country, years=year))
