{{ cells_of(testing()) }}
