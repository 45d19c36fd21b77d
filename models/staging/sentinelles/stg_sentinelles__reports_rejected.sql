{{ rejected_of('sentinelles') }}
