{{ records_of(house_calls()) }}
