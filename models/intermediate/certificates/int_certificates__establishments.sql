-- Establishments that have certified at least one death up to each day, by département, région and for France.
{{ senders_to_date(certificates(), 'establishment', 'certificates', 'establishments') }}
