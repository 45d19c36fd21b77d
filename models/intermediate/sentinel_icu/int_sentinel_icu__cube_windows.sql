{{ cube_windows_of(sentinel_icu()) }}
