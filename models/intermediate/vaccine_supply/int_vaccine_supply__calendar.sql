{{ calendar_of(vaccine_supply()) }}
