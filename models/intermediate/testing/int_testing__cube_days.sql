{{ cube_days_of(testing()) }}
