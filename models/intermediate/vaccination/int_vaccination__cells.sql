{{ cells_of(vaccination()) }}
