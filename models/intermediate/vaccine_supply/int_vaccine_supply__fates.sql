{{ fates_of(vaccine_supply()) }}
