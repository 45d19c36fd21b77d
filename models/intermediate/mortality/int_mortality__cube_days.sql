{{ cube_days_of(mortality()) }}
