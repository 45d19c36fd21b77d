{{ facts_of(vaccine_supply()) }}
