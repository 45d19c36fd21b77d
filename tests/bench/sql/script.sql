-- What a DuckDB expert would write by hand to go from the lake to the cubes, once, without dbt, without increments: the
-- yardstick of a rebuild. Leaves tables `cells`, `cube_days` and `local_windows`, equal to Vigie's cell for cell.
-- Variables: lake, seeds (folders).
--
-- What makes it fast: every group of rows is found by one 64-bit key; what is rare (records sent again, several tests of
-- a person on a day, positive people) is looked up first and kept apart, so that the bulk of the rows is neither sorted
-- nor grouped; counters are summed three in one integer; what concerns cases only is counted on cases only.

-- The small side stands on the right of each join: the optimizer, which takes the filtered lake for small, would build on it.
set disabled_optimizers = 'build_side_probe_side,join_order';

create macro counter(packed, rank) as ((packed >> (20 * rank)) & 1048575)::integer;
create macro departement(code) as case when code[:2] in ('97', '98') then code[:3] else code[:2] end;

-- Referential ------------------------------------------------------------------------------------------------------

create temp table ages as
select
    age::integer as age, age_band, age10, age15, school, age65
from read_csv(getvariable('seeds') || '/age_years.csv', all_varchar = true);

create temp table departements as
select dep, reg from read_csv(getvariable('seeds') || '/departements.csv', all_varchar = true);

create temp table communes as
select com, dep, nullif(epci, '') as epci, population::bigint as population
from read_csv(getvariable('seeds') || '/communes.csv', all_varchar = true);

create temp table metropoles as
select epci from read_csv(getvariable('seeds') || '/metropoles.csv', all_varchar = true);

create temp table arrondissements as
select arr, com from read_csv(getvariable('seeds') || '/commune_arrondissements.csv', all_varchar = true);

create temp table epcis as
select epci from read_csv(getvariable('seeds') || '/epci.csv', all_varchar = true);

create temp table iris as
select
    com || lpad(unnest(case when population > 10000 then range(1, ceil(population / 2500)::integer + 1) else [0] end)::varchar, 4, '0')
        as iris
from communes
where departement(com) in (select dep from departements);

-- Current records --------------------------------------------------------------------------------------------------

create view lake as
select *
from read_parquet(getvariable('lake') || '/raw/sidep/*/*.parquet', hive_partitioning = true);

create temp table reissued_keys as
select id_resultat from lake group by id_resultat having count(*) > 1;

create temp table last_versions as
select
    id_resultat,
    max_by(delivery, (version, received_on, delivery, line)) as delivery,
    max_by(line, (version, received_on, delivery, line)) as line
from lake
semi join reissued_keys using (id_resultat)
group by id_resultat;

create view current_records as
select lake.*
from lake
left join last_versions on lake.id_resultat = last_versions.id_resultat
where
    lake.nature <> 'deletion'
    and (
        last_versions.id_resultat is null
        or (lake.delivery = last_versions.delivery and lake.line = last_versions.line)
    );

-- Person-days ------------------------------------------------------------------------------------------------------

-- Keys of two people may fall together: such a row is only looked at more closely than it need be.
create temp table crowded as
select hash(id_personne, date_prelevement::date) as person_day
from current_records
where type_analyse <> 'SEROLOGIE' and resultat in ('P', 'N')
group by person_day
having count(*) > 1;

create temp table positive_days as
select distinct id_personne as person, date_prelevement::date as day
from current_records
where type_analyse <> 'SEROLOGIE' and resultat = 'P';

create temp table earlier_positives as
select
    tests.person,
    tests.day,
    tests.day - max(positive_days.day) <= 60 as is_recent
from (
    select distinct id_personne as person, date_prelevement::date as day
    from current_records
    semi join positive_days on current_records.id_personne = positive_days.person
    where type_analyse <> 'SEROLOGIE' and resultat in ('P', 'N')
) as tests
inner join positive_days on tests.person = positive_days.person and tests.day > positive_days.day
group by tests.person, tests.day;

create view tests as
select
    id_personne as person,
    date_prelevement::date as day,
    type_analyse = 'SEROLOGIE' as is_serology,
    (type_analyse = 'ANTIGENIQUE')::integer as antigenic,
    resultat = 'P' as is_positive,
    id_resultat,
    date_prelevement,
    coalesce(departement_residence, departement(commune_residence), departement(iris_residence), 'unknown') as dep,
    coalesce(iris_residence, commune_residence, 'unknown') as place,
    case sexe when 'F' then 'F' when 'H' then 'M' else 'unknown' end as sex,
    age,
    id_laboratoire as laboratory,
    least(date_sub('hour', date_prelevement, date_resultat), 240)::integer as hours,
    least(received_on - date_prelevement::date, 60)::integer as receipt,
    coalesce(symptomes, '') as symptoms,
    date_prelevement::date - date_debut_symptomes as onset,
    criblage_a,
    criblage_b,
    criblage_c,
    criblage_d
