{{ cube_of(emergency()) }}
