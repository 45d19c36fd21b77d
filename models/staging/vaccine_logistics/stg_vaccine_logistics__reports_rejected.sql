{{ rejected_of('vaccine_logistics') }}
