{{ rejected_of('emergen') }}
