{{ cube_of(vaccine_supply()) }}
