{{ cube_windows_of(care_homes()) }}
