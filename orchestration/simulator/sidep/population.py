"""Delivery of the populations that an official file carries, as a vintage of the population referential."""

import datetime
from pathlib import Path

from orchestration.simulator.deliveries import publish_text
from orchestration.simulator.engine import Engine, literal

HEADER = "millesime;valide_du;geo_niveau;geo_code;sexe;schema_age;classe_age;population"


def deliver_population(engine: Engine, landing: Path, name: str, received: datetime.date) -> list[Path]:
    """Write `landing/population/<received>/<name>.csv` from the table `official`.

    The first value of a place and class within the asked days is valid for all time before too; a further
    vintage, of every cell, begins on a day on which the file changes a value. Values are those printed in the file.
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
        ),

        changed_days as (

            select distinct day
            from delivered
            where pop <> pop_before

        ),

        vintages as (

            select {literal(name)} as vintage, '1900-01-01' as valid_from, delivered.*
            from delivered
            where pop_before is null
            union all
            select {literal(name)} || '-' || day::varchar as vintage, day::varchar as valid_from, delivered.*
            from delivered
            where day in (select changed_days.day from changed_days)

        )

        select concat_ws(
            ';',
            vintage,
            valid_from,
            getvariable('geo_level'),
            geo_code,
            'T',
            case when age = 'all' then 'all' else 'age10' end,
            age,
            pop
        )
        from vintages
        order by valid_from, geo_code, age
        """
    )
    if not lines:
        return []
    text = "\n".join([HEADER, *(line for (line,) in lines)]) + "\n"
    return [publish_text(landing / "population" / received.isoformat() / f"{name}.csv", text)]
