{{ batches_of(house_calls()) }}
