{{ deliveries_of('soignants_infectes') }}
