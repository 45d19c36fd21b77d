-- The content of one delivery of SI-DEP results, in the columns and the order of the lake. Everything of a record
-- follows from its number, hence a correction repeats the record that it corrects without looking it up. Thirty-three
-- successive numbers hold one repeat test: the same person on the same day.
--
-- Table `asked`: record (number), version, nature, sampled_on.
-- Variables: seed, people (size of the population), delivery.
with numbered as (

    select
        *,
        record - (record % 33 = 1)::bigint as encounter,
        hash(record, getvariable('seed')) as draw
    from asked

),

-- A fifth of the tests are those of one person in twenty, tested again and again.
persons as (

    select
        *,
        hash(encounter, getvariable('seed'), 'encounter') as occasion,
        (
            (occasion >> 8) % (case when occasion % 5 = 0 then getvariable('people') // 20 else getvariable('people') end)
        )::bigint as person
    from numbered

),

people as (

    select
        *,
        hash(person, getvariable('seed'), 'person') as traits,
        (traits % (select slots from numbers_of_slots))::bigint as slot,
        sampled_on + to_minutes(480 + ((draw >> 4) % 600)::integer) as sampled_at,
        (draw >> 16) % 1000 as kind,
        (draw >> 24) % 1000 as outcome,
        (draw >> 32) % 1000 as knowledge,
        (draw >> 40) % 10 as complaint
    from persons

)

select
    hash(record, getvariable('seed'), 'record') as id_resultat,
    version::integer as version,
    nature,
    hash(person, getvariable('seed'), 'pseudonym') as id_personne,
    sampled_at as date_prelevement,
    sampled_at + to_minutes(120 + ((draw >> 48) % 3000)::integer) as date_resultat,
    'LAB' || lpad(((occasion >> 20) % 400)::varchar, 3, '0') as id_laboratoire,
    case when kind < 650 then 'RT-PCR' when kind < 980 then 'ANTIGENIQUE' else 'SEROLOGIE' end as type_analyse,
    -- A correction turns the result round, which is what costs most: later days count otherwise.
    case
        when outcome >= 998 then 'I'
        when (outcome < 60) = (nature <> 'correction') then 'P'
        else 'N'
    end as resultat,
    case when traits % 100 < 52 then 'F' when traits % 100 < 99 then 'H' end as sexe,
    case when knowledge % 100 > 0 then ((traits >> 40) % 95)::integer end as age,
    case when knowledge > 8 then homes.com end as commune_residence,
    case when knowledge > 30 then homes.iris end as iris_residence,
    case when knowledge > 8 then homes.dep end as departement_residence,
    homes.dep as departement_prelevement,
    case when complaint < 3 then 'O' when complaint < 9 then 'N' end as symptomes,
    case when complaint < 3 then (sampled_on - ((draw >> 12) % 10)::integer)::date end as date_debut_symptomes,
    null::integer as criblage_a,
    null::integer as criblage_b,
    case when outcome < 30 then ((draw >> 36) % 2)::integer end as criblage_c,
    case when outcome < 10 then ((draw >> 37) % 2)::integer end as criblage_d,
    case when outcome < 20 then ['V1', 'V2_3', 'IND', 'ABS'][1 + ((draw >> 38) % 4)::integer] end as criblage_variant,
    getvariable('delivery')::ubigint as delivery,
    (row_number() over ())::integer as line
from people
inner join homes using (slot)
