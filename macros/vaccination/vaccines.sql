{#
  The products, {stratum: {'code': code of the official files, 'fr', 'en': name, 'bivalent': true}}. The codes and what they
  count are official; names beyond the first one are the project's, from when each code begins and what it is given for.
  The contract of `vacsi` says from when a code is in use.
#}
{% macro vaccines() -%}
    {{ return({
        'comirnaty': {'code': '1', 'fr': "Comirnaty (Pfizer-BioNTech)", 'en': "Comirnaty (Pfizer-BioNTech)"},
        'spikevax': {'code': '2', 'fr': "Spikevax (Moderna)", 'en': "Spikevax (Moderna)"},
        'vaxzevria': {'code': '3', 'fr': "Vaxzevria (AstraZeneca)", 'en': "Vaxzevria (AstraZeneca)"},
        'janssen': {'code': '4', 'fr': "Jcovden (Janssen)", 'en': "Jcovden (Janssen)"},
        'comirnaty_child': {
            'code': '5', 'fr': "Comirnaty pédiatrique (5-11 ans)", 'en': "Comirnaty for children (5-11 years)"
        },
        'nuvaxovid': {'code': '6', 'fr': "Nuvaxovid (Novavax)", 'en': "Nuvaxovid (Novavax)"},
        'comirnaty_bivalent': {
            'code': '8', 'fr': "Comirnaty bivalent", 'en': "Bivalent Comirnaty", 'bivalent': true
        },
        'spikevax_bivalent': {'code': '9', 'fr': "Spikevax bivalent", 'en': "Bivalent Spikevax", 'bivalent': true},
        'vidprevtyn': {'code': '10', 'fr': "VidPrevtyn Beta (Sanofi)", 'en': "VidPrevtyn Beta (Sanofi)"},
        'comirnaty_infant': {
            'code': '11', 'fr': "Comirnaty nourrisson (6 mois-4 ans)", 'en': "Comirnaty for infants (6 months-4 years)"
        },
        'bivalent_other': {
            'code': '12', 'fr': "autre vaccin bivalent", 'en': "another bivalent vaccine", 'bivalent': true
        },
    }) }}
{%- endmacro %}


{# The codes of the bivalent products. #}
{% macro bivalent_codes() -%}
    {{ return(vaccines().values() | selectattr('bivalent', 'defined') | map(attribute='code') | list) }}
{%- endmacro %}


{# The strata of products, {stratum: condition on a row of the facts and names}; see `checked_strata`. #}
{% macro vaccine_classes() -%}
    {%- set classes = {} -%}
    {%- for name, of in vaccines().items() -%}
        {%- do classes.update({name: {'sql': "vaccine = '" ~ name ~ "'", 'fr': of.fr, 'en': of.en}}) -%}
    {%- endfor -%}
    {{ return(classes) }}
{%- endmacro %}


{# The name of a product by its code, SQL; unknown where the code is. #}
{% macro vaccine_named(code) -%}
    case {{ code }}
        {%- for name, of in vaccines().items() %}
        when '{{ of.code }}' then '{{ name }}'
        {%- endfor %}
        else 'unknown'
    end
{%- endmacro %}
