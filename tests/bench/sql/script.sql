-- What a DuckDB expert would write by hand to go from the lake to the cubes, once, without dbt, without increments: the
-- yardstick of a rebuild. Leaves tables `cells`, `cube_days` and `local_windows`, equal to Vigie's cell for cell.
-- Variables: lake, seeds (folders).
--
-- What makes it fast: what is rare (records sent again, several tests of a person on a day, positive people) is looked up
-- first and kept apart, so that the bulk of the rows is neither sorted nor joined wide; sums go from the finest to the
-- coarsest.

-- The small side stands on the right of each join: the optimizer, which takes the filtered lake for small, would build on it.
set disabled_optimizers = 'build_side_probe_side,join_order';

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
    criblage_d,
    criblage_variant
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
    tests.hours,
    least(tests.onset, 30)::integer as onset,
    tests.symptoms,
    tests.is_serology,
    coalesce(several.tests, 1) as tests,
    coalesce(several.antigenic_tests, tests.antigenic) as antigenic_tests,
    not tests.is_serology and earlier.is_recent is not true as is_tested,
    not tests.is_serology and earlier.is_recent is not true and tests.is_positive as is_case,
    earlier.is_recent is not null as was_positive,
    tests.criblage_a,
    tests.criblage_b,
    tests.criblage_c,
    tests.criblage_d,
    tests.criblage_variant
from tests
left join several on tests.person = several.person and tests.day = several.day and not tests.is_serology
left join earlier_positives as earlier on tests.person = earlier.person and tests.day = earlier.day
left join ages on tests.age = ages.age
where several.retained is null or several.retained = tests.id_resultat;

-- Cells ------------------------------------------------------------------------------------------------------------

create table cells as
select
    'dep' as cell_level,
    day as sampled_on,
    dep as place,
    sex,
    age_band,
    -1 as delay,
    coalesce(sum(tests) filter (not is_serology), 0)::integer as tests,
    coalesce(sum(antigenic_tests) filter (not is_serology), 0)::integer as antigenic_tests,
    count(*) filter (is_tested)::integer as tested,
    count(*) filter (is_tested and symptoms = 'O')::integer as tested_symptomatic,
    count(*) filter (is_tested and symptoms = 'N')::integer as tested_asymptomatic,
    count(*) filter (is_tested and was_positive)::integer as tested_again,
    count(*) filter (is_case)::integer as cases,
    count(*) filter (is_case and symptoms = 'O')::integer as cases_symptomatic,
    count(*) filter (is_case and symptoms = 'N')::integer as cases_asymptomatic,
    count(*) filter (is_case and was_positive)::integer as reinfections,
    count(*) filter (is_serology)::integer as positive_serologies,
    count(coalesce(criblage_a, criblage_b, criblage_c, criblage_d)) filter (is_case)::integer as screened,
    count(*) filter (is_case and criblage_a = 1)::integer as target_a_found,
    count(*) filter (is_case and criblage_a = 0)::integer as target_a_absent,
    count(*) filter (is_case and criblage_b = 1)::integer as target_b_found,
    count(*) filter (is_case and criblage_b = 0)::integer as target_b_absent,
    count(*) filter (is_case and criblage_c = 1)::integer as target_c_found,
    count(*) filter (is_case and criblage_c = 0)::integer as target_c_absent,
    count(*) filter (is_case and criblage_d = 1)::integer as target_d_found,
    count(*) filter (is_case and criblage_d = 0)::integer as target_d_absent,
    count(*) filter (is_case and criblage_a + criblage_c = 0)::integer as targets_ac_neither,
    count(*) filter (is_case and criblage_a + criblage_c > 0)::integer as targets_ac_some,
    count(criblage_variant) filter (is_case)::integer as variant_screened,
    count(*) filter (is_case and criblage_variant = 'V1')::integer as variant_alpha,
    count(*) filter (is_case and criblage_variant = 'V2_3')::integer as variant_beta_or_gamma,
    count(*) filter (is_case and criblage_variant = 'ABS')::integer as variant_none
