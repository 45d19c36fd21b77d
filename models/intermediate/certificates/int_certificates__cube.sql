{{ cube_of(certificates()) }}
