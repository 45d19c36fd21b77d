{{ cells_of(house_calls()) }}
