{{ records_of(emergency()) }}
