{{ changes_of(house_calls()) }}
