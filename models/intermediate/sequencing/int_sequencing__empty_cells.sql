{{ empty_cells_of(sequencing()) }}
