{{ current_of(hospital()) }}
