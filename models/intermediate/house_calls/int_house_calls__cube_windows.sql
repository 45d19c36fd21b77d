{{ cube_windows_of(house_calls()) }}
