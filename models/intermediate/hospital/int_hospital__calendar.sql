{{ calendar_of(hospital()) }}
