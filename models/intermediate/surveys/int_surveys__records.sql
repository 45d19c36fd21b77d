{{ records_of(surveys()) }}
