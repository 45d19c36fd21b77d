{{ rejected_of('monic') }}
