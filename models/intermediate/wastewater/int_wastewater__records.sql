{{ records_of(wastewater()) }}
