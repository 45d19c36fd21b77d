{{ touched_of(wastewater()) }}
