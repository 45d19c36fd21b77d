-- A stay that changes leaves the events set aside before it leaves the stays to be read again.
-- depends_on: {{ ref('int_hospital__set_aside') }}
{{ changes_of(hospital()) }}
