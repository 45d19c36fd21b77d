-- What a typed file carries: good rows, and the bad ones whose fault has the type of its column.
create or replace view typed_rows as
select * from shaped
where kind <> 'bad_row'
union all
select
    * replace (
        case bad when 'missing_id' then null when 'id_pattern' then 'no id!' else id_acte end as id_acte,
        spoil(bad, 'version_min', 0, version) as version,
        spoil(bad, 'nature_code', 'update', nature) as nature,
        case bad when 'missing_sender' then null when 'sender_pattern' then 'SOS Nord' else association end as association,
        case bad when 'missing_departement' then null when 'departement_pattern' then 'Ain' else departement end
            as departement,
        case bad
            when 'missing_date' then null
            when 'date_min' then timestamp '2019-12-31 10:00:00'
            when 'after_delivery' then received_on::timestamp + interval '33 hours'
            else date_acte
        end as date_acte,
        spoil(bad, 'sex_code', 'M', sexe) as sexe,
        case bad
            when 'age_code' then '7'
            when 'age_code_of_other_days' then case when date_acte < getvariable('new_codes') then '3' else 'C' end
            when 'after_delivery' then null
            else classe_age
        end as classe_age,
        spoil(bad, 'diagnosis_pattern', 'Toux sèche', diagnostic) as diagnostic
    )
from shaped
where kind = 'bad_row' and not is_text_only(r);

-- The same as lines of text, and the faults that only text can have.
create or replace view text_rows as
with as_text as (
    select * from typed_rows
    union all
    select * from shaped
    where kind = 'bad_row' and is_text_only(r)
)

select
    file,
    r,
    version,
    is_parquet,
    concat_ws(
        ';',
        coalesce(id_acte, ''),
        case when bad = 'version_type' then 'v1' else version::varchar end,
        nature,
        coalesce(association, ''),
        coalesce(departement, ''),
        case bad
            when 'date_type' then date_acte::date::varchar || ' 25:61:00'
            when 'date_french' then strftime(date_acte, '%d/%m/%Y %H:%M')
            else coalesce(date_acte::varchar, '')
        end,
        coalesce(sexe, ''),
        coalesce(classe_age, '')
    )
    || case bad
        when 'too_few_fields' then ''
        when 'too_many_fields' then ';' || coalesce(diagnostic, '') || ';?'
        else ';' || coalesce(diagnostic, '')
    end as line
from as_text;
