{{ cube_windows_of(health_reserve()) }}
