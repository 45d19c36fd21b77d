{{ cube_of(house_calls()) }}
