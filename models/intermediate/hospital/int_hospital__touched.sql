{{ touched_of(hospital()) }}
