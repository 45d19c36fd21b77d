{{ cube_changes_of(house_calls()) }}