from current_records
where
    (type_analyse <> 'SEROLOGIE' and resultat in ('P', 'N'))
    or (type_analyse = 'SEROLOGIE' and resultat = 'P');

create temp table several as
select
    person,
    day,
    min_by(id_resultat, (not is_positive, antigenic, date_prelevement, id_resultat)) as retained,
    count(*)::integer as tests,
    sum(antigenic)::integer as antigenic_tests
from tests
semi join crowded on hash(tests.person, tests.day) = crowded.person_day
where not is_serology
group by person, day;

create temp table person_days as
select
    tests.day,
    tests.dep,
    tests.place,
    tests.sex,
    coalesce(ages.age_band, 'unknown') as age_band,
    coalesce(ages.age65, 'unknown') as age65,
    tests.laboratory,
    tests.receipt,
    case when not tests.is_serology and earlier.is_recent is not true then tests.hours end as hours,
    -- tests, antigenic tests, people tested | people tested with, without symptoms, positive serologies
    case
        when tests.is_serology then 0
        else
            coalesce(several.tests, 1) + (coalesce(several.antigenic_tests, tests.antigenic)::bigint << 20)
            + ((earlier.is_recent is not true)::bigint << 40)
    end as counted,
    case
        when tests.is_serology then 1::bigint << 40
        when earlier.is_recent is true then 0
        else (tests.symptoms = 'O')::bigint + ((tests.symptoms = 'N')::bigint << 20)
    end as symptomatic,
    not tests.is_serology and tests.is_positive and earlier.is_recent is not true as is_case,
    earlier.is_recent is not null as is_reinfection,
    tests.symptoms,
    case when tests.symptoms = 'O' then least(tests.onset, 30)::integer end as onset,
    tests.criblage_a,
    tests.criblage_b,
    tests.criblage_c,
    tests.criblage_d
from tests
left join several on tests.person = several.person and tests.day = several.day and not tests.is_serology
left join earlier_positives as earlier on tests.person = earlier.person and tests.day = earlier.day
left join ages on tests.age = ages.age
where several.retained is null or several.retained = tests.id_resultat;

-- Cells ------------------------------------------------------------------------------------------------------------

create temp table case_cells as
select
    case
        when grouping(age65) = 0 then 'local'
        when grouping(onset) = 0 then 'onset_delay'
        when grouping(hours) = 0 then 'result_delay'
        when grouping(receipt) = 0 then 'receipt_delay'
        else 'dep'
    end as cell_level,
    day as sampled_on,
    coalesce(dep, place, laboratory) as place,
    coalesce(sex, 'all') as sex,
    coalesce(age_band, age65, 'all') as age_band,
    coalesce(hours, onset, receipt, -1) as delay,
    count(*)::integer as cases,
    count(*) filter (symptoms = 'O')::integer as cases_symptomatic,
    count(*) filter (symptoms = 'N')::integer as cases_asymptomatic,
    count(*) filter (is_reinfection)::integer as reinfections,
    count(coalesce(criblage_a, criblage_b, criblage_c, criblage_d))::integer as screened,
    count(*) filter (criblage_a = 1)::integer as target_a_found,
    count(*) filter (criblage_a = 0)::integer as target_a_absent,
    count(*) filter (criblage_b = 1)::integer as target_b_found,
    count(*) filter (criblage_b = 0)::integer as target_b_absent,
    count(*) filter (criblage_c = 1)::integer as target_c_found,
    count(*) filter (criblage_c = 0)::integer as target_c_absent,
    count(*) filter (criblage_d = 1)::integer as target_d_found,
    count(*) filter (criblage_d = 0)::integer as target_d_absent,
    sum(counted) as counted,
    sum(symptomatic) as symptomatic
from person_days
where is_case
group by
    grouping sets (
        (day, dep, sex, age_band),
        (day, place, age65),
        (day, dep, hours),
        (day, dep, sex, age_band, onset),
        (day, laboratory, receipt)
    )
having grouping(onset) = 1 or onset is not null;

create temp table counted_cells as
select 'dep' as cell_level, day as sampled_on, dep as place, sex, age_band, -1 as delay,
    sum(counted) as counted, sum(symptomatic) as symptomatic
