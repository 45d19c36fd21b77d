{{ cube_windows_of(emergency()) }}
