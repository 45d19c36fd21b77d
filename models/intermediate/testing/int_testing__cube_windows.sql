{{ cube_windows_of(testing()) }}
