{{ cells_of(surveys()) }}
