"""Delivery of the populations that an official file carries, as a vintage of the population referential."""

import datetime
from pathlib import Path

from orchestration.simulator.deliveries import publish_text
from orchestration.simulator.engine import Engine, literal

HEADER = "millesime;valide_du;geo_niveau;geo_code;sexe;schema_age;classe_age;population"


def deliver_population(engine: Engine, landing: Path, name: str, received: datetime.date) -> list[Path]:
    """Write `landing/population/<received>/<name>.csv` from the table `official`.

    The first value of a place and class within the asked days is valid for all time before too; a further
    vintage begins on the day on which the file changes its value. Values are those printed in the file.
    """
    lines = engine.rows(
        f"""
        with delivered as (
            select
                geo_code,
                age,
                day,
                pop,
                lag(pop) over (partition by geo_code, age order by day) as pop_before
            from official
            where day between getvariable('first_day') and getvariable('last_day') and coalesce(pop, '') <> ''
        )

        select concat_ws(
            ';',
            {literal(name)} || case when pop_before is null then '' else '-' || day::varchar end,
            case when pop_before is null then '1900-01-01' else day::varchar end,
            getvariable('geo_level'),
            geo_code,
            'T',
            case when age = 'all' then 'all' else 'age10' end,
            age,
            pop
        )
        from delivered
        where pop_before is null or pop <> pop_before
        order by pop_before is not null, day, geo_code, age
        """
    )
    if not lines:
        return []
    text = "\n".join([HEADER, *(line for (line,) in lines)]) + "\n"
    return [publish_text(landing / "population" / received.isoformat() / f"{name}.csv", text)]
