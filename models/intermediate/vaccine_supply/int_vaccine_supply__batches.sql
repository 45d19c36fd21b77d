{{ batches_of(vaccine_supply()) }}
