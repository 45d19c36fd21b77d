{{ rejected_of('soignants_infectes') }}
