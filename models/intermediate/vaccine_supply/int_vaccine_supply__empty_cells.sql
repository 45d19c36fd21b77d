{{ empty_cells_of(vaccine_supply()) }}
