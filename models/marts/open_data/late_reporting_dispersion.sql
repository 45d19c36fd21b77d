-- No laboratory is named or can be recognised: what is published of them is how they are spread, over at least
-- `fewest_laboratories` of them.
{% set fewest_laboratories = 10 %}
{% set dataset = {
    'name': 'late-reporting-dispersion',
    'title': {'fr': "Complétude selon l'âge des jours : dispersion entre laboratoires", 'en': 'Completeness by age of days: spread between laboratories'},
    'description': {
        'fr': "Part des personnes testées (T) connues de 0 à 30 jours après le prélèvement : premier décile, médiane et dernier décile entre laboratoires, sur tous les jours qui ont atteint cet âge. Vide quand moins de dix laboratoires en ont.",
        'en': "Share of the people tested (T) known 0 to 30 days after sampling: first decile, median and last decile between laboratories, over all days that have reached that age. Empty where fewer than ten laboratories have any.",
    },
    'source': 'sidep',
    'order_by': ['age_jours'],
    'fresh_by': '19:00',
    'lag_days': 3,
} %}
{{ declare_dataset(dataset) }}

with laboratories as (

    select
        laboratory,
        age_days,
        {{ percentage('sum(tested_known)', 'sum(tested)') }} as completeness
    from {{ ref('int_testing__completeness') }}
    where laboratory <> 'all'
    group by laboratory, age_days

),

spread as (

    select
        age_days,
        quantile_cont(completeness, [0.1, 0.5, 0.9]) as deciles,
        count(completeness) >= {{ fewest_laboratories }} as is_shown
    from laboratories
    group by age_days

),

late_reporting_dispersion as (

    select
        age_days as age_jours,
        case when is_shown then {{ official_rounding('deciles[1]') }} end as "completude_T_d1",
        case when is_shown then {{ official_rounding('deciles[2]') }} end as "completude_T_mediane",
        case when is_shown then {{ official_rounding('deciles[3]') }} end as "completude_T_d9"
    from spread

)

select * from late_reporting_dispersion
