-- What each batch of deliveries changed in the published figures that revisions explain, and why. `explains` says where
-- each measure is published by day and département, every sex and age together: the figure of which column of which
-- dataset, in which rows. Nothing is explained in public that is not published so.
{% set slice = {
    'feed': 'sivic', 'figure': 'value', 'day': 'period_end', 'place': 'geo_code',
    'rows': "period = 'day' and sex = 'all' and age_scheme = 'all'"
} %}
{% set layout = {'feed': 'sidep', 'day': 'jour', 'place': 'dep', 'rows': "cl_age90 = '0'", 'dataset': 'sp-dep-quot'} %}
{{ config(meta={'explains': {
    'cases': dict(layout, figure='P'),
    'tested': dict(layout, figure='T'),
    'population': dict(layout, figure='pop'),
    'admissions': dict(slice, dataset='hospital-admissions-dep'),
    'critical_admissions': dict(slice, dataset='critical-care-admissions-dep'),
    'discharges': dict(slice, dataset='discharges-home-dep'),
    'deaths': dict(slice, dataset='hospital-deaths-dep'),
}}) }}

with counted_changes as (

    {{ counted('sidep', ref('int_testing__changes'), ['cases', 'tested']) }}
    union all
    {{ counted(
        'sivic', ref('int_hospital__changes'), ['admissions', 'critical_admissions', 'discharges', 'deaths']
    ) }}

)

select * from counted_changes
