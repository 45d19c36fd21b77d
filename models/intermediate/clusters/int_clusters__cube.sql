{{ cube_of(clusters()) }}
