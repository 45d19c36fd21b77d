{{ deliveries_of('coviprev') }}
