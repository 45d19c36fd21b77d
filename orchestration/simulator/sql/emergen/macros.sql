-- A sequence bears its survey, however late it arrives.
create or replace macro known_by(day, received_on) as day;

-- A lineage among those of a day: the later the day, the later they came.
create or replace macro lineage_of(h, day) as
    getvariable('lineages')[
        1 + greatest(
            0,
            least(
                len(getvariable('lineages')) - 1,
                round(
                    (day - date '2021-01-01') / 40.0
                    + 2.5 * (uniform(h, 'lineage') + uniform(h, 'again') + uniform(h, 'once more') - 1.5)
                )::integer
            )
        )
    ];

create or replace macro platform_of(h) as 'PTF' || (1 + floor(6 * power(uniform(h, 'platform'), 2))::integer)::varchar || '0';
