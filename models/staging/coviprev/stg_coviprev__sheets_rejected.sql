{{ rejected_of('coviprev') }}
