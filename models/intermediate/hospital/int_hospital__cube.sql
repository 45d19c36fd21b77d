{{ cube_of(hospital()) }}
