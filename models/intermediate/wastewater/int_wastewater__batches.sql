{{ batches_of(wastewater()) }}
