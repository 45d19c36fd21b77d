{{ cube_windows_of(clusters()) }}
