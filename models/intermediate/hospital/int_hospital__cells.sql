{{ cells_of(hospital()) }}
