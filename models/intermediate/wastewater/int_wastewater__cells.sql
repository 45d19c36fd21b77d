{{ cells_of(wastewater()) }}
