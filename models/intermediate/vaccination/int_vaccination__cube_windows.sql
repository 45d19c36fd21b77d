{{ cube_windows_of(vaccination()) }}
