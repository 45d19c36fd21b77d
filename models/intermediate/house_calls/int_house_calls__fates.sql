{{ fates_of(house_calls()) }}
