{{ deliveries_of('analyse_risque') }}
