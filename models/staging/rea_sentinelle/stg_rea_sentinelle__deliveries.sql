{{ deliveries_of('rea_sentinelle') }}
