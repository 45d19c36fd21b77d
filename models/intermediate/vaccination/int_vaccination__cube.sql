{{ cube_of(vaccination()) }}
