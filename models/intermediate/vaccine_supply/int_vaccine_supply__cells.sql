{{ cells_of(vaccine_supply()) }}
