{{ records_of(vaccine_supply()) }}
