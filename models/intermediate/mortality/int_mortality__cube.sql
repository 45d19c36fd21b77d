{{ cube_of(mortality()) }}
