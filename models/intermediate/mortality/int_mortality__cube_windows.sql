{{ cube_windows_of(mortality()) }}
