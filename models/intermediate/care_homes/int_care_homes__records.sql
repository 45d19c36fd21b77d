{{ records_of(care_homes()) }}
