{{ deliveries_of('monde') }}
