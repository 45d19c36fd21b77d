{{ rejected_of('vacsi') }}
