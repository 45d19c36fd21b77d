{{ cube_days_of(care_homes()) }}
