{{ cube_days_of(certificates()) }}
