{{ cells_of(clusters()) }}
