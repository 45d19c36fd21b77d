{{ facts_of(house_calls()) }}
