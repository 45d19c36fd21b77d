{{ rejected_of('rea_sentinelle') }}
