{{ cells_of(care_homes()) }}
