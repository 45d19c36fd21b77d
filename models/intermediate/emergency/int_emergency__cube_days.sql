{{ cube_days_of(emergency()) }}
