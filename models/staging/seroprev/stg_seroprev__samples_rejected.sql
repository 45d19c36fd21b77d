{{ rejected_of('seroprev') }}
