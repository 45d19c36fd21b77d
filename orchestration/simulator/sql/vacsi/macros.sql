-- Injections bear the day on which they were given, however late they arrive.
create or replace macro known_by(day, received_on) as day;

-- Who enters an injection: a few centres in each département, of unequal size.
create or replace macro centre_of(h, dep) as
    'CTR' || dep || '0' || (1 + floor(5 * power(uniform(h, 'centre'), 2))::integer)::varchar;

-- A product that is not bivalent, among those in use on the day; NULL for a few of which it is not said.
create or replace macro product_of(h, day) as
    case
        when occurs(h, 'unknown_product', getvariable('unknown_product')) then null
        when uniform(h, 'product') < 0.1 and day >= date '2021-01-06' then '2'
        when uniform(h, 'product') between 0.1 and 0.16 and day >= date '2021-01-29' then '3'
        when uniform(h, 'product') between 0.16 and 0.18 and day >= date '2021-03-11' then '4'
        when uniform(h, 'product') between 0.18 and 0.19 and day >= date '2021-12-20' then '6'
        else '1'
    end;

create or replace macro bivalent_product(h) as
    case when uniform(h, 'bivalent') < 0.9 then '8' else '9' end;

-- The first day on which a product may be given.
create or replace macro product_from(product) as
    case product
        when '2' then date '2021-01-06'
        when '3' then date '2021-01-29'
        when '4' then date '2021-03-11'
        when '5' then date '2021-11-26'
        when '6' then date '2021-12-20'
        when '8' then date '2022-09-01'
        when '9' then date '2022-09-01'
        when '10' then date '2022-11-10'
        when '11' then date '2022-10-20'
        when '12' then date '2022-10-20'
        else date '2020-12-27'
    end;

-- The code that the referential has for a région: two islands are régions 07 and 08 in the files.
create or replace macro region_code(printed) as
    case lpad(printed, 2, '0') when '07' then '977' when '08' then '978' else lpad(printed, 2, '0') end;
