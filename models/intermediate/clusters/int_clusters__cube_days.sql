{{ cube_days_of(clusters()) }}
