{{ rejected_of('oscour') }}
