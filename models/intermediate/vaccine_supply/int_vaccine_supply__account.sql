{{ account_of(vaccine_supply()) }}
