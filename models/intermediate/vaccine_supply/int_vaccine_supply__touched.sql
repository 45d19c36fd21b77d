{{ touched_of(vaccine_supply()) }}
