{{ cube_days_of(hospital()) }}
