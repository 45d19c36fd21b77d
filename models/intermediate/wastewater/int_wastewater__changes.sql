{{ changes_of(wastewater()) }}
