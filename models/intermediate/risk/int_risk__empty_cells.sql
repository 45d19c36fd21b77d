{{ empty_cells_of(risk()) }}
