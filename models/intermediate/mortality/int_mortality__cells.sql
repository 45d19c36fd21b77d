{{ cells_of(mortality()) }}
