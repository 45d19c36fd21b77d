{{ cube_of(care_homes()) }}
