{{ facts_of(wastewater()) }}
