{{ cube_windows_of(certificates()) }}
