{#
  The additive measures of the testing cube: name -> SQL expression on a row of `int_testing__classified`, for the
  sum over rows. Everything that the indicators of testing count stands here once.
#}
{% macro testing_measures() -%}
    {{ return({
        'tests': 'tests',
        'antigenic_tests': 'antigenic_tests',
        'tested': 'is_tested::int',
        'tested_symptomatic': "(is_tested and symptoms = 'symptomatic')::int",
        'tested_asymptomatic': "(is_tested and symptoms = 'asymptomatic')::int",
        'cases': 'is_case::int',
        'cases_symptomatic': "(is_case and symptoms = 'symptomatic')::int",
        'cases_asymptomatic': "(is_case and symptoms = 'asymptomatic')::int",
        'reinfections': 'is_reinfection::int',
        'positive_serologies': 'positive_serologies',
        'screened': '(is_case and coalesce(target_a, target_b, target_c, target_d) is not null)::int',
        'target_a_found': '(is_case and target_a = 1)::int',
        'target_a_absent': '(is_case and target_a = 0)::int',
        'target_b_found': '(is_case and target_b = 1)::int',
        'target_b_absent': '(is_case and target_b = 0)::int',
        'target_c_found': '(is_case and target_c = 1)::int',
        'target_c_absent': '(is_case and target_c = 0)::int',
        'target_d_found': '(is_case and target_d = 1)::int',
        'target_d_absent': '(is_case and target_d = 0)::int',
    }) }}
{%- endmacro %}
