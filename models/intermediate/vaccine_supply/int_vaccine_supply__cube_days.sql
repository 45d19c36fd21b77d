{{ cube_days_of(vaccine_supply()) }}
