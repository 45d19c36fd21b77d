{{ calendar_of(wastewater()) }}