from person_days group by day, dep, sex, age_band
union all
select 'local', day, place, 'all', age65, -1, sum(counted), sum(symptomatic)
from person_days group by day, place, age65
union all
select 'result_delay', day, dep, 'all', 'all', hours, sum(counted), sum(symptomatic)
from person_days where hours is not null group by day, dep, hours
union all
select 'receipt_delay', day, laboratory, 'all', 'all', receipt, sum(counted), sum(symptomatic)
from person_days group by day, laboratory, receipt
union all
select cell_level, sampled_on, place, sex, age_band, delay, counted, symptomatic
from case_cells where cell_level = 'onset_delay';

create table cells as
select
    counted_cells.cell_level,
    counted_cells.sampled_on,
    counted_cells.place,
    counted_cells.sex,
    counted_cells.age_band,
    counted_cells.delay,
    counter(counted_cells.counted, 0) as tests,
    counter(counted_cells.counted, 1) as antigenic_tests,
    counter(counted_cells.counted, 2) as tested,
    counter(counted_cells.symptomatic, 0) as tested_symptomatic,
    counter(counted_cells.symptomatic, 1) as tested_asymptomatic,
    coalesce(cases, 0) as cases,
    coalesce(cases_symptomatic, 0) as cases_symptomatic,
    coalesce(cases_asymptomatic, 0) as cases_asymptomatic,
    coalesce(reinfections, 0) as reinfections,
    counter(counted_cells.symptomatic, 2) as positive_serologies,
    coalesce(screened, 0) as screened,
    coalesce(target_a_found, 0) as target_a_found,
    coalesce(target_a_absent, 0) as target_a_absent,
    coalesce(target_b_found, 0) as target_b_found,
    coalesce(target_b_absent, 0) as target_b_absent,
    coalesce(target_c_found, 0) as target_c_found,
    coalesce(target_c_absent, 0) as target_c_absent,
    coalesce(target_d_found, 0) as target_d_found,
    coalesce(target_d_absent, 0) as target_d_absent
from counted_cells
left join case_cells using (cell_level, sampled_on, place, sex, age_band, delay);

-- Cube of France, régions and départements by day, every cell present ------------------------------------------------

create temp table bounds as
select min(sampled_on) as first_day, max(sampled_on) as last_day
from cells
where cell_level = 'dep' and (tests > 0 or positive_serologies > 0);

create temp table bands as
select distinct age_band, age10, age15, school from ages
union all
select 'unknown', 'unknown', 'unknown', 'unknown';

-- From the finest to the coarsest: classes of age within a sex, then both sexes, then régions, then France. A
-- département has far fewer than a million tests on a day, so three counters still fit one integer.
create temp table departement_cells as
select
    sampled_on,
    place,
    sex,
    age_band,
    tests + (antigenic_tests::bigint << 20) + (tested::bigint << 40) as packed_1,
    tested_symptomatic + (tested_asymptomatic::bigint << 20) + (cases::bigint << 40) as packed_2,
    cases_symptomatic + (cases_asymptomatic::bigint << 20) + (reinfections::bigint << 40) as packed_3,
    positive_serologies + (screened::bigint << 20) + (target_a_found::bigint << 40) as packed_4,
    target_a_absent + (target_b_found::bigint << 20) + (target_b_absent::bigint << 40) as packed_5,
    target_c_found + (target_c_absent::bigint << 20) + (target_d_found::bigint << 40) as packed_6,
    target_d_absent as packed_7
from cells
where cell_level = 'dep'
union all by name
select
    day::date as sampled_on,
    places.dep as place,
    sexes.sex,
    bands.age_band
from
    bounds,
    generate_series(first_day, last_day, interval 1 day) as days (day),
    (select dep from departements union all select 'unknown') as places,
    (values ('F'), ('M'), ('unknown')) as sexes (sex),
    bands;

create temp table by_sex as
select
    sampled_on as period_end,
    coalesce(departements.dep, 'unknown') as dep,
    coalesce(departements.reg, 'unknown') as reg,
    sex,
    case
        when grouping(age10) = 0 then 'age10'
        when grouping(age15) = 0 then 'age15'
        when grouping(school) = 0 then 'school'
        else 'all'
    end as age_scheme,
    coalesce(age10, age15, school, 'all') as age_class,
    coalesce(sum(columns('^packed')), 0)::bigint as "\0"
from departement_cells
inner join bands using (age_band)
left join departements on departement_cells.place = departements.dep
group by
    sampled_on, departements.dep, departements.reg, sex,
    grouping sets ((age10), (age15), (school), ());

create temp table by_departement as
with every_sex as (

    select * from by_sex
    union all by name
    select
        period_end,
        dep,
        reg,
        'all' as sex,
        age_scheme,
        age_class,
        sum(columns('^packed'))::bigint as "\0"
    from by_sex
    group by period_end, dep, reg, age_scheme, age_class

)

