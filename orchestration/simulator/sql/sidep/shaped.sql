-- The columns of the contract, typed, from a line; evaluated file by file.
create or replace view shaped as
with clocked as (
    select
        *,
        day_number(day) * 1440 + 420 + pick(r, 'minute', 750) as sampled_minute,
        case
            when analysis = 'ANTIGENIQUE' then 15 + pick(r, 'turnaround', 30)
            when pick(r, 'turnaround_class', 1000) < 720 then 5 * 60 + pick(r, 'turnaround', 19 * 60)
            when pick(r, 'turnaround_class', 1000) < 920 then 24 * 60 + pick(r, 'turnaround', 24 * 60)
            when pick(r, 'turnaround_class', 1000) < 985 then 48 * 60 + pick(r, 'turnaround', 48 * 60)
            else 96 * 60 + pick(r, 'turnaround', 144 * 60)
        end as turnaround,
        -- How much of a known place is said: all, or only a part that is enough to find the département.
        case
            when dep is null then case pick(h, 'unknown_shape', 6) when 0 then 'abroad' else 'none' end
            when com is null then 'dep'
            when not occurs(h, 'partial_place', getvariable('partial_place')) then 'all'
            else
                case pick(h, 'partial_shape', 5)
                    when 0 then 'dep'
                    when 1 then 'com'
                    when 2 then 'dep_com'
                    when 3 then 'com_iris'
                    else 'iris'
                end
        end as place_shape,
        -- Symptoms belong to the person-day.
        case
            when pick(h, 'symptoms_known', 100) < 8 then null
            when uniform(h, 'symptoms') < case when is_case then 0.6 else 0.2 end then 'O'
            else 'N'
        end as symptoms,
        result = 'P'
        and analysis <> 'SEROLOGIE'
        and occurs(h, 'screening', getvariable('screening')) as is_screened,
        -- Epidemiological time in years since 2021, for the share of each mutation.
        (day - date '2021-01-01') / 365.25 as years_since
    from placed
)

select
    unnest(common),
    key_text(r) as id_resultat,
    key_text(person) as id_personne,
    minute_time(sampled_minute) as date_prelevement,
    -- Known to the sender on the day of the first receipt at the latest.
    minute_time(least(sampled_minute + turnaround, day_number(known_on) * 1440 + 1430)) as date_resultat,
    lab as id_laboratoire,
    analysis as type_analyse,
    result as resultat,
    case when sexe is null and pick(h, 'sex_shape', 2) = 0 then 'I' else sexe end as sexe,
    years::integer as age,
    case when place_shape in ('all', 'com', 'dep_com', 'com_iris') then com end as commune_residence,
    case when place_shape in ('all', 'com_iris', 'iris') then iris end as iris_residence,
    case
        when place_shape in ('all', 'dep', 'dep_com') then dep
        when place_shape = 'abroad' then '99'
    end as departement_residence,
    case when pick(h, 'sampling_known', 100) > 0 then sampled_in end as departement_prelevement,
    symptoms as symptomes,
    case
        when symptoms = 'O' and not occurs(h, 'missing_onset', getvariable('missing_onset'))
            then day - floor(13 * power(uniform(h, 'onset'), 2.2))::integer
    end as date_debut_symptomes,
    case
        when is_screened and pick(h, 'target_a_known', 20) > 0
            then (uniform(h, 'target_a') < 0.08 * exp(-abs(years_since - 0.4) * 2))::integer
    end as criblage_a,
    case
        when is_screened and pick(h, 'target_b_known', 20) > 0 then (uniform(h, 'target_b') < 0.01)::integer
    end as criblage_b,
    case
        when is_screened and pick(h, 'target_c_known', 20) > 0
            then (
                uniform(h, 'target_c')
                < 0.96 / (1 + exp(-(years_since - 0.48) * 40)) / (1 + exp((years_since - 0.99) * 60)) + 0.01
            )::integer
    end as criblage_c,
    case
        when is_screened and pick(h, 'target_d_known', 20) > 0
            then (uniform(h, 'target_d') < 0.98 / (1 + exp(-(years_since - 0.99) * 60)) + 0.002)::integer
    end as criblage_d,
    -- Kits of the first generation, which alpha took over.
    case
        when day not between date '2021-01-25' and date '2021-06-30' or not is_screened then null
        when pick(h, 'variant_known', 20) = 0 then null
        when uniform(h, 'variant') < 0.04 then 'V2_3'
        when uniform(h, 'variant') < 0.07 then 'IND'
        when uniform(h, 'variant') < 0.07 + 0.86 / (1 + exp(-(years_since - 0.14) * 30)) then 'V1'
        else 'ABS'
    end as criblage_variant
from clocked;
