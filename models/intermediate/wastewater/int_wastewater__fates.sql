{{ fates_of(wastewater()) }}
