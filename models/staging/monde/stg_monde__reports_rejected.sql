{{ rejected_of('monde') }}
