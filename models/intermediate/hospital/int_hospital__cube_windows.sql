{{ cube_windows_of(hospital()) }}
