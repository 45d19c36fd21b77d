{{ cells_of(certificates()) }}
