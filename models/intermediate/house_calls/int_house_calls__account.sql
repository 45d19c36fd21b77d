{{ account_of(house_calls()) }}