select
    period_end,
    dep,
    reg,
    sex,
    age_scheme,
    age_class,
    counter(packed_1, 0) as tests,
    counter(packed_1, 1) as antigenic_tests,
    counter(packed_1, 2) as tested,
    counter(packed_2, 0) as tested_symptomatic,
    counter(packed_2, 1) as tested_asymptomatic,
    counter(packed_2, 2) as cases,
    counter(packed_3, 0) as cases_symptomatic,
    counter(packed_3, 1) as cases_asymptomatic,
    counter(packed_3, 2) as reinfections,
    counter(packed_4, 0) as positive_serologies,
    counter(packed_4, 1) as screened,
    counter(packed_4, 2) as target_a_found,
    counter(packed_5, 0) as target_a_absent,
    counter(packed_5, 1) as target_b_found,
    counter(packed_5, 2) as target_b_absent,
    counter(packed_6, 0) as target_c_found,
    counter(packed_6, 1) as target_c_absent,
    counter(packed_6, 2) as target_d_found,
    counter(packed_7, 0) as target_d_absent
from every_sex;

create temp table by_region as
select
    period_end,
    reg,
    sex,
    age_scheme,
    age_class,
    sum(columns('tests|tested|cases|reinfections|serologies|screened|target'))::integer as "\0"
from by_departement
group by period_end, reg, sex, age_scheme, age_class;

create table cube_days as
select 'DEP' as geo_level, dep as geo_code, * exclude (dep, reg) from by_departement
union all
select 'REG', * from (select reg, * exclude (reg) from by_region)
union all
select
    'FRA',
    'FR',
    period_end,
    sex,
    age_scheme,
    age_class,
    sum(columns('tests|tested|cases|reinfections|serologies|screened|target'))::integer
from by_region
group by period_end, sex, age_scheme, age_class;

-- Seven days below the département, every place and class present ---------------------------------------------------

create temp table local_days as
with located as (

    select
        cells.sampled_on,
        coalesce(iris.iris, 'unknown') as iris,
        coalesce(communes.com, 'unknown') as com,
        coalesce(communes.epci, 'unknown') as epci,
        metropoles.epci as metropole,
        cells.age_band as age_class,
        cells.tested,
        cells.cases
    from cells
    inner join bounds on cells.sampled_on > bounds.last_day - 96
    left join iris on cells.place = iris.iris
    left join arrondissements on cells.place[:5] = arrondissements.arr
    left join communes on coalesce(arrondissements.com, cells.place[:5]) = communes.com
    left join metropoles on communes.epci = metropoles.epci
    where cells.cell_level = 'local'

)

select
    case when grouping(epci) = 0 then 'EPCI' else 'METRO' end as geo_level,
    coalesce(epci, metropole) as geo_code,
    sampled_on,
    coalesce(age_class, 'all') as age_class,
    sum(tested)::integer as tested,
    sum(cases)::integer as cases
from located
group by sampled_on, grouping sets ((epci), (metropole)), grouping sets ((age_class), ())
having grouping(metropole) = 1 or metropole is not null
union all
select
    case when grouping(iris) = 0 then 'IRIS' else 'COM' end,
    coalesce(iris, com),
    sampled_on,
    coalesce(age_class, 'all'),
    sum(tested)::integer,
    sum(cases)::integer
from located
where sampled_on > (select last_day - 13 from bounds)
group by sampled_on, grouping sets ((iris), (com)), grouping sets ((age_class), ());

create table local_windows as
with windows as (

    select
        levels.geo_level,
        unnest(
            generate_series(greatest(first_day + 6, last_day - levels.windows + 1), last_day, interval 1 day)
        )::date as period_end
    from bounds, (values ('EPCI', 90), ('METRO', 90), ('COM', 7), ('IRIS', 7)) as levels (geo_level, windows)

),

places as (

    select 'EPCI' as geo_level, epci as geo_code from epcis
    union all
    select 'METRO', epci from metropoles
    union all
    select 'COM', com from communes
    union all
    select 'IRIS', iris from iris
    union all
    select unnest(['EPCI', 'COM', 'IRIS']), 'unknown'

),

reached as (

    select
        geo_level,
        geo_code,
        (sampled_on + unnest(range(7))::integer)::date as period_end,
        age_class,
        tested,
        cases
    from local_days

),

sums as (

    select
        geo_level,
        geo_code,
        period_end,
        age_class,
        sum(tested) as tested,
        sum(cases) as cases
    from reached
    group by geo_level, geo_code, period_end, age_class

)

select
    geo_level,
    geo_code,
    period_end,
    age_class,
    coalesce(tested, 0)::integer as tested,
    coalesce(cases, 0)::integer as cases
from windows
inner join places using (geo_level)
cross join (values ('all'), ('64'), ('65'), ('unknown')) as classes (age_class)
left join sums using (geo_level, geo_code, period_end, age_class);
