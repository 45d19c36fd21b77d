{{ records_of(hospital()) }}
