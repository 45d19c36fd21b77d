{{ cells_of(emergency()) }}
