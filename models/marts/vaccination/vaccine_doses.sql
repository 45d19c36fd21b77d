{% set indicator = with_strata(indicator_of(vaccination(), 'vaccine_doses', {
    'title': {'fr': "Injections de vaccin contre la Covid-19", 'en': "Injections of Covid-19 vaccines"},
    'unit': {'fr': "injections", 'en': "injections"},
    'formula': {'fr': "injections déclarées, de tout rang", 'en': "injections entered, of any rank"},
    'definition': '2021-12-08',
    'changes': residence_since(),
    'figures': ['value', 'ci_low', 'ci_high'],
}), ['vaccine'], ['day']) %}
{{ declare_indicator(indicator) }}

with vaccine_doses as (

    {{ count_of(vaccination(), indicator, 'vaccine_doses', 'doses') }}

)

select * from vaccine_doses
