{{ cube_days_of(house_calls()) }}
