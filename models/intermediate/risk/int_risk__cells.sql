{{ cells_of(risk()) }}
