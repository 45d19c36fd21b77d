{{ changes_of(vaccine_supply()) }}
