{{ calendar_of(house_calls()) }}
