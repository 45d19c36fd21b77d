{{ account_of(wastewater()) }}
