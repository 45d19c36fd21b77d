{{ touched_of(house_calls()) }}