from person_days
group by day, dep, sex, age_band;

-- By place and by delay: people tested and cases.
insert into cells by name
with counted as (

    select
        'local' as cell_level, day as sampled_on, place, 'all' as sex, age65 as age_band, -1 as delay,
        count(*) filter (is_tested)::integer as tested, count(*) filter (is_case)::integer as cases
    from person_days
    group by day, place, age65
    union all
    select 'result_delay', day, dep, 'all', 'all', hours, count(*), count(*) filter (is_case)
    from person_days
    where is_tested
    group by day, dep, hours
    union all
    select
        'receipt_delay', day, laboratory, 'all', 'all', receipt,
        count(*) filter (is_tested), count(*) filter (is_case)
    from person_days
    group by day, laboratory, receipt
    union all
    select 'onset_delay', day, dep, sex, age_band, onset, count(*), count(*)
    from person_days
    where is_case and symptoms = 'O' and onset is not null
    group by day, dep, sex, age_band, onset

)

select
    counted.*,
    0 as tests, 0 as antigenic_tests, 0 as tested_symptomatic, 0 as tested_asymptomatic, 0 as tested_again, 0 as cases_symptomatic,
    0 as cases_asymptomatic, 0 as reinfections, 0 as positive_serologies, 0 as screened,
    0 as target_a_found, 0 as target_a_absent, 0 as target_b_found, 0 as target_b_absent,
    0 as target_c_found, 0 as target_c_absent, 0 as target_d_found, 0 as target_d_absent,
    0 as targets_ac_neither, 0 as targets_ac_some,
    0 as variant_screened, 0 as variant_alpha, 0 as variant_beta_or_gamma, 0 as variant_none
from counted;

-- Cube of France, régions and départements by day, every cell present ------------------------------------------------

create temp table bounds as
select min(sampled_on) as first_day, max(sampled_on) as last_day
from cells
where cell_level = 'dep' and (tests > 0 or positive_serologies > 0);

create temp table bands as
select distinct age_band, age10, age15, school from ages
union all
select 'unknown', 'unknown', 'unknown', 'unknown';

create temp table departement_cells as
select sampled_on, place, sex, age_band, columns('tests|tested|cases|reinfections|serologies|screened|target|variant')
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

-- From the finest to the coarsest: classes of age within a sex, then both sexes, then régions, then France.
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
    coalesce(sum(columns('tests|tested|cases|reinfections|serologies|screened|target|variant')), 0)::integer as "\0"
from departement_cells
inner join bands using (age_band)
left join departements on departement_cells.place = departements.dep
group by
    sampled_on, departements.dep, departements.reg, sex,
    grouping sets ((age10), (age15), (school), ());

create temp table by_departement as
select * from by_sex
union all by name
select
    period_end,
    dep,
    reg,
    'all' as sex,
    age_scheme,
    age_class,
    sum(columns('tests|tested|cases|reinfections|serologies|screened|target|variant'))::integer as "\0"
from by_sex
group by period_end, dep, reg, age_scheme, age_class;

create temp table by_region as
select
    period_end,
    reg,
    sex,
    age_scheme,
    age_class,
    sum(columns('tests|tested|cases|reinfections|serologies|screened|target|variant'))::integer as "\0"
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
    sum(columns('tests|tested|cases|reinfections|serologies|screened|target|variant'))::integer
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
where sampled_on > (select last_day - 20 from bounds)
group by sampled_on, grouping sets ((iris), (com)), grouping sets ((age_class), ());

create table local_windows as
with every_window as (

    select
        levels.geo_level,
        unnest(
            generate_series(greatest(first_day + 6, last_day - levels.windows + 1), last_day, interval 1 day)
        )::date as period_end
    from bounds, (values ('EPCI', 90), ('METRO', 90), ('COM', 14), ('IRIS', 14)) as levels (geo_level, windows)

),

windows as (

    select * from every_window
    where geo_level in ('EPCI', 'METRO') or isodow(period_end) = 7

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

-- As Vigie calls it.
alter table cells rename column sampled_on to day;
