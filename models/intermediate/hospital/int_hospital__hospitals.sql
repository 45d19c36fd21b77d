-- Hospitals that have declared at least one stay up to each day, by département, région and for France.
{{ senders_to_date(hospital(), 'hospital', 'stays_declared', 'hospitals') }}
