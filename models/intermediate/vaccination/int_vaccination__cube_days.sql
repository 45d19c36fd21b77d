{{ cube_days_of(vaccination()) }}
